"""What single edits tell beyond the known words: "and" for "or", an item more in a list, a narrowing adjective."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Indel

from service.diff.heads import Head
from service.diff.issuers import lists_issuers
from service.diff.lexicon import FILLER, HEADS, INSTRUMENTS, ITEMS
from service.diff.regions import opens_region
from service.diff.sense import Clause, clause_at, spoken

LONGEST = 9
"""Words in an edit that is read as one item."""
SOON = 16
"""Letters from a modal to its verb, with a "not" or an adverb between."""
_FORCE = {
    "": 1.0, "will": 1.0, "shall": 1.0, "must": 1.0, "always": 1.0, "would": 0.55, "should": 0.55,
    "may": 0.45, "might": 0.45, "can": 0.45, "could": 0.45, "may or may not": 0.4, "sometimes": 0.4, "usually": 0.5,
}  # fmt: skip
"""How firmly a verb is said with it."""
STEM = 5
"""Letters by which a word is found again in the other sentence."""
_PATTERNS = (
    *(c.pattern for c in (*ITEMS, *HEADS) if c.id != "kind of request:defect"),
    *(i.pattern for i in INSTRUMENTS),
)
"""Where the company denies, the rank of an instrument is not weighed, and makes no idea known."""
_DENIED = tuple(
    c.pattern for c in (*ITEMS, *HEADS) if c.id not in ("kind of request:defect", "condition:permitted")
)
"""Nor is a gag order a condition there: it is one more thing that was not received."""
_DEMANDED = tuple(c.pattern for c in (*ITEMS, *HEADS) if c.group not in ("recipient", "ground")) + tuple(
    i.pattern for i in INSTRUMENTS
)
"""Whose order it is that is demanded, or for what, is not weighed either."""
_WORD = re.compile(r"[\w'-]+|[^\w\s]")
_ELSEWHERE = re.compile(
    r"\b(?:instruct|consent|permission|your (?:direction|request)|marketing|merger|acquisition|advertis|partner|vendor"
    r"|business(?! (?:user|customer|account|client|plan))|registered|mail|courier|post|fax|service provider|affiliate"
    r"|age verif|for (?:your |our )?convenience|payment|analytics|research|identity|contract|spam|technical|quality"
    r"|suite|floor|building|street|p\.?o\.? box|support (?:requests?|tickets?|questions?)|billing)"
)
"""Purposes and addressees that are not the state's."""
_NARROWING = re.compile(
    r",? ?(?:all of (?:which|whom|them)|of (?:more|less|fewer|over|under|at (?:least|most))"
    r"|that|which|who|whose|in|from|within|located|resident|based|under|relating|concerning|involving)\b"
)
_DEMANDED_FOR = re.compile(
    r"\b(?:before|until|prior to) (?:we|it|any|the|disclos|hand|shar|provid|releas|giv)"
)
_ARTICLE = re.compile(r"(?<= or|and) (?:the|an?)$")
_DENYING = frozenset({"not", "no", "never", "none", "neither", "nor"})
_ADJUNCT = re.compile(
    r",? ?(?:of|in|on|at|by|with|without|for|from|to|through|via|as|under|within|outside|during|beyond|before|after"
    r"|over|against|about|concerning) "
)
_WHATEVER = re.compile(
    r"\b(?:any|every|all|no|whatever|whichever|either|under (?:the )?law|by law|or otherwise|advance"
    r"|our (?:side|part)|us)\b"
)
"""An addition with these stresses a denial, and bounds it not: "in any form", "for no reason"."""
_OF_WHICH = re.compile(r",? ?(?:(?:all|some|none|most|each|both) of )?(?:which|whom|who)\b")
"""A clause about what was named, no item more: ", all of which came from courts"."""
_RELATIVE = re.compile(r"(?:that|which|who|whose)\b")
_ASIDE = re.compile(
    r",? ?(?:in|by|for|as|on) (?:doing so|so doing|this way|turn|general|particular|addition|fact|any case|the whole)\b"
)
"""Words between two commas that only join."""
_APPOSITION = re.compile(r",? ?(?:an?|the|such as|like|including|e\.g\.?|for example)\b")
_AND_NOT = re.compile(r",? ?(?:and|but) (?:not|never)\b")
"""In an exception, no case more: "unless a law forbids it[, and not merely because an agency asks]"."""
_OTHER_CASE = re.compile(r"(?:, )?(?:or|and) (?:if|when|where|whenever)\b")
_OR_CASE = re.compile(r"(?:, )?or (?:if|when|where|whenever)\b")
_CASE = re.compile(r"(?:, )?(?:if|when|where|whenever) ")
"""Within a condition, one more case that it has: "if a court forbids it, [if the account is stolen,] or if …"."""
_MUST_TOO = re.compile(
    r",? ?(?:and|but) (?:also )?(?:you|we|it|they|the [a-z]+) (?:have|has|had|is|are|was|were|agrees?|consents?)\b|"
    r",? ?(?:and|but) (?:it |they |this )?(?:do|does|is|are|would|will|has|have|can)(?: not|n't)\b|"
    r",? ?(?:and|but) (?:also )?(?:it |they )?(?:[a-z]{3,}s|is|are|has|have) "
    r"(?:an?|the|its|their|our|who|what|why|how|that|whether|by|in|with)\b"
)
"""One more thing that has to be so: "if it names an account [and cites the law]"."""
_PREPOSITION = re.compile(r"(?:on|in|at|by|with|for|to|through|via|as|of|under|from|within)\b")
BRIEF = 120
"""Letters up to which a sentence holds one claim, so that an item more or less in it counts in full."""
_ONE_OF_TWO = re.compile(r", [a-z]+|[a-z]+,")
_LONE_NOUN = re.compile(
    r" (?!(?:and|or|but|in|of|to|for|from|with|by|on|at|as|if|when|where|unless|is|are)\b)[a-z]+(?!,| (?:and|or)\b)\b"
)
"""What goes on behind one more adjective: "direct[, unlimited] access"."""
_NOUN = re.compile(
    r"(?:(?!(?:about|of|for|to|in|on|by|with|from|and|or|the|an?)\b)[a-z-]+ )?"
    r"(?:users?|customers?|members|subscribers|account holders?|data|information|records?|content|messages"
    r"|conversations?|requests?|orders?|demands?|accounts?|access|surveillance|collection)\b"
)
_PLURAL = re.compile(r"[a-z]{4,}[^s\W]s\b")


