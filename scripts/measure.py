"""Precision, recall, F1 and their confidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Counts:
    """How often said and true, said and not true, true and not said."""

    hit: int
    false: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of what was said that is true; 1 when nothing was said."""
        return self.hit / (self.hit + self.false) if self.hit + self.false else 1.0

    @property
    def recall(self) -> float:
        """Share of what is true that was said; 1 when nothing is true."""
        return self.hit / (self.hit + self.missed) if self.hit + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        return 2 * self.hit / max(1, 2 * self.hit + self.false + self.missed)

    def __str__(self) -> str:
        return f"P {self.precision:.3f}  R {self.recall:.3f}  F1 {self.f1:.3f}"


def count(said: Marks, true: Marks) -> Counts:
    """Over all cells of two arrays of one shape."""
    return Counts(int((said & true).sum()), int((said & ~true).sum()), int((~said & true).sum()))


def interval(
    groups: Sequence[str], measure: Callable[[npt.NDArray[np.int64]], float], draws: int = 200
) -> str:
    """A 95 % interval of `measure(rows)`, by drawing whole groups (companies) again with fixed dice."""
    members: dict[str, list[int]] = {}
    for row, group in enumerate(groups):
        members.setdefault(group, []).append(row)
    lists = [np.array(rows) for rows in members.values()]
    dice = np.random.default_rng(7)
    found = [
        measure(np.concatenate([lists[i] for i in dice.integers(0, len(lists), len(lists))]))
        for _ in range(draws)
    ]
    low, high = np.percentile(found, [2.5, 97.5])
    return f"[{low:.3f}, {high:.3f}]"
