"""A sentence that became a list, or a list that became a sentence: a lead-in is read together with its items. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from service.diff.likeness import words

LIKE = 0.55
"""Likeness by words from which a list spelled out is the sentence in another form."""
SHARED = 0.6
"""Share of the lead-in's words that the sentence has to hold."""
SLACK = 0.1
"""Likeness that the rest of the list may cost."""
ITEMS = 16
_JOINED = re.compile(r"[,;](?: (?:and|or|and/or))?$")
LONGEST = 80
"""Words of one item."""


@dataclass(frozen=True, slots=True)
class Spelled:
    """The sentence at `whole` is the list that the sentence at `lead` opens; `text` is lead-in and items in one."""

    whole: int
    lead: int
    text: str
    items: tuple[str, ...]


def spelled_out(
    wholes: Sequence[tuple[int, str]], leads: Sequence[tuple[int, str]], sentences: Sequence[str]
) -> Iterator[Spelled]:
    """Which of `wholes` (index, text) says what one of `leads`, with the sentences that follow it, says as a list."""
    taken: set[int] = set()
    for lead, opening in leads:
        if not opens_list(opening) or opening not in sentences:
            continue
        at = sentences.index(opening)
        items = [s for s in sentences[at + 1 : at + 1 + ITEMS] if len(words(s)) <= LONGEST]
        found = [
            (*_best(text, opening, items), whole)
            for whole, text in wholes
            if whole not in taken and not opens_list(text) and _holds(text, opening)
        ]
        like, count, whole = max(found, default=(0.0, 0, -1))
        if like >= LIKE and count:
            taken.add(whole)
            used = items[:count]
            yield Spelled(whole, lead, " ".join([opening.rstrip(": "), *used]), tuple(used))


def opens_list(text: str) -> bool:
    """Whether a sentence is the lead-in of a list."""
    return text.rstrip().endswith(":")


def _holds(whole: str, lead: str) -> bool:
    own, held = words(lead.casefold()), set(words(whole.casefold()))
    return bool(own) and sum(w in held for w in own) >= SHARED * len(own)


def _best(whole: str, lead: str, items: Sequence[str]) -> tuple[float, int]:
    """How like the sentence the list is, with how many items: to its end, if that costs little likeness."""
    target, said = words(whole.casefold()), list(words(lead.casefold()))
    likes = [Indel.normalized_similarity(said, target)]
    for item in items:
        said += words(item.casefold())
        likes.append(Indel.normalized_similarity(said, target))
    count = max(range(len(likes)), key=likes.__getitem__)
    end = _end(items, count)
    if count and likes[end] >= likes[count] - SLACK:
        count = end
    return (likes[count], count) if count else (0.0, 0)


def _end(items: Sequence[str], count: int) -> int:
    """Where a list ends that has so many items at least: after its full stop, or where a sentence begins anew."""
    while 0 < count < len(items) and _goes_on(items[count - 1].rstrip(), items[count]):
        count += 1
    return count


def _goes_on(item: str, following: str) -> bool:
    return not item.endswith(".") and (bool(_JOINED.search(item)) or following[:1].islower())
