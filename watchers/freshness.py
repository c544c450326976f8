"""When a server allows the next request (RFC 9110, 10.2.3; RFC 9111, 4.2). Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multidict import MultiMapping

LONGEST = timedelta(hours=24)
"""No server can keep us away for longer."""
_LONGEST_SECONDS = 86400
_NOTHING = timedelta(0)


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Read Retry-After, seconds or a date: None for nonsense and for what lies in the past, at most 24 h."""
    if value is None or not (value := value.strip()):
        return None
    if (seconds := _seconds(value)) is not None:
        return timedelta(seconds=seconds)
    date = http_date(value)
    if date is None or date <= now:
        return None
    return min(date - now, LONGEST)


def fresh_for(headers: MultiMapping[str], now: datetime) -> timedelta | None:
    """How long an answer stays fresh, its age taken off: 0 to 24 h, None when the server does not say.

    `max-age` goes before `Expires`; `no-cache` and `no-store` say "ask every time", which is None as well.
    Names in `headers` are matched without case; `now` stands in for a missing Date.
    """
    control = headers.getall("Cache-Control", ())
    if control:
        stated, age = _stated(tuple(control))
        if stated:
            return None if age is None else _without_age(age, headers)
    expires = headers.get("Expires")
    if expires is None or (until := http_date(expires)) is None:
        return None
    since = http_date(headers.get("Date", "")) or now
    return _without_age((until - since).total_seconds(), headers)


def http_date(value: str) -> datetime | None:
    """An HTTP date, aware; None for what is none."""
    if not value or len(value) > 64:
        return None
    try:
        date = parsedate_to_datetime(value)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


@lru_cache(256)
def _stated(lines: tuple[str, ...]) -> tuple[bool, int | None]:
    """Whether Cache-Control settles it, and the seconds it gives: of several the fewest, None for "ask every time"."""
    ages = []
    for part in ",".join(line[:1000] for line in lines).lower().split(","):
        name, _, value = part.partition("=")
        name = name.strip()
        if name in ("no-cache", "no-store"):
            return True, None
        if name == "max-age" and (age := _seconds(value.strip(' \t"'))) is not None:
            ages.append(age)
    return bool(ages), min(ages, default=None)


def _seconds(value: str) -> int | None:
    """A non-negative whole number of seconds, at most 24 h; None for anything else."""
    if not (value.isascii() and value.isdecimal()):
        return None
    return _LONGEST_SECONDS if len(value) > 9 else min(int(value), _LONGEST_SECONDS)


def _without_age(seconds: float, headers: MultiMapping[str]) -> timedelta:
    age = _seconds(headers.get("Age") or "") or 0
    return min(max(timedelta(seconds=seconds - age), _NOTHING), LONGEST)
