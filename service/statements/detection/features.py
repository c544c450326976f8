"""What the quick judge looks at in a sentence: its words, what they stand for, and what stands around it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from service.model import Sentence
from service.statements.detection.concepts import concept, terms, words

PREV_CHARS = 160
"""Of the sentence before, only the end is read."""

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("removal", r"\b(?:remov|take ?down|disabl|terminat|suspend|block)"),
        (
            "as required",
            r"\b(?:required|obliged|obligated|compelled|permitted|mandated) (?:to do so )?(?:by|under"
            r"|to|pursuant)\b",
        ),
        ("comply with", r"\bcompl(?:y|ies|ying|iance) with\b"),
        (
            "you must",
            r"^(?:you|the customer|customer|users?) (?:may not|must|agree|represent|warrant|shall|are"
            r"|will|acknowledge)\b",
        ),
        (
            "keep for",
            r"\b(?:retain|keep|store|hold)\w* .{0,60}\b(?:as long as|necessary|period|required"
            r"|obligation|comply)\b",
        ),
        ("process for", r"\b(?:process|use|collect)\w* .{0,60}\b(?:obligation|comply|legal basis)\b"),
        ("complain to", r"\b(?:lodge|file|complain)\w* .{0,40}\b(?:authority|regulator|commission)\b"),
    )
)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|be|been|do|does|did|has|have|had|will|would|shall|should|may|might|can"
    r"|could|must|cannot|please"
    r"|[a-z]+(?:ed|es)|require|provide|disclose|share|keep|kept|see|contact|send|submit|comply|give"
    r"|gave|receive|retain"
    r"|review|notify|publish|tell|ask|said|says|answer|reject|include|apply|need|use|collect|store"
    r"|transfer|process)\b"
)


def names(sentence: Sentence) -> list[str]:
    """The names of all that is found, each once or more; short, since they are looked up by the thousand."""
    own = words(sentence.text)
    merged = terms(own)
    meant = [c for c in map(concept, merged) if c]
    found = own + [f"{a} {b}" for a, b in pairwise(own)]
    found += [f"_{term}" for term in merged if "_" in term]
    found += [f"~{word[:5]}" for word in own if len(word) > 5]
    found += _shape(meant)
    found += _around(sentence, set(meant))
    found += _manner(sentence, own)
    return found


def _shape(meant: list[str]) -> list[str]:
    """What the words stand for: alone, in order within a few steps, and together anywhere."""
    found = list(meant)
    for step in (1, 2, 3):
        found += [f"{a}>{b}" for a, b in zip(meant, meant[step:], strict=False)]
    found += [f"{a}>{b}>{c}" for a, b, c in zip(meant, meant[1:], meant[2:], strict=False)]
    apart = sorted(set(meant))
    found += [f"{a}&{b}" for i, a in enumerate(apart) for b in apart[i + 1 :]]
    return found


def _around(sentence: Sentence, meant: Iterable[str]) -> list[str]:
    before = words(sentence.prev[-PREV_CHARS:])
    hinted = {c for c in map(concept, terms(before)) if c}
    found = [f"p:{word}" for word in before] + [f"p:{a} {b}" for a, b in pairwise(before)]
    found += [f"p:{c}" for c in hinted]
    found += [f"p:{a}|{b}" for a in hinted for b in meant]
    above = words(sentence.heading)
    found += [f"h:{word}" for word in above]
    found += [f"h:{c}" for c in map(concept, terms(above)) if c]
    return found


def _manner(sentence: Sentence, own: list[str]) -> list[str]:
    text = sentence.text
    low = text.lower()
    found = [f"#{name}" for name, pattern in _PATTERNS if pattern.search(low)]
    found.append(f"#long {min(6, len(own) // 8)}")
    if own:
        found += [f"#first {own[0]}", f"#last {own[-1]}"]
    found.append(f"#end {text.rstrip()[-1:]}")
    if text[:1].islower():
        found.append("#lower")
    if sentence.prev.rstrip().endswith(":"):
        found.append("#led in")
    if not _FINITE.search(low):
        found.append("#no verb")
        if len(own) < 8:
            found.append("#bare title")
    return found
