"""How often one caller may write: a token bucket that holds a minute's worth."""

from __future__ import annotations

import math
from datetime import datetime

from service.web.problems import Problem

CALLERS_MAX = 10_000


class Pace:
    """Counts writing calls by caller; full buckets are forgotten."""

    def __init__(self, per_minute: int) -> None:
        self._most = per_minute
        self._left: dict[str, tuple[float, datetime]] = {}

    def spend(self, caller: str, now: datetime) -> None:
        """One call; Problem 429 with Retry-After when there were too many."""
        left, at = self._left.get(caller, (float(self._most), now))
        left = min(self._most, left + max(0.0, (now - at).total_seconds()) * self._most / 60)
        if left < 1:
            wait = math.ceil((1 - left) * 60 / self._most)
            raise Problem(
                429, f"More than {self._most} writing calls a minute.", headers={"Retry-After": str(wait)}
            )
        if len(self._left) >= CALLERS_MAX:
            self._forget(now)
        self._left[caller] = (left - 1, now)

    def _forget(self, now: datetime) -> None:
        self._left = {
            caller: (left, at) for caller, (left, at) in self._left.items() if (now - at).total_seconds() < 60
        }
