"""Times by which something is promised: "14 June", "the first week of June 2026", "Q3 2026", "every 90 days"."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from service.statements.figures.calendar import MONTH, YEAR, month_number

_ANY_CASE = re.I | re.A
"""Without A, "ı" and "ſ" would stand for "i" and "s", and no table holds such words."""
_DAY = r"\d{1,2}"
_ORDINAL = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_COUNTS = {
    "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10, "twelve": 12,
    "fourteen": 14, "thirty": 30, "sixty": 60, "ninety": 90,
}  # fmt: skip
_COUNT = rf"(?:\d{{1,3}}|{'|'.join(sorted(_COUNTS, key=len, reverse=True))})"
_OF_MONTH = rf"(?:of|in)\s(?P<month>{MONTH})(?:,?\s(?P<year>{YEAR}))?\b"
_SPANS = (
    re.compile(rf"\b(?P<year>{YEAR})[-/](?P<number>\d\d)[-/](?P<day>\d\d)\b"),
    re.compile(
        rf"\b(?P<part>first|second|third|fourth|last|1st|2nd|3rd|4th)\s(?:full\s)?week\s{_OF_MONTH}",
        _ANY_CASE,
    ),
    re.compile(rf"\bfirst\s(?P<count>{_COUNT})\s(?P<unit>days?|weeks?)\s{_OF_MONTH}", _ANY_CASE),
    re.compile(
        rf"\b(?P<half>first|second|1st|2nd|last)\shalf\s{_OF_MONTH}"
        rf"|\b(?P<part2>early|mid|late)[\s-](?:in\s)?(?P<month2>{MONTH})(?:,?\s(?P<year2>{YEAR}))?\b"
        rf"|\b(?P<part3>beginning|start|middle|end)\s(?:of|in)\s(?P<month3>{MONTH})(?:,?\s(?P<year3>{YEAR}))?\b",
        _ANY_CASE,
    ),
    re.compile(
        rf"\b(?P<day>{_DAY})(?:st|nd|rd|th|\.)?\s(?:of\s)?(?P<month>{MONTH})(?:,?\s(?P<year>{YEAR}))?\b"
    ),
    re.compile(
        rf"\b(?P<month>{MONTH})\s(?P<day>{_DAY})(?:st|nd|rd|th)?(?!\d|:\d)(?:\s?,?\s(?P<year>{YEAR})\b)?"
    ),
    re.compile(
        rf"\b(?P<quarter>first|second|third|fourth|1st|2nd|3rd|4th)\squarter\s(?:of\s)?(?P<year>{YEAR})\b"
        rf"|\bQ(?P<number>[1-4])[\s/-]?(?P<year2>{YEAR})\b",
        _ANY_CASE,
    ),
    re.compile(rf"\b(?P<month>{MONTH}),?\s(?:of\s)?(?P<year>{YEAR})\b"),
    re.compile(rf"\b(?:in|by|during|before|until|of)\s(?:the\smonth\sof\s)?(?P<month>{MONTH})(?![\w.]|\s\d)"),
)
_UNITS = {"day": 1, "week": 7, "fortnight": 14}
_MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "half year": 6, "year": 12}
_ADVERBS = (
    (
        r"(?:twice|two\stimes)\s(?:a|per|each|every)\syear|half[\s-]yearly|semi-?annual(?:ly)?|bi-?annual(?:ly)?",
        0,
        6,
    ),
    (r"bi-?monthly|every\sother\smonth", 0, 2),
    (r"bi-?weekly|fortnightly|every\sother\sweek", 14, 0),
    (r"daily", 1, 0),
    (r"weekly", 7, 0),
    (r"monthly", 0, 1),
    (r"quarterly", 0, 3),
    (r"yearly|annual(?:ly)?", 0, 12),
)
_EVERY = re.compile(
    rf"\b(?:every|each|once\s(?:a|an|per|each|every|in))\s(?:(?P<count>{_COUNT})\s)?"
    rf"(?:calendar\s)?(?P<unit>days?|weeks?|fortnights?|months?|quarters?|half[\s-]years?|years?)\b",
    _ANY_CASE,
)
_WITHIN = re.compile(
    rf"\b(?:within|in|after|for|than|least|another|last|past)\s(?:(?:the\s)?(?:next|last|past|more\sthan)\s)?"
    rf"(?P<count>{_COUNT})[\s-](?P<unit>days?|weeks?|months?|years?)\b",
    _ANY_CASE,
)
_ADVERB = tuple((re.compile(rf"\b(?:{words})\b", re.I), days, months) for words, days, months in _ADVERBS)


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]` names a day, or a period whose last day is `last`."""

    start: int
    end: int
    last: date
    dated: bool
    """The text names the year; otherwise it is the first such day after the base."""


