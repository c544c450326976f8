"""The quick judge: a linear model over the features of a sentence, for most of what is no assurance at all."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from service.model import Sentence
from service.statements.detection.features import names

Floats = npt.NDArray[np.float32]

CORE = ("STATE", "INSTR", "LAW")
"""Concepts of which nearly every assurance names one: in the sentence (nearness 2) or around it (1)."""

DISMISS = np.array([math.log(p / (1 - p)) for p in (0.25, 0.15, 0.02)], np.float32)
"""Relevance logit under which this judge alone dismisses a sentence, by nearness. On sentences of unseen companies
stricter values won nothing, and laxer ones let twice as much of a page through to the encoder."""


def nearness(found: Iterable[str]) -> int:
    """2: a state, an instrument or the law is named in the sentence; 1: around it; 0: nowhere."""
    known = set(found)
    if any(name in known for name in CORE):
        return 2
    return int(any(prefix + name in known for name in CORE for prefix in ("p:", "h:")))


class Quick:
    """Sentences → one logit a label, shape (n, labels)."""

    def __init__(self, weights: Mapping[str, npt.NDArray[np.generic]]) -> None:
        known = bytes(weights["quick.names"].astype(np.uint8)).decode().split("\n")
        self._numbers = {name: number for number, name in enumerate(known)}
        self._weights = weights["quick.weights"].astype(np.float32)
        self._bias = weights["quick.bias"].astype(np.float32)
        self._core = self._all("")
        self._core_around = self._all("p:") | self._all("h:")

    def read(self, sentences: Sequence[Sentence]) -> tuple[Floats, npt.NDArray[np.int64]]:
        """(logits, nearness of a state or the law: 0, 1 or 2), in order."""
        numbers: list[int] = []
        ends: list[int] = []
        near: list[int] = []
        for sentence in sentences:
            known = self._known(sentence)
            numbers += known
            ends.append(len(numbers))
            near.append(self._near(known))
        sums = np.zeros((len(sentences), len(self._bias)), np.float32)
        start = 0
        chosen = self._weights[np.array(numbers, np.int64)] if numbers else self._weights[:0]
        for row, end in enumerate(ends):
            sums[row] = chosen[start:end].sum(axis=0)
            start = end
        return sums + self._bias, np.array(near, np.int64)

    def reasons(self, sentence: Sentence, label: int, count: int = 4) -> tuple[str, ...]:
        """The features that speak most for a label, strongest first."""
        by_number = [(float(self._weights[n, label]), name) for name, n in self._named(sentence)]
        best = sorted((w, name) for w, name in by_number if w > 0)[::-1][:count]
        return tuple(name for _, name in best)

    def _near(self, known: set[int]) -> int:
        if not self._core.isdisjoint(known):
            return 2
        return 0 if self._core_around.isdisjoint(known) else 1

    def _all(self, prefix: str) -> frozenset[int]:
        return frozenset(n for name in CORE if (n := self._numbers.get(prefix + name)) is not None)

    def _known(self, sentence: Sentence) -> set[int]:
        numbers = self._numbers
        return {number for name in names(sentence) if (number := numbers.get(name)) is not None}

    def _named(self, sentence: Sentence) -> set[tuple[str, int]]:
        numbers = self._numbers
        return {(name, number) for name in names(sentence) if (number := numbers.get(name)) is not None}
