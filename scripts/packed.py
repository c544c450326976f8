"""Writes the encoder's members down so that they are small: rows of whole numbers with a scale, few of them distinct.

What is stored is bytes, and deflate packs them: a row whose usual weight is 12 steps takes about 5.6 bits a weight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Arrays = Mapping[str, npt.NDArray[Any]]
COMMON = 2
"""Layers below the members' own."""
LAYERS = 6
_MATRICES = ("attend", "out", "widen", "narrow")
_STEPS = {"words": 8}
_OTHER_STEPS = 12
"""Steps to the root mean square of a row. Beside rows of 127 steps to the greatest weight, relevance moves
by 0.11 of a logit; another seed moves it by one."""
_QUICK_STEP = 1 / 64


def packed(members: Sequence[Arrays], vocabulary: npt.NDArray[np.uint8]) -> dict[str, npt.NDArray[Any]]:
    """As `service.statements.detection.encoder` reads them. What is common to all is taken from the last."""
    last = members[-1]
    found: dict[str, npt.NDArray[Any]] = {
        "layers": np.array(LAYERS),
        "common": np.array(COMMON),
        "members": np.array(len(members)),
        "vocabulary": vocabulary,
        "places": last["places"],
        "sides": last["sides"],
        "norm": last["norm"],
    }
    found["words.q"], found["words.s"] = _steps(last["words"], _STEPS["words"])
    for index in range(COMMON):
        found.update(_layer(last, f"layer{index}.", ""))
    for number, member in enumerate(members):
        name = f"member{number}."
        for index in range(COMMON, LAYERS):
            found.update(_layer(member, f"layer{index}.", name))
        found[name + "head"], found[name + "head_bias"] = member["head"], member["head_bias"]
    return found


def coarse(weights: npt.NDArray[np.float16]) -> npt.NDArray[np.float16]:
    """Weights of the linear judge, (features, labels), on a grid of 1/64, so that they pack well."""
    steps: npt.NDArray[np.float32] = np.rint(weights.astype(np.float32) / np.float32(_QUICK_STEP))
    return (steps * np.float32(_QUICK_STEP)).astype(np.float16)


def _layer(given: Arrays, layer: str, member: str) -> dict[str, npt.NDArray[Any]]:
    found: dict[str, npt.NDArray[Any]] = {}
    for name, values in given.items():
        if not name.startswith(layer):
            continue
        if name.removeprefix(layer) in _MATRICES:
            found[f"{member}{name}.q"], found[f"{member}{name}.s"] = _steps(values, _OTHER_STEPS)
        else:
            found[member + name] = values
    return found


def _steps(rows: npt.NDArray[Any], steps: float) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    values = rows.astype(np.float32)
    usual = np.sqrt((values * values).mean(axis=1))
    scale = np.maximum(usual / steps, np.abs(values).max(axis=1) / 127) + 1e-12
    return np.rint(values / scale[:, None]).astype(np.int8), scale.astype(np.float32)
