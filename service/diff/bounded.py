"""A condition or an exception that one of two sentences has and the other lacks: that alone decides. Pure."""

from __future__ import annotations

import re

from service.diff.regions import Region, find_regions
from service.diff.sense import sense, spoken
from service.model import Kind, Verdict

CASE = 3
"""Spaces in the shortest condition that names a case: "if a court orders it"."""
LONGEST = 90
"""Letters of a quotation in a reason."""
_ONLY = re.compile(r"\b(?<!convenience )(?:only|solely|exclusively)\b")
"""A disclosure that is bounded so is a promise: an exception takes from it."""
_DENIED = re.compile(
    r"\b(?:and|but|nor) (?:it |we |they )?(?:(?:shall|will|may|must|can|do|does|would) not|cannot|never)\b"
)
_CONTENT = re.compile(r"[a-z0-9']+")


def excepted(old: str, new: str) -> Verdict | None:
    """One side is the other with an exception put in: that alone decides, whatever words the exception is made of.

    To a promise an exception is a loss, to a disclosure a gain.
    """
    for plain_side, other in ((old, new), (new, old)):
        standing = {r.words.strip(" ,") for r in find_regions(plain_side)}
        for name, every in _bounds(other):
            regions = [r for r in every if r.words.strip(" ,") not in standing]
            words = " ".join(r.words for r in regions)
            if not words or not _same_without(plain_side, other, regions):
                continue
            added, gives = other is new, sense(plain_side).gives and not _denied_last(other, regions[0].start)
            gives = gives and not (name == "exception" and _ONLY.search(plain_side))
            kind = Kind.WEAKENED if added != gives else Kind.STRENGTHENED
            return Verdict(kind, 0.95, f"{name} {'added' if added else 'dropped'}: “{brief(words)}”")
    return None


def _denied_last(text: str, at: int) -> bool:
    """A denial goes before the bound, after the last verb that we know: "stores it there and shall not move it"."""
    after = max((head.end for head in spoken(text) if head.end <= at), default=0)
    return _DENIED.search(text, after, at) is not None


def _bounds(text: str) -> tuple[tuple[str, list[Region]], ...]:
    """Exceptions, and conditions that name a case: "where appropriate" names none."""
    regions = find_regions(text)
    return (
        ("exception", [r for r in regions if r.exception]),
        ("condition", [r for r in regions if not r.exception and r.words.count(" ") >= CASE]),
    )


def _same_without(text: str, other: str, regions: list[Region]) -> bool:
    """Whether `other` is `text` once these are taken out."""
    left, at = "", 0
    for region in regions:
        left, at = left + other[at : region.start], region.end
    return _CONTENT.findall(left + other[at:]) == _CONTENT.findall(text)


def brief(words: str) -> str:
    """Cut to what a reason quotes."""
    return words if len(words) <= LONGEST else f"{words[:LONGEST].rsplit(' ', 1)[0]} …"
