"""When to look again: pure arithmetic."""

from datetime import UTC, datetime, timedelta

import pytest

from service.schedule import (
    DAY,
    confirming_look,
    next_after_failure,
    next_attempt,
    next_look,
    post_interval,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RECHECK = (3600.0, 21600.0, 86400.0, 604800.0, 2592000.0)
TABLE = (5.0, 300.0, 1800.0)


def seconds(at: datetime | None) -> float:
    assert at is not None
    return (at - NOW).total_seconds()


@pytest.mark.parametrize(("chance", "wanted"), [(0.0, 810), (0.5, 900), (1.0, 990)])
def test_a_look_is_spread_by_a_tenth(chance: float, wanted: float) -> None:
    assert seconds(next_look(NOW, 900, chance)) == pytest.approx(wanted)


def test_the_server_may_ask_for_a_longer_wait_up_to_a_day() -> None:
    assert seconds(next_look(NOW, 900, 0.5, fresh_for=7200)) == 7200
    assert seconds(next_look(NOW, 900, 0.5, fresh_for=10)) == 900
    assert seconds(next_look(NOW, 900, 0.5, fresh_for=9 * DAY)) == DAY
    assert seconds(next_look(NOW, 900, 0.5, hint=3600)) == 3600
    assert seconds(next_look(NOW, 900, 0.5, hint=DAY)) == 3600


def test_failures_back_off_to_a_day_and_never_stop() -> None:
    waits = [seconds(next_after_failure(NOW, 900, n, 0.5)) for n in range(1, 60)]
    assert waits[:3] == [1800, 3600, 7200]
    assert waits == sorted(waits)
    assert waits[-1] == DAY


def test_a_slow_source_is_not_asked_more_often_for_failing() -> None:
    assert seconds(next_after_failure(NOW, 7 * DAY, 3, 0.5)) == 7 * DAY


def test_retry_after_is_heeded_up_to_a_day() -> None:
    assert seconds(next_after_failure(NOW, 1, 1, 0.5, retry_after=120)) == 120
    assert seconds(next_after_failure(NOW, 1, 1, 0.5, retry_after=1e9)) == DAY


def test_posts_are_looked_at_at_widening_intervals_scaled_to_their_source() -> None:
    assert [post_interval(900, RECHECK, n) for n in range(7)] == [*RECHECK, RECHECK[-1], RECHECK[-1]]
    assert post_interval(0.2, RECHECK, 0) == pytest.approx(0.8)


def test_what_is_missing_is_looked_for_twice_within_the_hour() -> None:
    regular = NOW + timedelta(days=1)
    assert seconds(confirming_look(NOW, regular, 3600)) == 1800
    assert confirming_look(NOW, NOW + timedelta(minutes=1), 3600) == NOW + timedelta(minutes=1)


def test_attempts_follow_the_table_then_end() -> None:
    assert [seconds(next_attempt(NOW, TABLE, n, 0.5)) for n in (1, 2, 3)] == [5, 300, 1800]
    assert next_attempt(NOW, TABLE, 4, 0.5) is None
    assert seconds(next_attempt(NOW, TABLE, 1, 1.0)) == pytest.approx(6)
    assert seconds(next_attempt(NOW, TABLE, 1, 0.5, retry_after=90)) == 90
