"""Two neighbouring sentences that became one, or one that became two, in other words than before. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from service.diff.restated import content

SHARED = 0.72
"""Share of both sides' words of substance that the two together and the one have in common."""
GAIN = 0.12
"""How much more that must be than what either of the two has in common with the one."""
SHORTEST = 3
"""Words of substance that each of the two has at least."""

_Counts = npt.NDArray[np.int64]
_Postings = Mapping[str, tuple[_Counts, _Counts]]
"""Where a word stands, rising, and how often in each."""


def as_one(wholes: Sequence[tuple[int, str]], sentences: Sequence[str | None]) -> Iterator[tuple[int, int]]:
    """Which of `wholes` (index, mark) two neighbours of `sentences` say together, as (index, place of the first).

    `sentences` in reading order, None for one that stands in the other text and takes no part. Time grows with the
    places where words of a whole stand, not with all pairs of neighbours for each whole.
    """
    bags = [Counter(content(s)) if s is not None else Counter() for s in sentences] if wholes else []
    totals = np.array([bag.total() for bag in bags], dtype=np.int64)
    free = np.minimum(totals[:-1], totals[1:]) >= SHORTEST
    if not free.any():
        return
    owned = [(index, Counter(content(whole))) for index, whole in wholes]
    postings = _postings(bags, {word for _, own in owned for word in own})
    for index, own in owned:
        gains = np.where(free, _gains(own, totals, postings), 0.0)
        at = len(gains) - 1 - int(gains[::-1].argmax())
        if gains[at] > 0.0:
            free[max(at - 1, 0) : at + 2] = False
            yield index, at


def _postings(bags: Sequence[Counter[str]], asked: set[str]) -> _Postings:
    places: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for at, bag in enumerate(bags):
        for word in bag.keys() & asked:
            places[word].append((at, bag[word]))
    tables = {word: np.array(found, dtype=np.int64) for word, found in places.items()}
    return {word: (table[:, 0], table[:, 1]) for word, table in tables.items()}


def _gains(own: Counter[str], totals: _Counts, postings: _Postings) -> npt.NDArray[np.float64]:
    """By pair, what the two have in common with the one; 0.0 if too little, or hardly more than either has."""
    alone = np.zeros(len(totals), dtype=np.int64)
    twice = np.zeros(len(totals) - 1, dtype=np.int64)
    for word, times in own.items():
        if word not in postings:
            continue
        at, counts = postings[word]
        alone[at] += np.minimum(times, counts)
        (next_to,) = np.nonzero(np.diff(at) == 1)
        a, b = counts[next_to], counts[next_to + 1]
        twice[at[next_to]] += np.minimum(times, a) + np.minimum(times, b) - np.minimum(times, a + b)
    one, pairs = own.total(), totals[:-1] + totals[1:]
    single = 2.0 * alone / np.maximum(totals + one, 1)
    both = 2.0 * (alone[:-1] + alone[1:] - twice) / np.maximum(pairs + one, 1)
    enough = (both >= SHARED) & (both >= GAIN + np.maximum(single[:-1], single[1:]))
    return np.where(enough, both, 0.0)
