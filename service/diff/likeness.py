"""How alike two sentences are, and which ones are worth comparing at all."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from service.diff.frame import INTACT

FEW = 400
"""So many pairs are all compared; beyond, only those that share a rare word."""
RARE = 12
"""A word that stands in at most so many of the sentences leads from one to another."""
KEEP = 10
"""Candidates kept for each sentence."""
HELD = 0.85
"""Share of a sentence's words that a longer one must hold to say it in full."""
PROBES = 4
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")


@lru_cache(maxsize=16384)
def words(mark: str) -> tuple[str, ...]:
    """The words of a normal form in lower case."""
    return tuple(_WORD.findall(mark))


class Weights:
    """Rare words say more about identity than common ones: weights by how many of the sentences hold a word."""

    def __init__(self, marks: Sequence[str]) -> None:
        self._count = Counter(w for mark in marks for w in set(words(mark)))
        self._total = max(len(marks), 1)

    def of(self, word: str) -> float:
        return math.log(1.0 + (self._total + 1.0) / (self._count[word] + 0.5))

    def rare(self, mark: str) -> list[str]:
        found = [w for w in set(words(mark)) if self._count[w] <= RARE]
        return sorted(found, key=lambda w: (self._count[w], w))[:KEEP]

    def sum(self, found: Counter[str]) -> float:
        return math.fsum(self.of(w) * n for w, n in found.items())


def likeness(a: str, b: str, weights: Weights) -> float:
    """0..1 for two normal forms: half by order of words, half by weight of the shared ones."""
    left, right = words(a), words(b)
    if not left or not right:
        return 0.0
    bag, other = Counter(left), Counter(right)
    shared = weights.sum(bag & other)
    dice = 2.0 * shared / (weights.sum(bag) + weights.sum(other))
    return 0.5 * dice + 0.5 * Indel.normalized_similarity(left, right)


def candidates(left: Sequence[str], right: Sequence[str], weights: Weights) -> list[tuple[int, int]]:
    """Index pairs worth comparing: all if few, else those that share rare words, the best few of each."""
    if len(left) * len(right) <= FEW:
        return [(i, j) for i in range(len(left)) for j in range(len(right))]
    places: defaultdict[str, list[int]] = defaultdict(list)
    for j, mark in enumerate(right):
        for word in weights.rare(mark):
            places[word].append(j)
    found: list[tuple[int, int]] = []
    for i, mark in enumerate(left):
        hits = Counter(j for word in weights.rare(mark) for j in places[word])
        found += [(i, j) for j, _ in hits.most_common(KEEP)]
    return found


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
        """Indices of them; looked for by the words of `mark` that stand in the fewest."""
        own = set(words(mark))
        known = sorted((w for w in own if w in self._places), key=lambda w: (len(self._places[w]), w))
        near = {k for w in known[:PROBES] for k in self._places[w]}
        enough = HELD * len(own)
        return [
            k for k in sorted(near) if self._lengths[k] > len(mark) and len(own & self._bags[k]) >= enough
        ]


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
