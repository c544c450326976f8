"""Conditions and exceptions: which stretches of a sentence they take."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_REGION = re.compile(
    r"\b(?:(?P<exc>unless|except(?:ion|ions|ing|ed)?|other than|save (?:for|where|as|in|those|that|when|if)"
    r"|apart from|aside from|leaving aside|but for|barring|absent(?! from)"
    r"|outside (?:of )?(?=(?:[a-z-]+ ){0,2}(?:emergenc|situations?|circumstances|cases?|exigenc))"
    r"|[a-z]+(?: [a-z]+)? (?:cases|orders|requests) (?:aside|excepted)|notwithstanding(?= this)"
    r"|beyond what|without (?:good|due|just|sufficient|special) (?:reason|cause|grounds?)"
    r"|(?:but|though|although|however,?) (?:we |it )?(?:may|can|might|reserves?))"
    r"|(?P<cond>(?<!even )(?<!as )if|when|whenever|where|in the event|in case|provided that|as long as|so long as"
    r"|as soon as(?! (?:(?:(?:it )?is )?(?:[a-z]+ly )?(?:possible|practicable|practical|feasible)"
    r"|reasonably|able|we can|it can)\b)"
    r"|upon receipt|(?<!been )subject to"
    r"|(?<!at )once(?! (?:again|more|per|every|a (?:year|month|quarter|week)))"
    r"|should(?= (?:we|you|it|they|an?|any|the) )))\b"
)
_FOR_SOME = re.compile(
    r"for (?!(?:all|any|every|each|both|our|your|their)\b)(?:[a-z-]+ ){0,3}?"
    r"(?:users|customers|people|members|subscribers|accounts|clients|persons|tenants|organi[sz]ations)\b"
    r"(?= [^,.;:]+,)"
)
"""Whom alone a sentence is about that begins so: "For customers in Europe, …"."""
_DENIED_UNTIL = re.compile(
    r"\b(?:not|never|no|nothing|nobody|cannot|n't)\b[^.;:]{1,160}?\b"
    r"(?P<bound>(?:until|till)\b(?! further)|before (?=(?:[a-z]+ ){1,10}(?:has|have) ))"
)
"""What a denial holds until: "never disclose it until a court has ordered it" is "unless a court has"."""
_FURTHER = frozenset({"provided that", "as long as", "so long as"})
"""After a comma, these begin a condition of their own: "if we were ordered to, as long as …"."""
_STOP = re.compile(
    r"[.;:](?=\s|$)|,? (?:and|but) (?=we |it |they |will )|, (?=we |it |they |the company )|[()]"
)
_RESUMED = re.compile(
    r", (?:and |but )?(?=(?:is|are|was|were|will|shall|may|can|cannot|must|has|have|do|does|stays?|remains?|never)\b)"
)
"""Where the main clause goes on after what stood between two commas."""
_BRIEF_ASIDE = re.compile(r"(?:[^\s,.;:]+ ){0,5}[^\s,.;:]+, (?!(?:and|or|but|nor)\b)")
"""A condition between two commas: "and, if need be, contests it"."""
_OWN_CLAUSE = re.compile(
    r"(?<!\bthat)(?<!\bwhich)(?<!\bif)(?<!\bonce)(?<!\bwhen)(?<!\bwhere),? "
    r"(?=we (?!have\b|had\b|are\b|were\b|received?\b|get\b|think\b|believe\b))"
)
"""Behind "and once it ends": where the clause begins that the condition stands before."""
_ITEM = re.compile(r"\s*\(?(?:a|i|1)\)")
_COMMA = re.compile(r",(?! (?:and|or)\b)")


@dataclass(frozen=True, slots=True)
class Region:
    """A condition ("if …") or an exception ("unless …"), from its first word to its end."""

    start: int
    end: int
    exception: bool
    words: str


def find_regions(text: str) -> tuple[Region, ...]:
    """Conditions and exceptions in order; an exception ends the condition that it stands in."""
    found: list[Region] = []
    for start, opened, exception in _openings(text):
        if found and start < found[-1].end:
            last = found[-1]
            further = exception or (text[start:opened] in _FURTHER and text.endswith(", ", 0, start))
            if last.exception or not further:
                continue
            found[-1] = replace(last, end=start, words=text[last.start : start].strip())
        stop = _stop(text, start, opened)
        found.append(Region(start, stop, exception, text[start:stop]))
    return tuple(found)


def _openings(text: str) -> list[tuple[int, int, bool]]:
    """Where a condition or an exception begins, where its first words end, and whether it is an exception."""
    found = [(m.start(), m.end(), m.group("exc") is not None) for m in _REGION.finditer(text)]
    found += [(*m.span("bound"), True) for m in _DENIED_UNTIL.finditer(text)]
    found += [(*m.span(), False) for m in [_FOR_SOME.match(text)] if m]
    return sorted(found)


def _stop(text: str, start: int, opened: int) -> int:
    """Where what begins at `start` ends."""
    stop = _region_end(text, start, opened)
    if text.endswith(", ", 0, start) and (resumed := _RESUMED.search(text, opened, stop)):
        return resumed.start()
    if text.endswith((" and, ", " or, ", " but, "), 0, start) and (
        aside := _BRIEF_ASIDE.match(text, start, stop)
    ):
        return aside.end() - 2
    if text.endswith((" and ", "; "), 0, start) and (own := _OWN_CLAUSE.search(text, opened + 1, stop)):
        return own.start()
    return stop


def _region_end(text: str, start: int, at: int) -> int:
    """Where a condition ends: with its clause, with the bracket it stands in, at the comma if it leads the sentence."""
    if start < 4 and (comma := _COMMA.search(text, at)):
        return comma.start()
    depth = 0
    listed = False
    for stop in _STOP.finditer(text, at):
        sign = stop.group()
        listed = listed or (sign == ":" and _ITEM.match(text, stop.end()) is not None)
        if listed and sign in ":;()":
            continue
        if sign == "(":
            depth += 1
        elif sign == ")" and depth:
            depth -= 1
        elif not depth:
            return stop.start()
    return len(text)


def opens_region(words: str) -> bool:
    """Whether the words hold the opening of a condition or an exception."""
    return _REGION.search(words) is not None


def exception(text: str) -> str:
    """The longest exception of a sentence, "" where it has none."""
    return max((r.words.strip() for r in find_regions(text) if r.exception), key=len, default="")
