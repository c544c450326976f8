"""Which sentences stand at the same place of two texts: between the same neighbours, one for one. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

STRETCH = 4
"""So many sentences between two that stayed; in a longer stretch, the place tells little."""


def same_places(old: Sequence[str], new: Sequence[str]) -> set[tuple[str, str]]:
    """Marks of sentences that changed between two that stayed, where as many stand there as did.

    A sentence that stands several times in either text is no landmark. The ends of a text are none either.
    """
    once = {m for m, n in Counter(old).items() if n == 1} & {m for m, n in Counter(new).items() if n == 1}
    there, here = ([k for k, m in enumerate(text) if m in once] for text in (old, new))
    following = {new[a]: (a, b) for a, b in pairwise(here)}
    found: set[tuple[str, str]] = set()
    for start, end in pairwise(there):
        first, last = following.get(old[start], (0, 0))
        if new[last] == old[end] and last - first == end - start <= STRETCH + 1:
            found.update(zip(old[start + 1 : end], new[first + 1 : last], strict=True))
    return found
