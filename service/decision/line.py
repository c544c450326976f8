"""A subscription's events are a line: oldest first. What happens to the line when one of them fails. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from service.schedule import RETRY_JITTER, spread

HEAD_TRIES = 2
"""While the oldest has failed no more often, what follows waits for it: order is kept over short outages."""
SHARE = 0.25
"""Between two looks at a failing endpoint passes this share of the time that it has been failing …"""
LONGEST = 1800.0
"""… but no more than half an hour."""
TESTED_FOR = 72 * 3600.0
"""So long, in seconds, a new subscription is tested again at least."""


def may_overtake(tries: int) -> bool:
    """Whether the next in line may be tried after the oldest has failed `tries` times: is it the event, or all?"""
    return tries > HEAD_TRIES


def hold_until(
    now: datetime,
    failing_since: datetime | None,
    schedule: Sequence[float],
    chance: float,
    *,
    tries: int,
    head_again: datetime | None,
    asked: datetime | None,
) -> datetime:
    """When the line is looked at again after a failure.

    `tries`: of the oldest; `head_again`: when its own schedule has it tried again, None if it has been given up;
    `asked`: the endpoint itself named that time.
    """
    if asked is not None:
        return asked
    if head_again is not None and not may_overtake(tries):
        return head_again
    failing = (now - failing_since).total_seconds() if failing_since else 0.0
    pause = min(max(SHARE * failing, schedule[0] if schedule else 0.0), LONGEST)
    held = now + timedelta(seconds=spread(pause, RETRY_JITTER, chance))
    return min(held, head_again) if head_again is not None else held


def test_again(created: datetime, now: datetime, schedule: Sequence[float]) -> datetime | None:
    """When a subscription that has not answered its test is tested once more; None when it has had its time.

    A receiver can only verify the first test if it knew the secret before; it learns it from the answer. A schedule
    shorter than TESTED_FOR ends no sooner.
    """
    age = (now - created).total_seconds()
    if not schedule or age > max(sum(schedule), TESTED_FOR):
        return None
    return now + timedelta(seconds=max(schedule[0], min(SHARE * age, LONGEST)))
