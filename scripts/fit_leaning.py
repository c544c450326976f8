"""Fit the weights by which a single edit leans; writes service/statements/detection/leaning.json.

python -m scripts.fit_leaning [--check]

Learns from the labelled pairs (tests/service/diff/cases, tests/data/pairs-*, and ../shared where it is), but from those
kept out. `--check` writes nothing and prints how each set is read by weights that were fitted without it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import Ridge

from scripts.evaluate_changes import BLIND, MINIMAL, MIRRORED, SHARED, load
from service.diff.second import FAR, single_edit
from service.model import Kind
from service.statements.detection.leaning import measures

WEIGHTS = Path("service/statements/detection/leaning.json")
KEPT_OUT = frozenset({"pairs-untouched-8", "pairs-untouched-8-real", "pairs-untouched-9"})
"""Sets that no weight is fitted on."""
HOLDING_BACK = 100.0
"""Strength of the penalty on weights."""
_WAYS = {Kind.WEAKENED: -1.0, Kind.REWORDED: 0.0, Kind.FIGURE: 0.0, Kind.STRENGTHENED: 1.0}
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Edits:
    """Pairs of one set: what was measured of each, which way it goes, whether one thing was changed."""

    name: str
    measured: Floats
    ways: Floats
    single: npt.NDArray[np.bool_]


def main() -> None:
    """Fit, and write or print."""
    sets = [edits_of(path) for path in files()]
    learned = [one for one in sets if one.name not in KEPT_OUT]
    if "--check" in sys.argv[1:]:
        sys.stdout.write("\n".join(checked(sets, learned)) + "\n")
        return
    weights = fitted(learned)
    WEIGHTS.write_text(
        json.dumps([round(float(w), 5) for w in weights], separators=(",", ":")) + "\n", "utf-8"
    )
    sys.stdout.write(f"{sum(len(one.ways) for one in learned)} pairs; wrote {WEIGHTS}\n")


def files() -> list[Path]:
    """All there are."""
    shared = SHARED / "data/pairs.jsonl"
    own = [MINIMAL, MIRRORED, MINIMAL.with_name("clauses.jsonl"), *sorted(BLIND.glob("pairs-*.jsonl"))]
    return [*own, *([shared] if shared.exists() else [])]


def edits_of(path: Path) -> Edits:
    """The pairs that concern a state on both sides."""
    pairs = [p for p in load(path) if p.kind in _WAYS]
    measured = np.stack([measures(p.old, p.new) for p in pairs]).astype(np.float64)
    single = np.array([single_edit(p.old, p.new) is not None for p in pairs], bool)
    return Edits(path.stem, measured, np.array([_WAYS[p.kind] for p in pairs]), single)


def fitted(sets: Sequence[Edits]) -> Floats:
    """Weights under which the single edits of substance lean by 1.0 on average. No constant: so it mirrors."""
    measured, ways = np.concatenate([s.measured for s in sets]), np.concatenate([s.ways for s in sets])
    blocks = measured.reshape(len(measured), 4, -1)
    spread = np.repeat(blocks.std(axis=(0, 2)) * 2, blocks.shape[2])
    scaled = measured / spread
    model = Ridge(alpha=HOLDING_BACK, fit_intercept=False)
    model.fit(np.concatenate([scaled, -scaled]), np.concatenate([ways, -ways]))
    usual = np.abs(scaled[(ways != 0) & np.concatenate([s.single for s in sets])] @ model.coef_).mean()
    weights: Floats = model.coef_ / spread / usual
    return weights


def checked(sets: Sequence[Edits], learned: Sequence[Edits]) -> Iterator[str]:
    """Of each set, its single edits: how many lean the right way, and how many are told by the leaning alone."""
    for one in sets:
        if not one.single.any():
            continue
        weights = fitted([other for other in learned if other.name != one.name])
        way, true = (one.measured @ weights)[one.single], one.ways[one.single]
        right = np.sign(way[true != 0]) == true[true != 0]
        told = np.where(np.abs(way) < FAR, 0.0, np.sign(way)) == true
        yield f"{one.name:<20}{len(true):>5} single edits: {right.mean():.3f} lean rightly, {told.mean():.3f} told"


if __name__ == "__main__":
    main()
