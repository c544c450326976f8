"""The labelled sentences that the detector learns from and is measured on."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from service.model import Category, Sentence

LABELS = ("relevant", *(c.value for c in Category))
RARE = (
    Category.DIRECT_ACCESS,
    Category.NEVER,
    Category.ENCRYPTION,
    Category.NO_DATA,
    Category.REDIRECT,
    Category.VOLUME,
    Category.SCOPE_LIMIT,
    Category.TRANSPARENCY,
    Category.CHALLENGE,
)
"""The headline assurances, seldom in real documents."""
FOLDS = 3
LESSONS = Path(__file__).parent / "lessons"


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled sentence. `origin`: real, written, or lesson and history (labelled by us, never measured on)."""

    sentence: Sentence
    relevant: bool
    categories: tuple[Category, ...]
    exception: str
    company: str
    origin: str


def labelled(shared: Path) -> list[Row]:
    """The shared sentences, real ones first."""
    files = (("assurances.jsonl", "real"), ("assurances.written.jsonl", "written"))
    return [
        _row(line, origin)
        for name, origin in files
        for line in (shared / "data" / name).read_text("utf-8").splitlines()
    ]


def lessons() -> list[Row]:
    """Sentences of our own, of invented companies: categories | heading | sentence before | sentence."""
    return [row for _, row in named_lessons()]


def named_lessons() -> list[tuple[str, Row]]:
    """Each with the name of the file that it stands in."""
    return [
        (path.stem, _lesson(line))
        for path in sorted(LESSONS.glob("*.txt"))
        for line in path.read_text("utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]


def answers(rows: Sequence[Row]) -> npt.NDArray[np.float32]:
    """(n, labels): relevance, then one column a category."""
    found = np.zeros((len(rows), len(LABELS)), np.float32)
    for index, row in enumerate(rows):
        found[index, 0] = row.relevant
        for category in row.categories:
            found[index, LABELS.index(category.value)] = 1
    return found


def folds(rows: Sequence[Row]) -> npt.NDArray[np.int64]:
    """The fold each row is tested in; no company is in two. Companies by size, each to the smallest fold."""
    sizes: dict[str, int] = {}
    for row in rows:
        sizes[row.company] = sizes.get(row.company, 0) + 1
    filled = [0] * FOLDS
    home: dict[str, int] = {}
    for company in sorted(sizes, key=lambda c: (-sizes[c], zlib.crc32(c.encode()))):
        home[company] = filled.index(min(filled))
        filled[home[company]] += sizes[company]
    return np.array([home[row.company] for row in rows])


def _row(line: str, origin: str) -> Row:
    fields = json.loads(line)
    return Row(
        Sentence(fields["text"], fields["heading"], fields["prev"]),
        fields["relevant"],
        tuple(Category(c) for c in fields["categories"]),
        fields["exception"],
        fields["company"],
        origin,
    )


def _lesson(line: str) -> Row:
    categories, heading, prev, text = (part.strip() for part in line.split("|", 3))
    named = () if categories == "-" else tuple(Category(c) for c in categories.split(","))
    return Row(Sentence(text, heading, prev), bool(named), named, "", "", "lesson")
