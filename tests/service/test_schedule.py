"""When to look again: pure arithmetic."""

from datetime import UTC, datetime, timedelta

import pytest

from service.schedule import (
    DAY,
    calm,
    confirming_look,
    hinted,
    next_after_failure,
    next_attempt,
    next_look,
    post_interval,
    pushed,
    spread,
    toward_slot,
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
    assert seconds(next_look(NOW, 900, 0.5, hint=hinted(3600, 900, 0))) == 3600
    assert seconds(next_look(NOW, 900, 0.5, hint=hinted(DAY, 900, 0))) == 3600
    assert seconds(next_look(NOW, 900, 0.5, hint=hinted(7200, 900, 21600))) == 7200
    assert seconds(next_look(NOW, 900, 0.5, hint=hinted(9 * DAY, 900, 9 * DAY))) == DAY


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


@pytest.mark.parametrize(
    ("unchanged", "wanted"),
    [(0, 900), (9000, 900), (18_000, 1800), (DAY, 8640), (3 * DAY, 21_600), (900 * DAY, 21_600)],
)
def test_what_stands_unchanged_is_asked_less_often_within_bounds(unchanged: float, wanted: float) -> None:
    assert calm(900, 21_600, unchanged) == pytest.approx(wanted)
    assert calm(900, 0, unchanged) == 900


def test_a_feed_whose_hub_works_is_asked_rarely_but_once_a_day() -> None:
    assert pushed(900) == 10_800
    assert pushed(43_200) == DAY
    assert pushed(7 * DAY) == 7 * DAY


def test_watches_that_begin_together_are_soon_asked_evenly() -> None:
    """A thousand begin at once. Each wait is within a tenth of the interval, and after ten the load is flat."""
    every, count, rounds = 900.0, 1000, 12
    at = dict.fromkeys(range(1, count + 1), NOW)
    for _ in range(rounds):
        for number, now in at.items():
            wait = spread(every, 0.1, toward_slot(now, every, number))
            assert 0.9 * every <= wait <= 1.1 * every
            at[number] = now + timedelta(seconds=wait)
    minutes = [0] * 15
    for then in at.values():
        minutes[int(then.timestamp() % every // 60)] += 1
    assert min(minutes) >= 60
    assert max(minutes) <= 74
    settled = spread(every, 0.1, toward_slot(at[7], every, 7))
    assert settled == pytest.approx(every, abs=0.01)


def test_a_moment_of_its_own_needs_no_chance() -> None:
    assert toward_slot(NOW, 900, 5) == toward_slot(NOW, 900, 5)
    assert 0 <= toward_slot(NOW, 0.2, 5) <= 1
