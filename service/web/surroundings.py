"""A sentence in the text around it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

AROUND = 420
"""Letters shown on either side, at most."""
_GAP = re.compile(r"\s*\n\s*|\s+")
"""Between two words: a new line, however many, or a space, however wide."""

_HEADING = re.compile(r"^#{1,6} (.*)$", re.MULTILINE)
_FIRST, _LAST = re.compile(r"\S*\s?"), re.compile(r"\s\S*$")


@dataclass(frozen=True, slots=True)
class Passage:
    """What stands before, the sentence as it stands, what stands after. `cut_before`, `cut_after`: there is more."""

    before: str
    sentence: str
    after: str
    cut_before: bool
    cut_after: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text; `title`: it is a heading, without its sign."""

    text: str
    title: bool


def headed(text: str) -> tuple[Stretch, ...]:
    """A text in canonical form cut at its headings."""
    parts = _HEADING.split(text)
    found = (Stretch(part, title=bool(index % 2)) for index, part in enumerate(parts))
    return tuple(one for one in found if one.text)


def find_passage(text: str, sentence: str) -> Passage | None:
    """The first place that says it, white space aside; None where the text has it in another shape.

    Lines stay lines, so that headings and paragraphs are seen.
    """
    flat = _GAP.sub(lambda gap: "\n" if "\n" in gap[0] else " ", text)
    found = re.search(r"\s".join(map(re.escape, sentence.split())), flat) if sentence.strip() else None
    if found is None:
        return None
    at, end = found.span()
    before, after = flat[max(0, at - AROUND) : at], flat[end : end + AROUND]
    cut_before, cut_after = at > AROUND, len(flat) - end > AROUND
    if cut_before:
        before = _FIRST.sub("", before, count=1)
    if cut_after:
        after = _LAST.sub("", after, count=1)
    return Passage(before, flat[at:end], after, cut_before, cut_after)