@dataclass(frozen=True, slots=True)
class Step:
    """A period as it is added to a date: so many months (to the same day, or the month's last) and days."""

    months: int = 0
    days: int = 0

    def after(self, start: date) -> date:
        """`start` and one step; OverflowError beyond the year 9999."""
        number = start.year * 12 + start.month - 1 + self.months
        year, month = number // 12, number % 12 + 1
        if year > 9999:
            raise OverflowError("date out of range")
        return date(year, month, min(start.day, monthrange(year, month)[1])) + timedelta(days=self.days)


def find_spans(text: str, base: date) -> tuple[Span, ...]:
    """The days and periods that a sentence names, in order. A day without a year is the first after `base`."""
    found: list[Span] = []
    rest = text
    for pattern in _SPANS:
        for match in pattern.finditer(rest):
            span = _span(match, base)
            if span is not None:
                found.append(span)
                rest = rest[: span.start] + "\x00" * (span.end - span.start) + rest[span.end :]
    return tuple(sorted(found, key=lambda s: s.start))


def find_steps(text: str) -> Iterator[Step]:
    """The rhythms that a sentence names: "every 90 days", "quarterly", "once a month"."""
    for match in _EVERY.finditer(text):
        yield _step(match)
    for pattern, days, months in _ADVERB:
        if pattern.search(text):
            yield Step(months, days)


def find_terms(text: str) -> Iterator[Step]:
    """The terms that a sentence sets: "within 60 days", "older than 14 days"."""
    for match in _WITHIN.finditer(text):
        yield _step(match)


def without_dates(text: str) -> str:
    """The sentence with every day and period that it names blanked: what is left when only dates are refreshed."""
    rest = text
    for span in reversed(find_spans(text, date(2000, 1, 1))):
        rest = f"{rest[: span.start]}#{rest[span.end :]}"
    return rest


def _step(match: re.Match[str]) -> Step:
    written = (match["count"] or "one").lower()
    count = int(written) if written.isdigit() else _COUNTS[written]
    unit = re.sub(r"\s", " ", match["unit"].lower()).removesuffix("s")
    return Step(days=count * _UNITS[unit]) if unit in _UNITS else Step(months=count * _MONTHS[unit])


def _span(match: re.Match[str], base: date) -> Span | None:
    """None where the words name no day of the calendar."""
    parts = {key.rstrip("23"): value for key, value in match.groupdict().items() if value is not None}
    year = parts.get("year")
    try:
        if year is not None:
            return Span(match.start(), match.end(), _last(parts, int(year)), dated=True)
        last = _last(parts, base.year)
        if last <= base:
            last = _last(parts, base.year + 1)
    except ValueError:
        return None
    return Span(match.start(), match.end(), last, dated=False)


def _last(parts: dict[str, str], year: int) -> date:
    if "quarter" in parts or ("number" in parts and "day" not in parts):
        month = 3 * int(parts.get("number") or _ORDINAL[parts["quarter"].lower()])
        return date(year, month, monthrange(year, month)[1])
    month = month_number(parts.get("month") or parts["number"])
    return date(year, month, _day_of(parts, monthrange(year, month)[1]))


def _day_of(parts: dict[str, str], end: int) -> int:
    """The last day that is meant, in a month of `end` days."""
    if "day" in parts:
        return int(parts["day"])
    if "count" in parts:
        written = parts["count"].lower()
        count = int(written) if written.isdigit() else _COUNTS[written]
        return min(end, max(1, count * (7 if parts["unit"].lower().startswith("week") else 1)))
    if "half" in parts:
        return 15 if parts["half"].lower() in ("first", "1st") else end
    part = parts.get("part", "").lower()
    if part in ("early", "beginning", "start"):
        return 10
    if part in ("mid", "middle"):
        return 20
    return min(end, 7 * _ORDINAL[part]) if part in _ORDINAL else end
