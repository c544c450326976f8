"""Dates as strangers write them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MONTHS = {
    name: n
    for n, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_WRITTEN = re.compile(
    rf"(?:\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+(?P<year>(?:19|20)\d\d)\b"
    rf"|\b{_MONTH.replace('month', 'month2')}\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year2>(?:19|20)\d\d)\b"
    r"|\b(?P<year3>(?:19|20)\d\d)-(?P<month3>\d\d)-(?P<day3>\d\d)\b)",
    re.IGNORECASE,
)
_EARLIEST, _LATEST = 1990, 2100
"""Years; before the web and far ahead a date is a mistake."""


def sane(moment: datetime | None) -> datetime | None:
    """The moment in UTC (a naive one is taken for it), None if it is absurd."""
    if moment is None:
        return None
    try:
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return moment if _EARLIEST <= moment.year < _LATEST else None


def newest(dates: Sequence[datetime | None], most: int) -> list[int]:
    """The places of the `most` latest of `dates`, in their own order; those without a date count as they stand.

    A place without a date is as new as the one before it; of equals the first are taken.
    """
    carried: list[float] = []
    for given in dates:
        before = carried[-1] if carried else math.inf
        moment = sane(given)
        carried.append(before if moment is None else moment.timestamp())
    return sorted(sorted(range(len(dates)), key=lambda n: -carried[n])[:most])


def read_date(text: str | None) -> datetime | None:
    """A date in ISO 8601 or RFC 5322 form, or written out in English; None if there is none in it."""
    text = (text or "").strip()[:100]
    if not text:
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return sane(read(text))
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return written_date(text)


def written_date(text: str) -> datetime | None:
    """The first date written out in a text ("12 May 2021", "May 12, 2021", "2021-05-12"), at midnight."""
    for found in _WRITTEN.finditer(text):
        year = found["year"] or found["year2"] or found["year3"]
        day = found["day"] or found["day2"] or found["day3"]
        name = found["month"] or found["month2"]
        month = _MONTHS[name[:3].lower()] if name else int(found["month3"])
        try:
            return sane(datetime(int(year), month, int(day), tzinfo=UTC))
        except ValueError:
            continue
    return None
