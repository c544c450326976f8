"""How much more labelled sentences would help: the quick judge on ever more companies.

Run by `python -m scripts.learning_curve`. The encoder is left out: it would take an hour a point.
"""

from __future__ import annotations

import sys

import numpy as np

from scripts.histories import Apart, histories
from scripts.linear import Linear, features
from scripts.material import FOLDS, Row, answers, folds, labelled, lessons
from scripts.measure import Marks, count
from scripts.train import SHARED

_SHARES = (0.125, 0.25, 0.5, 1.0)
_OWN, _HISTORIES = " and our lessons", ", our lessons and the histories"


def main() -> int:
    """F1 on companies not seen, by the share of the other companies' sentences learned from."""
    if not (SHARED / "data").is_dir():
        sys.stdout.write(f"No labelled data at {SHARED}: nothing to learn from.\n")
        return 0
    rows = labelled(SHARED)
    own, past = lessons(), histories(SHARED)
    everything = rows + own + past
    found, truth, home = features([r.sentence for r in everything]), answers(everything), folds(rows)
    for share, more in [*((s, "") for s in _SHARES), (1.0, _OWN), (1.0, _HISTORIES)]:
        said = np.zeros((len(rows), truth.shape[1]), bool)
        for fold in range(FOLDS):
            held = np.flatnonzero(home == fold)
            learned = _some(rows, np.flatnonzero(home != fold).tolist(), share)
            if more:
                learned += range(len(rows), len(rows) + len(own))
            if more == _HISTORIES:
                apart = Apart([rows[i] for i in held])
                start = len(rows) + len(own)
                learned += [start + n for n, row in enumerate(past) if apart.of(row.company, row.sentence)]
            said[held] = Linear(found, truth, learned).predict([found[i] for i in held]) > np.log(0.4 / 0.6)
        sys.stdout.write(_line(share, more, rows, said, truth[: len(rows)] > 0))
        sys.stdout.flush()
    return 0


def _some(rows: list[Row], candidates: list[int], share: float) -> list[int]:
    companies = sorted({rows[i].company for i in candidates})
    dice = np.random.default_rng(3)
    kept = set(dice.permutation(companies)[: max(1, round(share * len(companies)))].tolist())
    return [i for i in candidates if rows[i].company in kept]


def _line(share: float, more: str, rows: list[Row], said: Marks, truth: Marks) -> str:
    cells = []
    for origin in ("real", "written"):
        kept = [i for i, row in enumerate(rows) if row.origin == origin]
        relevance = count(said[kept, :1], truth[kept, :1]).f1
        categories = count(said[kept, 1:], truth[kept, 1:]).f1
        cells.append(f"{origin}: relevance F1 {relevance:.3f}, categories micro F1 {categories:.3f}")
    return f"{share:6.1%} of companies{more:31} {'   '.join(cells)}\n"


if __name__ == "__main__":
    sys.exit(main())