@dataclass(frozen=True, slots=True)
class Edit:
    """Words taken out and words put in at one place. Positions are letters of the `plain` texts."""

    old: str
    new: str
    old_at: int
    new_at: int
    old_end: int
    new_end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that changed: its weight, plus for the person, and words for a reader."""

    value: float
    reason: str
    turned: bool = False
    """A verb that gave or guarded does the opposite now: that says it all."""


@lru_cache(maxsize=256)
def edits(old: str, new: str) -> tuple[Edit, ...]:
    """The edits between two `plain` texts, word by word."""
    a, b = list(_WORD.finditer(old)), list(_WORD.finditer(new))
    codes = Indel.opcodes([_same_article(m) for m in a], [_same_article(m) for m in b])
    found: list[Edit] = []
    pending: list[tuple[int, int, int, int]] = []
    for op in codes:
        if op.tag == "equal":
            continue
        span = (op.src_start, op.src_end, op.dest_start, op.dest_end)
        if pending and pending[-1][1] == span[0] and pending[-1][3] == span[2]:
            last = pending.pop()
            span = (last[0], span[1], last[2], span[3])
        pending.append(span)
    for i, j, k, m in pending:
        old_at, old_end = _span(a, i, j, len(old))
        new_at, new_end = _span(b, k, m, len(new))
        found.append(Edit(old[old_at:old_end], new[new_at:new_end], old_at, new_at, old_end, new_end))
    return tuple(found)


def _same_article(word: re.Match[str]) -> str:
    """A word as it is compared: "a" is "an"."""
    return "a" if word.group() == "an" else word.group()


def _span(tokens: list[re.Match[str]], start: int, end: int, length: int) -> tuple[int, int]:
    if start == end:
        at = tokens[start].start() if start < len(tokens) else length
        return at, at
    return tokens[start].start(), tokens[end - 1].end()


def findings(old: str, new: str) -> Iterator[Finding]:
    """What the edits between two `plain` texts tell, apart from the known words."""
    for edit in edits(old, new):
        yield from _modal(edit, old, new)
        yield from _joint(edit, new)
        if not edit.old and edit.new:
            yield from _extra(edit.new, new, edit.new_at, edit.new_end, old)
        elif edit.old and not edit.new:
            for finding in _extra(edit.old, old, edit.old_at, edit.old_end, new):
                yield Finding(-finding.value, finding.reason.replace("added", "dropped", 1))


def one_item(old: str, new: str) -> bool:
    """All that differs is one item of a list: "to doctors [and to the police]"."""
    found = edits(old, new)
    if len(found) != 1 or (found[0].old and found[0].new):
        return False
    return (found[0].old or found[0].new).lstrip().startswith((",", "and ", "or "))


def deeds(old: str, new: str) -> Iterator[tuple[Edit, Head]]:
    """Verbs that are put in or taken out together with words around them, and stand in one side's own clause."""
    for edit in edits(old, new):
        if bool(edit.old) == bool(edit.new):
            continue
        text, start, end = (old, edit.old_at, edit.old_end) if edit.old else (new, edit.new_at, edit.new_end)
        for head in spoken(text):
            if start < head.start and head.end <= end:
                yield edit, head


