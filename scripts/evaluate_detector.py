"""How well relevance, categories and exceptions are read, on sentences of companies the judge had not seen."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from scripts.linear import bars, weigh
from scripts.material import FOLDS, RARE, Row, answers, labelled
from scripts.measure import Counts, Marks, count, interval
from scripts.train import HELD_OUT, logistic
from service.model import Category
from service.statements.detection.detector import DETECTOR_VERSION, bar, judge, labels
from service.statements.detection.exceptions import find_exception
from service.statements.detection.features import names
from service.statements.detection.quick import nearness

_TIMED = 2000
Floats = npt.NDArray[np.float32]


def report(shared: Path) -> str:
    """All measures of the detector, as text."""
    rows = labelled(shared)
    truth = answers(rows) > 0
    said = held_out(rows)
    parts = [f"Detector, version {DETECTOR_VERSION}", _unseen(rows, said, truth)]
    parts.append(_categories(rows, said, truth))
    parts.append(f"Exceptions, exact or within two words, in relevant sentences: {exceptions(rows)}")
    parts.append(_shipped(rows, truth))
    parts.append(_speed(rows))
    return "\n\n".join(parts)


def held_out(rows: Sequence[Row]) -> Marks:
    """(n, labels) as judged by models that had not seen the sentence's company, nor been weighed on its fold."""
    with np.load(HELD_OUT) as kept:
        encoder, quick = kept["encoder"].astype(np.float32), kept["quick"].astype(np.float32)
        home, dismissed = kept["home"], kept["dismissed"]
    truth = answers(rows)
    said = np.zeros(truth.shape, bool)
    for fold in range(FOLDS):
        others, here = home != fold, home == fold
        weighing = weigh(encoder[others], quick[others], truth[others])
        scores = logistic(encoder * weighing[0] + quick * weighing[1] + weighing[2])
        needed = bars(scores[others], truth[others])
        scores[dismissed] = 0
        said[here] = _given(rows, scores, needed)[here]
    return said


def _given(rows: Sequence[Row], scores: Floats, needed: Floats) -> Marks:
    given = np.zeros(scores.shape, bool)
    order = list(Category)
    for index, row in enumerate(rows):
        asked = bar(row.sentence.text, nearness(names(row.sentence)), float(needed[0]))
        if scores[index, 0] < asked or row.sentence.text.rstrip().endswith("?"):
            continue
        given[index, 0] = True
        for category in labels(scores[index, 1:], needed[1:]):
            given[index, 1 + order.index(category)] = True
    return given


def _unseen(rows: Sequence[Row], said: Marks, truth: Marks) -> str:
    lines = [
        f"Companies not seen in training ({FOLDS} folds, no company on both sides), 95 % intervals over companies:"
    ]
    for origin in ("real", "written"):
        kept = [i for i, row in enumerate(rows) if row.origin == origin]
        lines.append(f"  {origin} sentences, {len(kept)}")
        part_said, part_true = said[kept], truth[kept]
        companies = [rows[i].company for i in kept]
        lines.append(_line("relevance", companies, part_said[:, :1], part_true[:, :1]))
        lines.append(_line("categories, micro", companies, part_said[:, 1:], part_true[:, 1:]))
        negative = ~part_true[:, 0]
        false = part_said[negative, 0].mean()
        lines.append(f"    called relevant though it is not: {false:.1%} of {int(negative.sum())}")
        if origin == "written":
            lines.append(_rare(companies, part_said, part_true))
    return "\n".join(lines)


def _line(name: str, companies: Sequence[str], said: Marks, true: Marks) -> str:
    spread = interval(companies, lambda rows: count(said[rows], true[rows]).f1)
    return f"    {name}: {count(said, true)}  {spread}"


def _rare(companies: Sequence[str], said: Marks, true: Marks) -> str:
    columns = [1 + list(Category).index(c) for c in RARE]

    def macro(rows: npt.NDArray[np.int64]) -> float:
        return float(np.mean([count(said[rows, c], true[rows, c]).f1 for c in columns]))

    everything = np.arange(len(said))
    return f"    rare categories, macro: F1 {macro(everything):.3f}  {interval(companies, macro)}"


def _categories(rows: Sequence[Row], said: Marks, truth: Marks) -> str:
    kinds: tuple[tuple[str, Callable[[Row], bool]], ...] = (
        ("real", lambda row: row.origin == "real"),
        ("written", lambda row: row.origin == "written"),
    )
    lines = ["Each category, companies not seen in training:"]
    for column, category in enumerate(Category, start=1):
        cells = []
        for name, chosen in kinds:
            kept = [i for i, row in enumerate(rows) if chosen(row)]
            found = count(said[kept, column], truth[kept, column])
            cells.append(f"{name} {found}  n {int(truth[kept, column].sum()):<4}")
        lines.append(f"  {category.value:14} {'  '.join(cells)}")
    return "\n".join(lines)


def exceptions(rows: Sequence[Row]) -> Counts:
    """In relevant sentences: the same span, give or take two words (rules, nothing learned)."""
    hit = false = missed = 0
    for row in (r for r in rows if r.relevant):
        found = find_exception(row.sentence.text)
        same = bool(row.exception and found and _within_two(row.exception, found))
        hit += same
        false += bool(found) and not same
        missed += bool(row.exception) and not same
    return Counts(hit, false, missed)


def _within_two(one: str, other: str) -> bool:
    left, right = Counter(one.split()), Counter(other.split())
    return sum(((left - right) + (right - left)).values()) <= 2


def _shipped(rows: Sequence[Row], truth: Marks) -> str:
    kept = [i for i, row in enumerate(rows) if row.origin == "written"]
    judged = judge([rows[i].sentence for i in kept])
    said = np.array([[j.relevant, *(c in j.categories for c in Category)] for j in judged])
    return (
        "Shipped weights on the written sentences (which they learned from: a check of the numpy path, no measure):\n"
        f"  relevance {count(said[:, 0], truth[kept, 0])}\n  categories {count(said[:, 1:], truth[kept, 1:])}"
    )


def _speed(rows: Sequence[Row]) -> str:
    sentences = [row.sentence for row in rows[:_TIMED]]
    judge(sentences[:50])
    start = time.process_time()
    judge(sentences)
    spent = time.process_time() - start
    rate = f"{len(sentences) / spent:,.0f} a CPU second"
    return f"Speed on the labelled sentences, of which a third is relevant (pages have far fewer): {rate}"
