"""The quick judge: a linear model over the features of a sentence, for most of what is no assurance at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from service.model import Sentence
from service.statements.features import names

Floats = npt.NDArray[np.float32]


class Quick:
    """Sentences → one logit a label, shape (n, labels)."""

    def __init__(self, weights: Mapping[str, npt.NDArray[np.generic]]) -> None:
        known = bytes(weights["quick.names"].astype(np.uint8)).decode().split("\n")
        self._numbers = {name: number for number, name in enumerate(known)}
        self._weights = weights["quick.weights"].astype(np.float32)
        self._bias = weights["quick.bias"].astype(np.float32)

    def read(self, sentences: Sequence[Sentence]) -> Floats:
        """Logits in order."""
        numbers: list[int] = []
        ends: list[int] = []
        for sentence in sentences:
            numbers += self._known(sentence)
            ends.append(len(numbers))
        sums = np.zeros((len(sentences), len(self._bias)), np.float32)
        start = 0
        chosen = self._weights[np.array(numbers, np.int64)] if numbers else self._weights[:0]
        for row, end in enumerate(ends):
            sums[row] = chosen[start:end].sum(axis=0)
            start = end
        return sums + self._bias

    def reasons(self, sentence: Sentence, label: int, count: int = 4) -> tuple[str, ...]:
        """The features that speak most for a label, strongest first."""
        by_number = [(float(self._weights[n, label]), name) for name, n in self._named(sentence)]
        best = sorted((w, name) for w, name in by_number if w > 0)[::-1][:count]
        return tuple(name for _, name in best)

    def _known(self, sentence: Sentence) -> set[int]:
        numbers = self._numbers
        return {number for name in names(sentence) if (number := numbers.get(name)) is not None}

    def _named(self, sentence: Sentence) -> set[tuple[str, int]]:
        numbers = self._numbers
        return {(name, number) for name in names(sentence) if (number := numbers.get(name)) is not None}
