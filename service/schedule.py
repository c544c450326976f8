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


GOLDEN = 0.6180339887498949
"""Multiples of it, taken modulo 1, lie as evenly as numbers can (Knuth, The Art of Computer Programming, 6.4)."""
CALM = 0.1
"""A source is asked again after this share of the time that it has stood unchanged (as caches do: RFC 9111, 4.2.2)."""
PUSHED = 12
"""A feed whose hub tells of its changes is asked so many times less often, but once a day."""


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

    `fresh_for` is what the server asks for, heeded up to a day; `hint` what the feed says of itself (`hinted`).
    """
    wait = spread(every, POLL_JITTER, chance)
    if fresh_for is not None:
        wait = max(wait, min(fresh_for, DAY))
    if hint is not None:
        wait = max(wait, hint)
    return later(now, wait)


def calm(every: float, slowest: float, unchanged: float) -> float:
    """The interval of a source that has stood as it is for `unchanged` seconds: from `every` up to `slowest`.

    A change sets it back to `every`, where it stays for ten of them.
    """
    return max(every, min(slowest, CALM * unchanged))


def hinted(hint: float, every: float, slowest: float) -> float:
    """What a feed says of itself, as far as it is heeded: many say an hour and mean nothing by it."""
    return min(hint, max(HINTED * every, slowest), DAY)


def pushed(every: float) -> float:
    """The interval of a feed whose hub works."""
    return max(every, min(PUSHED * every, DAY))


def toward_slot(now: datetime, wait: float, number: int) -> float:
    """The chance with which `spread(wait, POLL_JITTER, chance)` comes next to the watch's own moment.

    Each watch has one in every `wait` seconds, so that all of them together are asked as evenly as can be; one that is
    elsewhere gets there by a tenth of `wait` at a time.
    """
    early = now.timestamp() + wait * (1 - POLL_JITTER)
    ahead = (number * GOLDEN % 1 * wait - early) % wait
    return min(ahead / (2 * POLL_JITTER * wait), 1.0)


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
