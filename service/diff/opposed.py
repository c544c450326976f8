"""Whether one sentence of a company takes back flatly what another promises: "never" here, "may" there. Pure.

Rather silent than wrong: the other sentence has to speak of all that the promise speaks of, the same deed, data,
recipients and grounds. What bounds a promise is no contradiction of it, nor is a record of the past one of a policy.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.process import extractOne

from service.diff.heads import Head
from service.diff.kinds import classify
from service.diff.lexicon import FILLER, Role
from service.diff.likeness import words
from service.diff.plain import plain
from service.diff.regions import find_regions
from service.diff.sense import Part, sense, spoken
from service.model import Kind

FIRM = 0.9
"""What a safeguard weighs that will be kept, not only may or should."""
MAY = 0.5
LIKE = 80.0
"""Likeness 0..100 by letters from which two words are one."""
_PAST = re.compile(r"\b(?:have|has|had|'ve)\b|\b(?:did|were|was)\b")
_BOUNDS = re.compile(
    r"\b(?:only|unless|except\w*|however|nevertheless|notwithstanding|without|until|if|when|where|provided)\b"
)
_STATED = re.compile(r"\b(?:except\w*|however|nevertheless|notwithstanding|only|that said|in such cases?)\b")
"""By these a sentence says itself that it bounds another one."""
_HEDGES = frozenset({"hedge", "exception", "condition"})
_SIGNS = frozenset(
    {
        *(
            "never",
            "not",
            "no",
            "none",
            "cannot",
            "neither",
            "nor",
            "nothing",
            "nobody",
            "may",
            "might",
            "can",
            "could",
        ),
        *(
            "will",
            "shall",
            "would",
            "must",
            "always",
            "ever",
            "under",
            "circumstances",
            "time",
            "whatsoever",
            "kind",
        ),
    }
)
"""Words that deny, allow or stress: they tell how, not of what."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence as far as it is set against others. `flat`: the verb of a promise that nothing bounds."""

    text: str
    heads: tuple[Head, ...]
    parts: dict[str, Part]
    words: frozenset[str]
    substance: frozenset[str]
    """Of a flat promise the words, its verb apart, that another sentence has to share."""
    giving: bool
    past: bool
    """A flat promise's: it tells what was."""
    stated: bool
    """It says itself that it bounds another."""
    bound: bool
    """It holds a condition or an exception."""
    flat: Head | None


def flat(text: str) -> bool:
    """Whether a sentence is a promise that nothing bounds: only such a one can be taken back."""
    return _read(text).flat is not None


def opposed(promise: str, other: str) -> bool:
    """Whether `promise` is a flat one and `other` allows, or leaves open, what it rules out."""
    ours = _read(promise)
    if ours.flat is None:
        return False
    theirs = _read(other)
    deed = _taken_back(ours.flat, theirs)
    if deed is None or not _speaks_of_all(ours, theirs, deed):
        return False
    return classify(promise, other).kind is Kind.WEAKENED


@lru_cache(maxsize=16384)
def _read(text: str) -> _Said:
    read, found = plain(text), sense(text)
    heads, bound = spoken(read), bool(find_regions(read))
    hedged = bound or any(key.partition(":")[0] in _HEDGES for key in found.parts)
    first = None if hedged or not heads or _BOUNDS.search(read) else heads[0]
    verb = first if first and _promises(first) else None
    around = words(read[: verb.start] + read[verb.end :]) if verb else ()
    return _Said(
        text=read,
        heads=heads,
        parts=found.parts,
        words=frozenset(words(read)),
        substance=frozenset(around) - FILLER - _SIGNS,
        giving=found.giving,
        past=verb is not None and _in_past(read, verb),
        stated=_STATED.search(read) is not None,
        bound=bound,
        flat=verb,
    )


def _promises(head: Head) -> bool:
    if head.concept.role is Role.GIVE:
        return head.negated and head.concept.id != "denial"
    return head.concept.role is Role.GUARD and not head.negated and head.value >= FIRM * head.concept.weight


def _taken_back(flat: Head, other: _Said) -> Head | None:
    """The verb by which the other sentence does, or may do, what is ruled out; or may leave, what is promised."""
    same = [h for h in other.heads if h.concept.id == flat.concept.id]
    if not same or other.stated:
        return None
    if flat.concept.role is Role.GIVE:
        return next((h for h in same if not h.negated), None) if other.giving else None
    head = other.heads[0]
    left_open = head is same[0] and (head.negated or head.value <= MAY * head.concept.weight)
    return head if left_open and not other.bound else None


def _in_past(text: str, head: Head) -> bool:
    return _PAST.search(text, 0, head.end) is not None


def _speaks_of_all(ours: _Said, theirs: _Said, deed: Head) -> bool:
    """Whether each word of substance in the promise, and each idea, is in the other sentence too; in one tense."""
    if ours.past != _in_past(theirs.text, deed):
        return False
    left = ours.substance - theirs.words
    if not left:
        return True
    shared = {w for key, part in ours.parts.items() if key in theirs.parts for w in words(part.words)}
    return all(extractOne(word, theirs.words, scorer=fuzz.ratio, score_cutoff=LIKE) for word in left - shared)
