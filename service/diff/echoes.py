"""Sentences that say over again what another one says, but for frame, order, voice or synonyms. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from service.diff.frame import unframed
from service.diff.likeness import alike
from service.diff.plain import plain
from service.diff.restated import form_of, restated
from service.diff.sides import mark
from service.diff.titles import bare
from service.model import Kind, Statement

NEAR = 0.4
"""Likeness of order and words from which two sentences are looked at closely."""
LIKEST = 3
"""So many of those that are near."""


def echoes(texts: Sequence[str], others: Iterable[str]) -> list[int]:
    """Indices of those of `texts` that one of `others` says over again; titles and addresses are nobody's echo."""
    every = {mark(text): text for text in others}
    if not texts or not every:
        return []
    known = list(every.values())
    near = alike([mark(text) for text in texts], list(every), NEAR, LIKEST)
    return [
        i
        for i, (text, found) in enumerate(zip(texts, near, strict=True))
        if any(same_claim(text, known[j]) for j in found)
    ]


def same_claim(one: str, other: str) -> bool:
    """Whether two sentences claim the same, whatever stands around the claim. Symmetric."""
    if mark(one) == mark(other):
        return True
    left, right = (plain(text) for text in unframed(one, other))
    return (left == right or restated(left, right)) and not (bare(one) or bare(other))


@lru_cache(maxsize=1024)
def claim(text: str) -> str:
    """A key that two sentences share only if they claim the same: in one form where they say enough for it."""
    form = form_of(plain(text))
    return mark(text) if form is None else repr([sorted(words.items()) for words in form])


class Told:
    """What was told of one text: of two copies of one claim that fare alike, the first."""

    def __init__(self) -> None:
        self._changes: set[tuple[Kind, str, str, str]] = set()
        self._sides: set[tuple[str, str, str]] = set()

    def first(self, kind: Kind, old: Statement | None, new: Statement | None) -> bool:
        """Whether this was not told of another copy; from then on it was.

        A copy that is gone is no withdrawal where another went on, nor is one that came new beside one that was
        rewritten: changes of both sides go before those of one.
        """
        company = (new or old or _nobody()).company  # a story may tell the same of two
        before, after = (claim(side.text) if side else "" for side in (old, new))
        known = (kind, company, before, after) in self._changes
        if not (old and new):
            known = known or bool({("old", company, before), ("new", company, after)} & self._sides)
        self._changes.add((kind, company, before, after))
        if old:
            self._sides.add(("old", company, before))
        if new:
            self._sides.add(("new", company, after))
        return not known


def _nobody() -> Statement:
    raise AssertionError("a change has an old or a new side")
