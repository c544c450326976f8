"""Retry-After, Cache-Control, Expires: as written, as botched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from multidict import CIMultiDict

from watchers.freshness import fresh_for, http_date, retry_after

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(hours=24)


@pytest.mark.parametrize(
    ("value", "pause"),
    [
        (None, None),
        ("", None),
        ("120", timedelta(seconds=120)),
        (" 120 ", timedelta(seconds=120)),
        ("0", timedelta(0)),
        ("00060", timedelta(seconds=60)),
        ("86401", DAY),
        ("9" * 5000, DAY),
        ("-1", None),
        ("+5", None),
        ("1.5", None),
        ("1e3", None),
        ("１２", None),
        ("soon", None),
        ("120, 130", None),
        ("Mon, 01 Jun 2026 12:05:00 GMT", timedelta(minutes=5)),
        ("Monday, 01-Jun-26 12:05:00 GMT", timedelta(minutes=5)),
        ("Mon Jun  1 12:05:00 2026", timedelta(minutes=5)),
        ("Mon, 01 Jun 2026 14:05:00 +0200", timedelta(minutes=5)),
        ("Mon, 01 Jun 2026 11:55:00 GMT", None),
        ("Mon, 01 Jun 2026 12:00:00 GMT", None),
        ("Mon, 01 Jun 9999 12:05:00 GMT", DAY),
        ("Mon, 99 Jun 2026 12:05:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
    ],
)
def test_retry_after(value: str | None, pause: timedelta | None) -> None:
    assert retry_after(value, NOW) == pause


@pytest.mark.parametrize(
    ("headers", "fresh"),
    [
        ({}, None),
        ({"Cache-Control": "max-age=600"}, timedelta(minutes=10)),
        ({"cache-control": "Public, MAX-AGE=600, must-revalidate"}, timedelta(minutes=10)),
        ({"Cache-Control": 'max-age="600"'}, timedelta(minutes=10)),
        ({"Cache-Control": "max-age=600", "Age": "100"}, timedelta(seconds=500)),
        ({"Cache-Control": "max-age=600", "Age": "900"}, timedelta(0)),
        ({"Cache-Control": "max-age=600", "Age": "-5"}, timedelta(minutes=10)),
        ({"Cache-Control": "max-age=600", "Age": "x"}, timedelta(minutes=10)),
        ({"Cache-Control": "max-age=0"}, timedelta(0)),
        ({"Cache-Control": "max-age=31536000"}, DAY),
        ({"Cache-Control": "max-age=" + "9" * 5000}, DAY),
        ({"Cache-Control": "max-age=-1"}, None),
        ({"Cache-Control": "max-age"}, None),
        ({"Cache-Control": "max-age=600, no-cache"}, None),
        ({"Cache-Control": "no-store"}, None),
        ({"Cache-Control": "private, no-cache=Set-Cookie"}, None),
        ({"Cache-Control": "s-maxage=600"}, None),
        ({"Cache-Control": "max-age=600, max-age=60"}, timedelta(minutes=1)),
        ({"Cache-Control": "max-age=60", "Expires": "Mon, 01 Jun 2026 13:00:00 GMT"}, timedelta(minutes=1)),
        ({"Cache-Control": "public", "Expires": "Mon, 01 Jun 2026 13:00:00 GMT"}, timedelta(hours=1)),
        ({"Expires": "Mon, 01 Jun 2026 13:00:00 GMT"}, timedelta(hours=1)),
        ({"Expires": "Mon, 01 Jun 2026 13:00:00 GMT", "Age": "600"}, timedelta(minutes=50)),
        (
            {"Expires": "Mon, 01 Jun 2026 13:00:00 GMT", "Date": "Mon, 01 Jun 2026 12:45:00 GMT"},
            timedelta(minutes=15),
        ),
        ({"Expires": "Mon, 01 Jun 2026 11:00:00 GMT"}, timedelta(0)),
        ({"Expires": "0"}, None),
        ({"Expires": "-1"}, None),
        ({"Expires": "Mon, 01 Jun 2036 13:00:00 GMT"}, DAY),
    ],
)
def test_fresh_for(headers: dict[str, str], fresh: timedelta | None) -> None:
    assert fresh_for(CIMultiDict(headers), NOW) == fresh


def test_a_second_cache_control_line_counts_too() -> None:
    headers = CIMultiDict([("Cache-Control", "max-age=600"), ("Cache-Control", "no-cache")])
    assert fresh_for(headers, NOW) is None


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_is_read_within_bounds(first: str, second: str) -> None:
    pause = retry_after(first, NOW)
    assert pause is None or timedelta(0) <= pause <= DAY
    headers = CIMultiDict({"Cache-Control": first, "Expires": second, "Age": second, "Date": first})
    fresh = fresh_for(headers, NOW)
    assert fresh is None or timedelta(0) <= fresh <= DAY


@settings(deadline=None)  # the machine may be busy
@given(st.datetimes(timezones=st.just(UTC)))
def test_dates_are_aware(date: datetime) -> None:
    read = http_date(date.strftime("%a, %d %b %Y %H:%M:%S GMT"))
    assert read is None or read.tzinfo is not None