def in_case(words: str, old: str, new: str) -> bool:
    """The words came or went with one more case beside others, and are a part of it: ", or when [no judge] …"."""
    sides = (edit.old or edit.new for edit in edits(old, new) if bool(edit.old) != bool(edit.new))
    return any(_OR_CASE.match(side) and words in side for side in sides)


def _modal(edit: Edit, old: str, new: str) -> Iterator[Finding]:
    """A modal that came, went or changed before a verb that is not known: "and [may] lodge a complaint"."""
    before, now = _FORCE.get(edit.old), _FORCE.get(edit.new)
    if before is None or now is None or before == now:
        return
    sides = ((old, edit.old_at, edit.old_end), (new, edit.new_at, edit.new_end))
    if any(_known_soon(text, end) for text, _, end in sides):
        return
    text, at, _ = sides[1] if edit.new else sides[0]
    sign = clause_at(text, at).sign
    value = (now - before) * sign * (1.0 if sign > 0 else 0.5)
    yield Finding(
        value,
        f"“{edit.old}” became “{edit.new}”"
        if edit.old and edit.new
        else f"“{edit.new}” added"
        if edit.new
        else f"“{edit.old}” dropped",
    )


def _known_soon(text: str, end: int) -> bool:
    """A verb that we know stands within a few letters, and has the modal for its own."""
    return any(end <= head.start <= end + SOON for head in spoken(text))


def _joint(edit: Edit, new: str) -> Iterator[Finding]:
    """Conditions that all had to be met, of which one is now enough; or the other way round."""
    if {edit.old, edit.new} != {"and", "or"}:
        return
    clause = clause_at(new, edit.new_at)
    if clause.denies and not clause.exception:
        return
    value = -0.7 if edit.new == "or" else 0.7
    yield Finding(value, f"“{edit.old}” became “{edit.new}”")


def _extra(words: str, text: str, at: int, end: int, other: str) -> Iterator[Finding]:
    """An item or adjective of unknown meaning that stands in one version only."""
    clause = clause_at(text, at)
    if lists_issuers(text, at) or (clause.exception and _AND_NOT.match(words)):
        return
    content = [
        w
        for w in _WORD.findall(words)
        if w[0].isalpha() and w not in FILLER and w not in _DENYING and w[:STEM] not in other
    ]
    short = len(text) <= BRIEF
    if (
        not content
        or len(content) > LONGEST
        or (
            _known(words, other, clause)
            and not (short and _RELATIVE.match(words))
            and not _case_more(clause, words)
        )
        or _ELSEWHERE.match(text[end:].lstrip())
    ):
        return
    beside = _ONE_OF_TWO.fullmatch(words) and _LONE_NOUN.match(text, end)
    value = (
        (not beside and _item_value(clause, words, text[end : end + 5], short))
        or _adjective_value(clause, words, text[end:].lstrip(), short)
        or (_narrowing_value(clause, words, text[:at]) if short else 0.0)
    )
    if value:
        yield Finding(value, f"added: “{words.strip(' ,')}”")


