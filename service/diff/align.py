"""Two readings of one document side by side: which assurance became which."""

from __future__ import annotations

from collections import defaultdict

from rapidfuzz import fuzz

from service.diff.kinds import classify
from service.diff.normal import normal_form
from service.model import Change, Comparison, Kind, Reading, Statement

LIKE = 60.0


def compare_readings(old: Reading, new: Reading) -> Comparison:
    """What became of each assurance of `old`, and which of `new` are additional.

    A statement whose sentence stands in the other reading's `sentences` without being judged a statement there
    is in neither `changes` nor `same`: the text did not change, only the detector wavers.
    """
    same, left, right = _exact(old.statements, new.statements)
    stood = {_mark(s) for s in old.sentences}
    stands = {_mark(s) for s in new.sentences}
    left = [i for i in left if _mark(old.statements[i].text) not in stands]
    right = [j for j in right if _mark(new.statements[j].text) not in stood]
    changes: list[Change] = []
    for i, j in _paired(old.statements, new.statements, left, right):
        a, b = old.statements[i], new.statements[j]
        verdict = classify(a.text, b.text)
        changes.append(Change(verdict.kind, a, b, verdict.score, verdict.reason))
        left.remove(i)
        right.remove(j)
    changes += [Change(Kind.WITHDRAWN, old.statements[i], None, old.statements[i].score) for i in left]
    changes += [Change(Kind.NEW, None, new.statements[j], new.statements[j].score) for j in right]
    return Comparison(tuple(changes), tuple(same))


def _mark(text: str) -> str:
    return normal_form(text).casefold()


def _exact(
    old: tuple[Statement, ...], new: tuple[Statement, ...]
) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    places: defaultdict[str, list[int]] = defaultdict(list)
    for j in range(len(new) - 1, -1, -1):
        places[_mark(new[j].text)].append(j)
    same, left = [], []
    for i, statement in enumerate(old):
        waiting = places.get(_mark(statement.text))
        if waiting:
            same.append((i, waiting.pop()))
        else:
            left.append(i)
    taken = {j for _, j in same}
    return same, left, [j for j in range(len(new)) if j not in taken]


def _paired(
    old: tuple[Statement, ...], new: tuple[Statement, ...], left: list[int], right: list[int]
) -> list[tuple[int, int]]:
    scored = sorted(((fuzz.ratio(old[i].text, new[j].text), i, j) for i in left for j in right), reverse=True)
    pairs: list[tuple[int, int]] = []
    for score, i, j in scored:
        if score >= LIKE and all(i != a and j != b for a, b in pairs):
            pairs.append((i, j))
    return pairs
