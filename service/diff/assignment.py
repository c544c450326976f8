"""The best one-to-one pairing by score: optimal within each group of candidates that compete."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

LARGEST = 160
"""Rows or columns of a group that is solved whole (a few ms); larger ones first lose their weakest candidates."""
STEP = 0.06


def best_pairs(scores: Mapping[tuple[int, int], float]) -> list[tuple[int, int]]:
    """Pairs (left, right), each side used at most once, with the greatest sum of positive `scores`."""
    pairs: list[tuple[int, int]] = []
    waiting = [dict(scores)]
    while waiting:
        for group in _groups(waiting.pop()):
            if _extent(group) <= LARGEST:
                pairs += _solved(group)
            else:
                waiting.append(_thinned(group))
    return sorted(pairs)


def _extent(group: Mapping[tuple[int, int], float]) -> int:
    return max(len({i for i, _ in group}), len({j for _, j in group}))


def _thinned(group: dict[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    """Without the weakest; where all are equally good, only each row's first stays."""
    bar = min(group.values()) + STEP
    kept = {pair: score for pair, score in group.items() if score >= bar}
    if kept:
        return kept
    first: dict[int, tuple[int, int]] = {}
    taken: set[int] = set()
    for i, j in sorted(group):
        if i not in first and j not in taken:
            first[i] = (i, j)
            taken.add(j)
    return {pair: group[pair] for pair in first.values()}


def _groups(scores: Mapping[tuple[int, int], float]) -> Iterable[dict[tuple[int, int], float]]:
    """Connected components of the candidate graph."""
    root: dict[tuple[str, int], tuple[str, int]] = {}

    def find(node: tuple[str, int]) -> tuple[str, int]:
        root.setdefault(node, node)
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for i, j in scores:
        root[find(("l", i))] = find(("r", j))
    groups: defaultdict[tuple[str, int], dict[tuple[int, int], float]] = defaultdict(dict)
    for (i, j), score in scores.items():
        groups[find(("l", i))][i, j] = score
    return list(groups.values())


def _solved(group: Mapping[tuple[int, int], float]) -> list[tuple[int, int]]:
    rows, columns = sorted({i for i, _ in group}), sorted({j for _, j in group})
    if len(rows) == 1 or len(columns) == 1:
        return [max(group, key=lambda pair: (group[pair], -pair[0], -pair[1]))]
    size = max(len(rows), len(columns))
    cost = np.zeros((size, size))
    at_row, at_column = {r: k for k, r in enumerate(rows)}, {c: k for k, c in enumerate(columns)}
    for (i, j), score in group.items():
        cost[at_row[i], at_column[j]] = -score
    chosen = _hungarian(cost)
    return [(i, columns[chosen[k]]) for k, i in enumerate(rows) if (i, _at(columns, chosen[k])) in group]


def _at(columns: list[int], k: int) -> int:
    return columns[k] if k < len(columns) else -1


def _hungarian(cost: npt.NDArray[np.float64]) -> list[int]:
    """Column of each row in the cheapest assignment of a square matrix (shortest augmenting paths, O(n³))."""
    n = len(cost)
    over, under = np.zeros(n + 1), np.zeros(n + 1)
    row_of = np.zeros(n + 1, dtype=np.int64)
    for row in range(1, n + 1):
        row_of[0] = row
        column = 0
        least = np.full(n + 1, np.inf)
        used = np.zeros(n + 1, dtype=bool)
        back = np.zeros(n + 1, dtype=np.int64)
        while row_of[column] != 0:
            used[column] = True
            current = row_of[column]
            free = ~used
            free[0] = False
            reduced = cost[current - 1] - over[current] - under[1:]
            better = free[1:] & (reduced < least[1:])
            least[1:][better] = reduced[better]
            back[1:][better] = column
            nearest = int(np.argmin(np.where(free, least, np.inf)))
            delta = least[nearest]
            over[row_of[used]] += delta
            under[used] -= delta
            least[free] -= delta
            column = nearest
        while column:
            before = int(back[column])
            row_of[column] = row_of[before]
            column = before
    chosen = [0] * n
    for column in range(1, n + 1):
        chosen[row_of[column] - 1] = column - 1
    return chosen
