"""Times and counts in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from service.model import RECORDED_KINDS, Category
from service.web.phrases import CATEGORIES, KINDS, counted, long_day, minute, reason_words, relative

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(0), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(hours=25), "1 day ago"),
        (timedelta(days=400), "1 year ago"),
        (timedelta(seconds=-5), "in a moment"),
        (timedelta(minutes=-14), "in 14 minutes"),
        (timedelta(hours=-3), "in 3 hours"),
    ],
)
def test_relative_times(ago: timedelta, words: str) -> None:
    assert relative(NOW - ago, NOW) == words


def test_absolute_times() -> None:
    assert long_day(NOW) == "Tuesday, 24 November 2026"
    assert minute(NOW) == "24 Nov 2026, 12:00 UTC"
    assert relative(None, NOW) == "never"


def test_counts() -> None:
    assert counted(1, "company", "companies") == "1 company"
    assert counted(1204, "source") == "1,204 sources"


def test_every_kind_and_category_has_words_of_its_own() -> None:
    assert set(KINDS) == {kind.value for kind in RECORDED_KINDS}
    assert len({word.sign for word in KINDS.values()}) == len(KINDS)
    assert set(CATEGORIES) == {category.value for category in Category}
    assert reason_words("some_new_reason") == "some new reason"