def _case_more(clause: Clause, words: str) -> bool:
    """One case more in an exception counts as such, whatever words it is made of."""
    trimmed = words.strip(", ")
    return (
        clause.exception
        and (trimmed.startswith("or ") or trimmed.endswith(" or") or words.endswith(","))
        and not _ELSEWHERE.search(words)
    )


def _known(words: str, other: str, clause: Clause) -> bool:
    """The words hold an idea that `other` lacks and that is weighed already, or a condition, or no state's matter."""
    another = _OTHER_CASE.match(words) or (clause.inside and _CASE.match(words))
    if another or _ELSEWHERE.search(words) or opens_region(words):
        return not another or bool(_ELSEWHERE.search(words))
    patterns = _DENIED if clause.denies else _DEMANDED if clause.demand or clause.leading else _PATTERNS
    return any(p.search(words) and not p.search(other) for p in patterns)


def _item_value(clause: Clause, words: str, after: str, short: bool) -> float:
    """Value of one more item in a list, 0.0 if it is none."""
    if not _is_item(clause, words, after):
        return 0.0
    words = _ARTICLE.sub("", words)
    alternative = words.startswith("or ") or words.endswith(" or") or after.startswith(" or ")
    if clause.demand and not clause.exception:
        return -0.6 if clause.demanded and alternative else 0.6
    if clause.exception or (clause.condition and _MUST_TOO.match(words)):
        return -0.6 * clause.sign
    if clause.sign > 0:
        return 0.6
    whole = (
        short
        or words.lstrip(", ").startswith("or ")
        or (clause.inside and clause.condition and _CASE.match(words))
    )
    return -0.5 if whole else -0.35


def _is_item(clause: Clause, words: str, after: str) -> bool:
    """It stands in a list, which is neither the subject of what is given nor a mere apposition."""
    if clause.sign < 0 and clause.before and not clause.condition and not clause.leading:
        return False
    if (
        _ASIDE.match(words)
        or _OF_WHICH.match(words)
        or (_APPOSITION.match(words) and not re.search(r"\b(?:and|or)\b", words + after))
    ):
        return False
    words = _ARTICLE.sub("", words)
    opens, closes = words.startswith((",", "and ", "or ")), words.endswith((",", " and", " or"))
    return opens or (closes and not _PREPOSITION.match(words))


def _narrowing_value(clause: Clause, words: str, before: str) -> float:
    """Value of a phrase after a noun that leaves a part of it out: "users [in Europe]".

    Of what is demanded, that is one thing more to bring; of what it is demanded for, a part that goes without.
    """
    if clause.denies and not clause.exception and _ADJUNCT.match(words) and not _WHATEVER.search(words):
        return -0.5
    if not _NARROWING.match(words):
        return 0.0
    if clause.demand:
        return (-0.5 if _DEMANDED_FOR.search(before) else 0.5) if clause.demanded else 0.0
    return -0.5 if clause.sign > 0 else 0.45


def _adjective_value(clause: Clause, words: str, following: str, short: bool) -> float:
    """Value of a word that narrows the noun after it, 0.0 if there is no such noun."""
    one_word = (
        short and words.isalpha() and not words.endswith("ly") and clause.sign > 0 and not clause.before
    )
    if not _NOUN.match(following) and not (one_word and _PLURAL.match(following)):
        return 0.0
    if clause.demand:
        return 0.45
    if clause.exception:
        return 0.5 * clause.sign
    return -0.6 if clause.sign > 0 else 0.3
