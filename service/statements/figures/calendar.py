"""Dates and periods as companies write them: "July 16, 2013", "the first half of 2013", "January to June 2023"."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from service.model import Figure

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan\.?|"
    r"Feb\.?|Mar\.?|Apr\.?|Jun\.?|Jul\.?|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)"
)
YEAR = r"(?:19|20)\d\d"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"\b(?P<month>{MONTH})\s(?P<day>{_DAY})(?:,|\s)\s?(?P<year>{YEAR})\b"
    rf"|\b(?P<day2>{_DAY})\s(?:of\s)?(?P<month2>{MONTH}),?\s(?P<year2>{YEAR})\b"
    rf"|\b(?P<year3>{YEAR})-(?P<month3>\d\d)-(?P<day3>\d\d)\b"
)
_MONTH_DATE = re.compile(rf"\b[Aa]s\sof\s(?P<month>{MONTH}),?\s(?P<year>{YEAR})\b")
_END = rf"(?:{_DAY}\s)?{MONTH}(?:\s{_DAY}(?!\d))?(?:,?\s{YEAR})?"
_PERIOD = re.compile(
    rf"\b(?:between|from|for|during|covering|covers)?\s?(?P<range>{_END}\s?(?:–|—|-|\bto\b|\band\b|"
    rf"\bthrough\b|\buntil\b)\s?(?:{_DAY}\s)?{MONTH}(?:\s{_DAY}(?!\d))?,?\s(?:of\s)?(?P<ryear>{YEAR}|"
    rf"last\syear|this\syear))"
    rf"|\b(?P<half>first|second|1st|2nd|last)\shalf\sof\s(?P<hyear>{YEAR}|last\syear|this\syear|the\syear)"
    rf"|\b(?P<quarter>first|second|third|fourth|last)\squarter\sof\s(?P<qyear>{YEAR})"
    rf"|\b(?P<code>[HQ][1-4])[\s/-]?(?P<cyear>{YEAR})\b|\b(?P<cyear2>{YEAR})[\s/-]?(?P<code2>[HQ][1-4])\b"
    rf"|\b(?P<span>(?:six|three|twelve|6|3|12)[\s-]months?(?:\speriod)?\s(?:ended|ending|to)\s{_END})"
    rf"|\b(?:in|during|for|over|throughout|of|since)\s(?:all\sof\s|the\s)?(?:calendar\syear\s|calendar\s|"
    rf"fiscal\syear\s|fiscal\s|year\s)?(?P<years>{YEAR}(?:\s?(?:–|-|\bto\b|\band\b)\s?{YEAR})?)"
    rf"\b(?!-\d\d)"
    rf"|\b(?:in|during|for)\s(?P<month>{MONTH}\s{YEAR})\b"
    r"|\b(?P<vague>last\s(?:year|month|quarter)|this\syear|the\s(?:previous|past|last|preceding)"
    r"\s(?:year|quarter|half-year|six\smonths|twelve\smonths|12\smonths))\b",
)
_ORDER = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "fourth": 4}


@dataclass(frozen=True, slots=True)
class Period:
    """`text[start:end]` names a period; `name` is it in short: "2012", "H1 2013", "Q3 2019", else as written."""

    name: str
    start: int
    end: int


def find_periods(text: str) -> tuple[Period, ...]:
    """The periods that a sentence names, in order."""
    return tuple(Period(_name(m), *_extent(m)) for m in _PERIOD.finditer(text))


def find_dates(text: str, periods: tuple[Period, ...]) -> tuple[list[tuple[int, Figure]], str]:
    """(dates outside the periods with their offsets, the text with them blanked). Values are proleptic ordinal days."""
    found: list[tuple[int, Figure]] = []
    rest = text
    for pattern in (_DATE, _MONTH_DATE):
        for match in pattern.finditer(rest):
            if any(p.start <= match.start() < p.end for p in periods):
                continue
            figure = _date(match, text)
            if figure is not None:
                found.append((match.start(), figure))
                rest = rest[: match.start()] + "\x00" * len(match.group()) + rest[match.end() :]
    return found, rest


def _date(match: re.Match[str], text: str) -> Figure | None:
    parts = match.groupdict()
    year = int(parts["year"] or parts.get("year2") or parts["year3"])
    month = month_number(parts["month"] or parts.get("month2") or parts["month3"])
    day = parts.get("day") or parts.get("day2") or parts.get("day3")
    shown = text[match.start() : match.end()]
    try:
        if day is None:
            shown = re.sub(r"^[Aa]s\sof\s", "", shown)
            first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
        else:
            first = last = date(year, month, int(re.sub(r"\D", "", day)))
    except ValueError:
        return None
    return Figure(shown, float(first.toordinal()), float(last.toordinal()), "date")


def month_number(written: str) -> int:
    if written.isdigit():
        return int(written)
    return next(i for i, name in enumerate(_MONTHS, 1) if name.startswith(written.lower().rstrip(".")[:3]))


def _name(match: re.Match[str]) -> str:
    parts = match.groupdict()
    if parts["half"]:
        return f"H{_ORDER.get(parts['half'], 2)} {parts['hyear']}"
    if parts["quarter"]:
        return f"Q{_ORDER.get(parts['quarter'], 4)} {parts['qyear']}"
    if parts["code"] or parts["code2"]:
        return f"{parts['code'] or parts['code2']} {parts['cyear'] or parts['cyear2']}"
    return next(parts[k] for k in ("range", "span", "years", "month", "vague") if parts[k])


def _extent(match: re.Match[str]) -> tuple[int, int]:
    """A bare year is blanked without its preposition, so that "in" and "since" stay readable."""
    return (match.start("years"), match.end()) if match["years"] else match.span()
