"""Which way a single edit leans: towards the person whose data it is, or towards the state.

Fitted to pairs of sentences in which one thing was changed (`scripts.fit_leaning`), so it has an answer for words that
no list holds: the encoder has learned what these are like. Turned sides turn the sign and nothing else.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from service.statements.detection.detector import states

Floats = npt.NDArray[np.float32]
_Read = tuple[list[int], Floats]


def leaning(old: str, new: str) -> float:
    """How far the change from `old` to `new` leans towards the person; against the person where it is negative.

    1.0 is usual for a change of substance.
    """
    return float(measures(old, new) @ _weights())


def measures(old: str, new: str) -> Floats:
    """What the edit puts in less what it takes out, by the encoder's layers; of swapped sides exactly the negative."""
    if old > new:
        return -measures(new, old)
    (before, ours), (after, theirs) = _states(old), _states(new)
    start, end = _edited(before, after)
    gone, come = ours[:, start : len(before) - end], theirs[:, start : len(after) - end]
    spans = (come.sum(axis=1) - gone.sum(axis=1)) / np.sqrt(max(1, gone.shape[1] + come.shape[1]))
    whole = theirs[-1, 0] - ours[-1, 0]
    return np.asarray(np.concatenate([whole, *spans]), np.float32)


def _edited(before: list[int], after: list[int]) -> tuple[int, int]:
    """How many pieces are equal at the start, and how many at the end."""
    most = min(len(before), len(after))
    start = next((i for i in range(most) if before[i] != after[i]), most)
    end = next((i for i in range(most - start) if before[-1 - i] != after[-1 - i]), most - start)
    return start, end


@lru_cache(maxsize=256)
def _states(text: str) -> _Read:
    return states(text)


@cache
def _weights() -> Floats:
    text = files("service.statements.detection").joinpath("leaning.json").read_text("utf-8")
    return np.array(json.loads(text), np.float32)
