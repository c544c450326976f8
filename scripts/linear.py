"""Fits the linear judge and the weighing of both judges, with scikit-learn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse  # type: ignore[import-untyped]  # scipy ships no types
from sklearn.linear_model import LogisticRegression

from service.model import Sentence
from service.statements.detection.features import names

Floats = npt.NDArray[np.float32]
STRICTNESS = 0.3
"""Inverse of the L2 penalty."""
_SCALES = (("p:", 0.5), ("h:", 0.6))
"""What stands around a sentence counts for less than its own words."""
_JOINT = 0.4


class Linear:
    """One logistic regression a label over the features that occur at least twice."""

    def __init__(self, found: Sequence[Sequence[str]], answers: Floats, rows: Sequence[int]) -> None:
        counts = Counter(name for row in rows for name in set(found[row]))
        self.names = sorted(name for name, count in counts.items() if count > 1)
        self._numbers = {name: number for number, name in enumerate(self.names)}
        self._scales = np.array([_scale(name) for name in self.names], np.float32)
        matrix = self._matrix([found[row] for row in rows])
        models = [_fitted(matrix, answers[list(rows), label]) for label in range(answers.shape[1])]
        self.weights = (
            np.stack([m.coef_[0] for m in models], axis=1).astype(np.float32) * self._scales[:, None]
        )
        self.bias = np.array([m.intercept_[0] for m in models], np.float32)

    def predict(self, found: Sequence[Sequence[str]]) -> Floats:
        """Logits (n, labels)."""
        matrix = self._matrix(found)
        matrix.data[:] = 1
        logits: Floats = np.asarray(matrix @ self.weights) + self.bias
        return logits

    def written_down(self) -> dict[str, npt.NDArray[Any]]:
        """As `service.statements.detection.quick` reads it."""
        return {
            "quick.names": np.frombuffer("\n".join(self.names).encode(), np.uint8),
            "quick.weights": self.weights.astype(np.float16),
            "quick.bias": self.bias,
        }

    def _matrix(self, found: Sequence[Sequence[str]]) -> sparse.csr_matrix:
        columns: list[int] = []
        ends = [0]
        for row in found:
            columns += sorted({n for name in row if (n := self._numbers.get(name)) is not None})
            ends.append(len(columns))
        values = self._scales[np.array(columns, np.int64)]
        return sparse.csr_matrix((values, columns, ends), shape=(len(found), len(self.names)))


def features(sentences: Sequence[Sentence]) -> list[list[str]]:
    """The names of each sentence's features."""
    return [sorted(set(names(sentence))) for sentence in sentences]


def weigh(encoder: Floats, quick: Floats, answers: Floats) -> Floats:
    """(3, labels): how much each judge's logit counts, and a bias, by logistic regression on held-out logits."""
    columns = []
    for label in range(answers.shape[1]):
        both = np.stack([encoder[:, label], quick[:, label]], axis=1)
        model = LogisticRegression(C=0.05, solver="lbfgs", max_iter=500).fit(both, answers[:, label])
        columns.append([*model.coef_[0], model.intercept_[0]])
    return np.array(columns, np.float32).T


def bars(scores: Floats, answers: Floats) -> Floats:
    """The score each label needs, chosen on held-out scores (n, labels): relevance its own, all categories the same.

    What serves micro F1 best is one bar for all labels that are rightly calibrated, half the F1 that can be reached
    (Lipton et al. 2014); sixteen bars fitted to a handful of examples each did worse.
    """
    truth = answers > 0
    relevance = _best(np.arange(0.2, 0.8, 0.01), lambda bar: _f1(scores[:, 0] >= bar, truth[:, 0]))
    held = scores[:, :1] >= relevance
    common = _best(np.arange(0.26, 0.6, 0.01), lambda bar: _f1((scores[:, 1:] >= bar) & held, truth[:, 1:]))
    return np.array([relevance, *[common] * (scores.shape[1] - 1)], np.float32)


def _best(tried: npt.NDArray[np.float64], measure: Callable[[float], float]) -> float:
    """What measures best, smoothed over nine neighbours; of several the highest."""
    smooth = np.convolve([measure(float(bar)) for bar in tried], np.ones(9) / 9, "valid")
    return float(tried[4:-4][np.flatnonzero(smooth == smooth.max())[-1]])


def _f1(given: npt.NDArray[np.bool_], truth: npt.NDArray[np.bool_]) -> float:
    return float(2 * (given & truth).sum() / max(1, given.sum() + truth.sum()))


def _scale(name: str) -> float:
    if "&" in name or "|" in name:
        return _JOINT
    return next((scale for prefix, scale in _SCALES if name.startswith(prefix)), 1.0)


def _fitted(matrix: sparse.csr_matrix, truth: Floats) -> Any:
    return LogisticRegression(C=STRICTNESS, solver="liblinear", random_state=0).fit(matrix, truth)
