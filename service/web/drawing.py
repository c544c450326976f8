"""The picture of a company's history: where its bars and marks go. Pure; templates turn it into SVG."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from service.model import Category
from service.store.portrait import Mark, Span

WIDTH, LEFT, RIGHT = 960.0, 330.0, 14.0
TOP, LANE, HEADING = 30.0, 24.0, 26.0
LETTERS = 46
"""Of a sentence, so many stand beside its bar."""
_LEAST = timedelta(days=1)
_TICKS = 9
_NUMBER = re.compile(r"^\(?(?:\d{1,2}|[a-z])[.)] ")
"""Of an item in a list."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A piece of time in which a lineage was said."""

    x: float
    width: float
    open: bool
    """It still is."""


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that happened, at `x`."""

    x: float
    mark: Mark


@dataclass(frozen=True, slots=True)
class Lane:
    """One lineage."""

    y: float
    label: str
    span: Span
    bars: tuple[Bar, ...]
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A date on the axis."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything placed; `headings` are (y, category)."""

    width: float
    height: float
    left: float
    top: float
    lanes: tuple[Lane, ...]
    headings: tuple[tuple[float, Category], ...]
    ticks: tuple[Tick, ...]
    start: datetime
    """When the first of them was said."""
    asked: float | None
    """Where the day stands that was asked for; None: none was, or it lies before."""


def draw(spans: Sequence[Span], now: datetime, as_of: datetime | None = None) -> Picture | None:
    """None where there is nothing to draw. `as_of`: a day to be marked."""
    if not spans:
        return None
    start = min(span.pieces[0][0] for span in spans)
    scale = _Scale(start, max(now, start + _LEAST))
    lanes: list[Lane] = []
    headings: list[tuple[float, Category]] = []
    y = TOP
    for span in spans:
        category = span.categories[0] if span.categories else Category.PROCEDURE
        if not headings or headings[-1][1] is not category:
            y += HEADING
            headings.append((y - 8, category))
        lanes.append(_lane(span, y, scale))
        y += LANE
    asked = scale.x(as_of) if as_of is not None and as_of >= start else None
    return Picture(WIDTH, y + 8, LEFT, TOP, tuple(lanes), tuple(headings), scale.ticks(), start, asked)


class _Scale:
    """Times to places."""

    def __init__(self, start: datetime, end: datetime) -> None:
        self.start, self.end = start, end

    def x(self, at: datetime) -> float:
        share = (at - self.start) / (self.end - self.start)
        return round(LEFT + min(max(share, 0.0), 1.0) * (WIDTH - LEFT - RIGHT), 1)

    def ticks(self) -> tuple[Tick, ...]:
        """Firsts of years or months, else days; at most nine, so that their names do not touch."""
        months = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month
        if months < 2:
            return (Tick(self.x(self.start), _day(self.start)),)
        step = next(s for s in (1, 2, 3, 6, 12, 24, 60, 120, 240, 1200, 12000) if months / s <= _TICKS)
        number = self.start.year * 12 + self.start.month
        number += -(number - 1) % step if step > 1 else 0
        found = []
        while (at := _month(number)) <= self.end:
            if at >= self.start:
                found.append(Tick(self.x(at), f"{at:%Y}" if step >= 12 else f"{at:%b %Y}"))
            number += step
        return tuple(tick for tick in found if tick.x < WIDTH - 50)


def _lane(span: Span, y: float, scale: _Scale) -> Lane:
    bars = tuple(
        Bar(scale.x(a), max(scale.x(b or scale.end) - scale.x(a), 2.0), b is None) for a, b in span.pieces
    )
    signs = tuple(Sign(scale.x(mark.at), mark) for mark in span.marks)
    return Lane(y, _short(span.text), span, bars, signs)


def _short(text: str) -> str:
    words = _NUMBER.sub("", " ".join(text.split()))
    return words if len(words) <= LETTERS else words[: LETTERS + 1].rsplit(" ", 1)[0] + " …"


def _month(number: int) -> datetime:
    return datetime((number - 1) // 12, (number - 1) % 12 + 1, 1, tzinfo=UTC)


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b %Y}"
