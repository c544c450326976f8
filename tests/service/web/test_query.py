"""What dates and times in queries mean."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from service.web.query import day_after, day_end, day_start


@pytest.mark.parametrize(
    ("read", "value", "wanted"),
    [
        (day_start, "2026-11-22", datetime(2026, 11, 22, tzinfo=UTC)),
        (day_after, "2026-11-22", datetime(2026, 11, 23, tzinfo=UTC)),
        (day_after, "2024-02-28", datetime(2024, 2, 29, tzinfo=UTC)),
        (day_after, "9999-12-31", datetime.max.replace(tzinfo=UTC)),
        (day_end, "2026-11-22", datetime(2026, 11, 22, 23, 59, 59, 999999, tzinfo=UTC)),
        (day_start, "2026-11-22T12:00:00Z", datetime(2026, 11, 22, 12, tzinfo=UTC)),
        (day_start, "2026-11-22T12:00:00z", datetime(2026, 11, 22, 12, tzinfo=UTC)),
        (day_after, "2026-11-22T12:00:00+02:00", datetime(2026, 11, 22, 10, tzinfo=UTC)),
        (day_end, "2026-11-22T12:00:00 02:00", datetime(2026, 11, 22, 10, tzinfo=UTC)),
        (day_end, "2026-11-22T12:00:00", datetime(2026, 11, 22, 12, tzinfo=UTC)),
    ],
)
def test_moments(read: object, value: str, wanted: datetime) -> None:
    assert callable(read)
    assert read(value) == wanted


@pytest.mark.parametrize("value", ["", "22.11.2026", "2026-13-01", "now", "1e9", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_moment(value: str) -> None:
    with pytest.raises(ValueError, match=r"neither a date|month|day"):
        day_start(value)
