"""Two sentences that the best pairing put together, at least one of them a statement: what they are to each other."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.distance import Indel

from service.diff.cuts import QUIET
from service.diff.kinds import classify
from service.diff.likeness import words
from service.diff.numbers import masked
from service.diff.plain import plain
from service.diff.restated import restated

WHOLE = 5
"""Words that a sentence has at least to be found again in a longer one."""
SLIP = 0.1
"""Share of its words that may be others there."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Indices of statements, None for a sentence that is none; `like` without the bonus for context."""

    old: int | None
    new: int | None
    old_mark: str
    new_mark: str
    like: float

    @property
    def goes_on(self) -> bool:
        """One holds all words of the other in their order, or differs from it in figures and dates alone."""
        a, b = sorted((words(self.old_mark), words(self.new_mark)), key=len)
        if len(a) < WHOLE:
            return False
        added_to = Indel.distance(a, b) <= len(b) - len(a) + SLIP * len(a)
        return added_to or masked(self.old_mark) == masked(self.new_mark)

    @property
    def restated(self) -> bool:
        """The same words of substance in another voice or order."""
        return restated(plain(self.old_mark), plain(self.new_mark))

    @property
    def wavers(self) -> bool:
        """A sentence was touched up, and the detector judges it otherwise since: no withdrawal, nothing new."""
        return classify(self.old_mark, self.new_mark).kind in QUIET
