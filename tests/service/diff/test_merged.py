"""Which two neighbouring sentences became one: set against counting every pair by hand."""

from __future__ import annotations

import random
import time
from collections import Counter
from itertools import pairwise

from service.diff.align import compare_readings
from service.diff.merged import GAIN, SHARED, SHORTEST, as_one
from service.diff.restated import content
from service.model import Kind
from tests.service.diff.readings import kinds, only, reading

WORDS = [
    "police", "court", "warrant", "order", "records", "account", "notify", "disclose", "review", "challenge", "keys",
    "encryption", "subpoena", "officer",
]  # fmt: skip


def by_hand(wholes: list[tuple[int, str]], sentences: list[str | None]) -> list[tuple[int, int]]:
    """Every whole against every pair of neighbours."""
    bags = [None if s is None else Counter(content(s)) for s in sentences]
    found: list[tuple[int, int]] = []
    taken: set[int] = set()
    for index, whole in wholes:
        own, best, place = Counter(content(whole)), 0.0, 0
        for at, (a, b) in enumerate(pairwise(bags)):
            if a is None or b is None or {at, at + 1} & taken or min(a.total(), b.total()) < SHORTEST:
                continue
            both = _common(own, a + b)
            if both >= SHARED and both >= GAIN + max(_common(own, a), _common(own, b)) and both >= best:
                best, place = both, at
        if best:
            taken |= {place, place + 1}
            found.append((index, place))
    return found


def _common(a: Counter[str], b: Counter[str]) -> float:
    return 2.0 * (a & b).total() / max(a.total() + b.total(), 1)


def some_texts(seed: int) -> tuple[list[tuple[int, str]], list[str | None]]:
    dice = random.Random(seed)  # noqa: S311 -- to be repeated
    sentences: list[str | None] = [
        None if dice.random() < 0.1 else " ".join(dice.choices(WORDS, k=dice.randint(1, 6)))
        for _ in range(30)
    ]
    wholes = []
    for index in range(6):
        at = dice.randrange(29)
        words = f"{sentences[at] or ''} {sentences[at + 1] or ''}".split()
        dice.shuffle(words)
        wholes.append((index, " ".join(words + dice.choices(WORDS, k=dice.randint(0, 2)))))
    return wholes, sentences


def test_it_finds_what_counting_every_pair_finds() -> None:
    texts = [some_texts(seed) for seed in range(40)]
    found = [list(as_one(*each)) for each in texts]
    assert found == [by_hand(*each) for each in texts]
    assert sum(map(len, found)) > 40


def test_many_sentences_take_no_longer_than_reading_their_words() -> None:
    dice = random.Random(5)  # noqa: S311 -- to be repeated
    sentences = [" ".join(dice.choices(WORDS, k=14)) for _ in range(2000)]
    wholes = [(index, " ".join(dice.choices(WORDS, k=20))) for index in range(40)]
    began = time.process_time()
    for sentence in sentences:
        content(sentence)
    reading = time.process_time() - began
    list(as_one(wholes, sentences))
    assert time.process_time() - began < 4 * reading


def test_without_neighbours_nothing_is_found() -> None:
    whole = [(0, "police court warrant records account notify")]
    assert list(as_one(whole, [])) == []
    assert list(as_one(whole, ["police court warrant"])) == []
    assert list(as_one(whole, ["police court warrant", None, "records account notify"])) == []
    assert list(as_one([], ["police court warrant", "records account notify"])) == []
    assert list(as_one(whole, ["police court warrant", "records account notify"])) == [(0, 0)]


def test_two_neighbours_that_became_one_in_other_words_are_one_rewording() -> None:
    two = ["Our legal team reviews each request.", "Requests that are overbroad or unlawful are rejected."]
    one = "Our legal team reviews each request and rejects requests that are overbroad or unlawful."
    there = only(compare_readings(reading(two), reading([one])))
    back = only(compare_readings(reading([one]), reading(two)))
    assert (there.kind, back.kind) == (Kind.REWORDED, Kind.REWORDED)


def test_two_neighbours_that_became_one_and_lost_something_tell_of_it() -> None:
    two = ["We object to requests that are improper.", "We notify users of a request before we answer it."]
    one = "We object to requests that are improper, and notify users of a request after we have answered it."
    assert Kind.WEAKENED in kinds(compare_readings(reading(two), reading([one])))
