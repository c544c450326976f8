"""The encoders that are trained, and how each member is taught."""

from __future__ import annotations

from dataclasses import dataclass

from scripts.packed import COMMON, LAYERS


@dataclass(frozen=True, slots=True)
class Shape:
    """The measures of a pretrained encoder, and how fast it is trained.

    `frozen`: layers left as they come, with the embeddings: the small data set would only wear them down. `places`,
    `first`: how many places there are and which is the first word's. `sides`: whether the sentence and what stands
    around it are marked. `near`: in how many classes a layer tells how far two pieces are apart, 0 if it does not.
    """

    size: int
    layers: int
    frozen: int
    words: int
    places: int
    first: int
    sides: bool
    near: int
    smallest: float
    head_rate: float
    heads: int = 12


MINI = Shape(384, LAYERS, COMMON, 30522, 512, 0, sides=True, near=0, smallest=1e-12, head_rate=3e-3)
"""MiniLM of six layers (Wang et al. 2020), which ships."""
LARGE = Shape(768, 12, 6, 30527, 514, 2, sides=False, near=32, smallest=1e-5, head_rate=1e-3)
"""MPNet (Song et al. 2020), which teaches."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a member is trained.

    `without`: files of lessons that it does not learn from; `histories`: whether it learns from those of the shared
    histories. `alone`: how often a sentence is read with its heading, the sentence before it, or both left out;
    `smooth`: by how much answers are taken for less than certain; `passed`: how often a sentence that is known is
    passed over in the next epoch. `taught`: how much a larger encoder's answer counts beside the label; such a member
    learns from sentences without labels, too (`scripts.unlabelled`).
    """

    seed: int
    epochs: int
    without: frozenset[str]
    histories: bool
    alone: float
    smooth: float
    passed: float
    rate: float = 3e-4
    batch: int = 16
    taught: float = 0


_LATER = frozenset({"guidance", "policies", "twins"})
"""Lessons that were written when the first two members had been trained."""
RECIPES = (
    Recipe(20261125, 5, _LATER | {"bare"}, histories=False, alone=0, smooth=0, passed=0),
    Recipe(1, 5, _LATER, histories=False, alone=0, smooth=0, passed=0),
    Recipe(2, 4, frozenset(), histories=True, alone=0.3, smooth=0.02, passed=0.7),
    Recipe(
        11, 4, frozenset(), histories=True, alone=0.3, smooth=0, passed=0.7, rate=4e-4, batch=32, taught=0.5
    ),
)
"""What makes the second sure of bare sentences makes it hasty in stories, so the first does not learn it. The third
errs on other sentences than the first two, having been taught otherwise. A fourth, a larger encoder's pupil, does not
ship yet (docs/detector.md)."""
