"""Durations as people write them in a configuration: "15m", "0.2s", "1h30m", "1d"."""

from __future__ import annotations

import math

import durationpy

LONGEST = 10 * 366 * 86_400.0
"""Seconds; what is planned farther ahead is a slip, and dates end."""
_NAMES = (("w", 604_800.0), ("d", 86_400.0), ("h", 3600.0), ("min", 60.0), ("s", 1.0))


def parse_duration(value: object) -> float:
    """Seconds, in whole microseconds. Takes "15m", "1h30m", "500ms", or a number of seconds.

    ValueError names anything else.
    """
    seconds = round(_number(value), 6) if isinstance(value, int | float) else _parse(value)
    if not math.isfinite(seconds) or seconds < 0:
        raise ValueError(f"{value!r} is not a duration, such as 15m, 1h30m or 0.2s")
    if seconds > LONGEST:
        raise ValueError(f"{value!r} is longer than ten years")
    return seconds


def _number(value: float) -> float:
    """True is 1 to Python, but no duration."""
    try:
        return math.nan if isinstance(value, bool) else float(value)
    except OverflowError:
        return math.inf


def _parse(value: object) -> float:
    if not isinstance(value, str) or "-" in value:  # the library adds up negative parts too
        return math.nan
    try:
        return durationpy.from_str(value.strip().lower()).total_seconds()
    except (durationpy.DurationError, OverflowError):
        return math.nan


def format_duration(seconds: float) -> str:
    """For people, in the largest unit that divides it well: "15 min", "36 h", "2 d"."""
    for name, size in _NAMES:
        if seconds >= size and (seconds % size == 0 or seconds >= 10 * size):
            return f"{seconds / size:.0f} {name}"
    return f"{seconds:g} s"
