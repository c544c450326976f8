"""How much more labelled sentences would help: the quick judge on ever more companies.

Run by `python -m scripts.learning_curve`. The encoder is left out: it would take an hour a point.
"""

from __future__ import annotations

import sys

import numpy as np

from scripts.linear import Linear, features
from scripts.material import FOLDS, Row, answers, folds, labelled, lessons
from scripts.measure import Marks, count
from scripts.train import SHARED

_SHARES = (0.125, 0.25, 0.5, 1.0)


def main() -> int:
    """F1 on companies not seen, by the share of the other companies' sentences learned from."""
    if not (SHARED / "data").is_dir():
        sys.stdout.write(f"No labelled data at {SHARED}: nothing to learn from.\n")
        return 0
    rows = labelled(SHARED)
    everything = rows + lessons()
    found, truth, home = features([r.sentence for r in everything]), answers(everything), folds(rows)
    own = list(range(len(rows), len(everything)))
    for share, with_own in [*((s, False) for s in _SHARES), (1.0, True)]:
        said = np.zeros((len(rows), truth.shape[1]), bool)
        for fold in range(FOLDS):
            held = np.flatnonzero(home == fold)
            learned = _some(rows, np.flatnonzero(home != fold).tolist(), share) + (own if with_own else [])
            said[held] = Linear(found, truth, learned).predict([found[i] for i in held]) > np.log(0.4 / 0.6)
        sys.stdout.write(_line(share, with_own, rows, said, truth[: len(rows)] > 0))
    return 0


def _some(rows: list[Row], candidates: list[int], share: float) -> list[int]:
    companies = sorted({rows[i].company for i in candidates})
    dice = np.random.default_rng(3)
    kept = set(dice.permutation(companies)[: max(1, round(share * len(companies)))].tolist())
    return [i for i in candidates if rows[i].company in kept]


def _line(share: float, with_own: bool, rows: list[Row], said: Marks, truth: Marks) -> str:
    cells = []
    for origin in ("real", "written"):
        kept = [i for i, row in enumerate(rows) if row.origin == origin]
        relevance = count(said[kept, :1], truth[kept, :1]).f1
        categories = count(said[kept, 1:], truth[kept, 1:]).f1
        cells.append(f"{origin}: relevance F1 {relevance:.3f}, categories micro F1 {categories:.3f}")
    return f"{share:6.1%} of companies{' and our lessons' if with_own else '':17} {'   '.join(cells)}\n"


if __name__ == "__main__":
    sys.exit(main())
