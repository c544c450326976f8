"""When to look again, when to try a delivery again. Pure: `now` and the jitter are arguments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

DAY = 86_400.0
POLL_JITTER = 0.1
RETRY_JITTER = 0.2
"""Of a webhook's delay, to either side (Svix and the Standard Webhooks guide spread retries likewise)."""
HINTED = 4
STRETCH = (4, 24, 96, 672, 2880)
"""A post's waits are at most so many times its source's `every`: 1 h, 6 h, 1 d, 1 w, 1 mo at 15 min."""


def spread(seconds: float, share: float, chance: float) -> float:
    """`seconds` moved by up to ±`share`; `chance` in 0..1 says where."""
    return seconds * (1 + share * (2 * chance - 1))


def later(now: datetime, seconds: float) -> datetime:
    """`now` and so many seconds, never beyond what a date can hold."""
    return now + timedelta(seconds=min(seconds, 3660 * DAY))


def next_look(
    now: datetime, every: float, chance: float, *, fresh_for: float | None = None, hint: float | None = None
) -> datetime:
    """After a look that succeeded.

    `fresh_for` is what the server asks for, heeded up to a day. `hint` is what the feed says of itself; many say an
    hour and mean nothing by it, so it stretches `every` at most `HINTED` times.
    """
    wait = spread(every, POLL_JITTER, chance)
    if fresh_for is not None:
        wait = max(wait, min(fresh_for, DAY))
    if hint is not None:
        wait = max(wait, min(hint, HINTED * every, DAY))
    return later(now, wait)


def next_after_failure(
    now: datetime, every: float, failures: int, chance: float, *, retry_after: float | None = None
) -> datetime:
    """Doubling from `every` up to a day (or `every`, if longer); never before what the server asked for."""
    wait = min(every * 2.0 ** min(failures, 40), max(DAY, every))
    wait = spread(wait, POLL_JITTER, chance)
    if retry_after is not None:
        wait = max(wait, min(retry_after, DAY))
    return later(now, wait)


def post_interval(every: float, recheck: Sequence[float], step: int) -> float:
    """How long until a post's look number `step` (from 0) after the first; the last interval repeats."""
    index = min(step, len(recheck) - 1)
    return min(recheck[index], STRETCH[min(index, len(STRETCH) - 1)] * every)


def confirming_look(now: datetime, regular: datetime, confirm: float) -> datetime:
    """Two looks within `confirm` after something went missing: at its half and at its end."""
    return min(regular, later(now, confirm / 2))


def next_attempt(
    now: datetime, delays: Sequence[float], attempts: int, chance: float, *, retry_after: float | None = None
) -> datetime | None:
    """When to try again after `attempts` tries (≥ 1); None when the schedule is used up."""
    if attempts > len(delays):
        return None
    wait = spread(delays[attempts - 1], RETRY_JITTER, chance)
    if retry_after is not None:
        wait = max(wait, min(retry_after, DAY))
    return later(now, wait)
