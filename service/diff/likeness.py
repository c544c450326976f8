"""How alike two sentences are, and which ones are worth comparing at all."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Sequence
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from service.diff.frame import INTACT

FEW = 400
"""So many pairs are all compared; beyond, only those that share one of their rarest words."""
KEEP = 10
"""Candidates kept for each sentence."""
HELD = 0.85
"""Share of a sentence's words that a longer one must hold to say it in full."""
LONGER = 1.25
"""How much longer it must be at least."""
PROBES = 5
"""Rare words of a sentence by which others are found."""
NEAR = 3
CROWD = 60
"""Sentences looked at for one word; what more of them share tells nothing."""
_CHARACTERS = 0x10FFFF
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")


@lru_cache(maxsize=16384)
def words(mark: str) -> tuple[str, ...]:
    """The words of a normal form in lower case."""
    return tuple(_WORD.findall(mark))


class Weights:
    """Rare words say more about identity than common ones: weights by how many of the sentences hold a word."""

    def __init__(self, marks: Sequence[str]) -> None:
        self._count = Counter(w for mark in marks for w in set(words(mark)))
        total = max(len(marks), 1) + 1.0
        self._weight = {w: math.log(1.0 + total / (n + 0.5)) for w, n in self._count.items()}
        self._bags: dict[str, tuple[Counter[str], float]] = {}

    def rarest(self, mark: str, known: Container[str]) -> list[str]:
        """Of the words that are `known`, those that tell most about a sentence."""
        own = {w for w in words(mark) if w in known}
        return sorted(own, key=lambda w: (self._count[w], w))[:PROBES]

    def shared(self, a: str, b: str) -> float:
        """Share 0..1 of the weight of two sentences' words that they have in common. Both are among the `marks`."""
        (left, all_left), (right, all_right) = self._bag(a), self._bag(b)
        if len(left) > len(right):
            left, right = right, left
        common = math.fsum(self._weight[w] * min(n, right[w]) for w, n in left.items() if w in right)
        return 2.0 * common / (all_left + all_right)

    def _bag(self, mark: str) -> tuple[Counter[str], float]:
        found = self._bags.get(mark)
        if found is None:
            bag = Counter(words(mark))
            found = self._bags[mark] = bag, math.fsum(self._weight[w] * n for w, n in bag.items())
        return found


def likeness(a: str, b: str, weights: Weights, least: float = 0.0) -> float:
    """0..1 for two normal forms: half by order of words, half by weight of the shared ones.

    Where the second half alone shows that it stays below `least`, 0.0.
    """
    left, right = words(a), words(b)
    if not left or not right:
        return 0.0
    shared = 0.5 * weights.shared(a, b)
    if shared + 0.5 < least:
        return 0.0
    return shared + 0.5 * Indel.normalized_similarity(left, right)


def alike(
    left: Sequence[str], right: Sequence[str], least: float, most: int | None = None
) -> Iterator[list[int]]:
    """For each of `left` the indices into `right` of those that have so much of its words in its order.

    `most`: only so many of them, the likest.

    All are compared, each word as one character: thousands against thousands take a second.
    """
    numbers: dict[str, int] = {}

    def spelled(mark: str) -> str:
        return "".join(chr(numbers.setdefault(w, len(numbers)) % _CHARACTERS) for w in words(mark))

    every = [spelled(mark) for mark in right]
    for mark in left:
        row = cdist([spelled(mark)], every, scorer=Indel.normalized_similarity, score_cutoff=least)[0]
        found = row.nonzero()[0]
        if most is not None and len(found) > most:
            found = row.argsort(kind="stable")[: -most - 1 : -1]
        yield [int(j) for j in found]


def candidates(left: Sequence[str], right: Sequence[str], weights: Weights) -> list[tuple[int, int]]:
    """Index pairs worth comparing: all if few, else those that share rare words, the best few of each."""
    if len(left) * len(right) <= FEW:
        return [(i, j) for i in range(len(left)) for j in range(len(right))]
    places: defaultdict[str, list[int]] = defaultdict(list)
    for j, mark in enumerate(right):
        for word in set(words(mark)):
            places[word].append(j)
    found: list[tuple[int, int]] = []
    for i, mark in enumerate(left):
        hits = Counter(j for word in weights.rarest(mark, places) for j in places[word][:CROWD])
        found += [(i, j) for j, _ in hits.most_common(KEEP)]
    return found


def neighbours(left: int, right: int) -> list[tuple[int, int]]:
    """Index pairs of two lists of these lengths that stand at about the same place."""
    return [
        (i, j)
        for i in range(left)
        for j in range(max(i * right // left - NEAR, 0), min(i * right // left + NEAR + 1, right))
    ]


class Holders:
    """Finds the longer sentences that hold nearly all words of a shorter one."""

    def __init__(self, marks: Sequence[str]) -> None:
        self._bags = [set(words(m)) for m in marks]
        self._lengths = [len(m) for m in marks]
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        for k, bag in enumerate(self._bags):
            for word in bag:
                self._places[word].append(k)

    def holding(self, mark: str) -> list[int]:
        """Indices of a few of them, found by the words of `mark` that stand in the fewest."""
        own = set(words(mark))
        known = sorted((w for w in own if w in self._places), key=lambda w: (len(self._places[w]), w))
        hits = Counter(k for w in known[:PROBES] for k in self._places[w][:CROWD])
        least, enough = LONGER * len(mark), HELD * len(own)
        near = [k for k, _ in hits.most_common(CROWD) if self._lengths[k] >= least]
        return [k for k in near if len(own & self._bags[k]) >= enough][:KEEP]


def contains(part: str, whole: str) -> str:
    """The stretch of `whole` that says all of `part`, or "" if none does. Both in normal form."""
    if not len(part) < len(whole):
        return ""
    place = fuzz.partial_ratio_alignment(part, whole, score_cutoff=INTACT - 6.0)
    if place is None or place.score < INTACT - 6.0:
        return ""
    start = whole.rfind(" ", 0, place.dest_start + 1) + 1
    end = whole.find(" ", max(place.dest_end - 1, 0))
    return whole[start : end if end >= 0 else len(whole)]
