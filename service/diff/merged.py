"""Two neighbouring sentences that became one, or one that became two, in other words than before. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from service.diff.restated import content

SHARED = 0.72
"""Share of both sides' words of substance that the two together and the one have in common."""
GAIN = 0.12
"""How much more that must be than what either of the two has in common with the one."""
SHORTEST = 3
"""Words of substance that each of the two has at least."""


def as_one(wholes: Sequence[tuple[int, str]], sentences: Sequence[str | None]) -> Iterator[tuple[int, int]]:
    """Which of `wholes` (index, mark) two neighbours of `sentences` say together, as (index, place of the first).

    `sentences` in reading order, None for one that stands in the other text and takes no part.
    """
    bags = [None if s is None else Counter(content(s)) for s in sentences]
    pairs = [
        (at, a, b)
        for at, (a, b) in enumerate(pairwise(bags))
        if a is not None and b is not None and min(a.total(), b.total()) >= SHORTEST
    ]
    taken: set[int] = set()
    for index, whole in wholes if pairs else ():
        own = Counter(content(whole))
        best, at = max(
            ((_gain(own, a, b), at) for at, a, b in pairs if not {at, at + 1} & taken), default=(0.0, 0)
        )
        if best > 0.0:
            taken |= {at, at + 1}
            yield index, at


def _gain(whole: Counter[str], a: Counter[str], b: Counter[str]) -> float:
    """What the two have in common with the one, 0.0 if that is too little, or hardly more than one of them has."""
    both = _common(whole, a + b)
    if both < SHARED or both < GAIN + max(_common(whole, a), _common(whole, b)):
        return 0.0
    return both


def _common(a: Counter[str], b: Counter[str]) -> float:
    return 2.0 * (a & b).total() / max(a.total() + b.total(), 1)
