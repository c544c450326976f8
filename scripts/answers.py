"""What the larger encoder answered, kept in `scripts/answers.npz` so that the shipped one learns it without that one.

Logits are kept on a grid of 1/16 and at most 7.9: to be surer is to be no better a teacher.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from scripts.material import Row
from scripts.unlabelled import Unlabelled

ANSWERS = Path(__file__).with_name("answers.npz")
_STEPS = 16
Floats = npt.NDArray[np.float32]


def near_words(where: Path = ANSWERS) -> dict[str, list[str]]:
    """Word → words that stand near it, as sentences were varied by."""
    lines = bytes(np.load(where)["near"]).decode().splitlines()
    return {word: others for word, *others in map(str.split, lines)}


def kept(step: str, rows: Sequence[Row], further: Sequence[Unlabelled], where: Path = ANSWERS) -> Floats:
    """Logits (rows and further ones, labels) of a teacher that learned nothing of what `step` holds back.

    SystemExit where the sentences are others than those that were answered.
    """
    found = np.load(where)
    if bytes(found["asked"]).decode() != _digest(rows, further):
        raise SystemExit("the sentences have changed since they were answered: python -m scripts.teacher")
    logits: Floats = found[_name(step)].astype(np.float32) / _STEPS
    return logits


def keep(
    answered: Mapping[str, Floats],
    rows: Sequence[Row],
    further: Sequence[Unlabelled],
    near: Mapping[str, Sequence[str]],
    where: Path = ANSWERS,
) -> None:
    """Write down step → logits. Of `near`, what the labelled sentences need."""
    said = {word for row in rows for word in re.findall(r"[a-z]+", row.sentence.text.lower())}
    lines = "\n".join(f"{word} {' '.join(near[word])}" for word in sorted(said & near.keys()))
    written: dict[str, Any] = {_name(step): _coarse(logits) for step, logits in answered.items()}
    written["near"] = np.frombuffer(lines.encode(), np.uint8)
    written["asked"] = np.frombuffer(_digest(rows, further).encode(), np.uint8)
    np.savez_compressed(where, **written)


def _coarse(logits: Floats) -> npt.NDArray[np.int8]:
    return np.rint(np.clip(logits.astype(np.float32) * _STEPS, -127, 127)).astype(np.int8)


def _name(step: str) -> str:
    return step.replace(":", "")


def _digest(rows: Sequence[Row], further: Sequence[Unlabelled]) -> str:
    asked = hashlib.sha256()
    for sentence in [*(row.sentence for row in rows), *(one.sentence for one in further)]:
        asked.update("\t".join((sentence.text, sentence.heading, sentence.prev, "\n")).encode())
    return asked.hexdigest()
