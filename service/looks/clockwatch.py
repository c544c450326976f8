"""Notices when somebody sets the clock back, and moves what is planned with it.

Plans stand in the database as times of day. A clock that goes back an hour would let everything rest for an hour.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from service.store.errors import StoreError
from service.store.shift import shift_plans
from service.store.store import Store

_log = structlog.get_logger()

EVERY = 5.0
TOLERANCE = timedelta(seconds=5)
"""Clocks are slewed all the time."""


class ClockWatch:
    """Compares the clock on the wall with one that cannot be set. `woken` is called after plans were moved."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
        woken: Callable[[], None],
    ) -> None:
        self._store, self._clock, self._monotonic, self._woken = store, clock, monotonic, woken
        self._seen = (clock(), monotonic())

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            await self.look()

    async def look(self) -> timedelta:
        """By how much the clock was set since the last look. After one forward, what is overdue is due by itself."""
        now, tick = self._clock(), self._monotonic()
        then, before = self._seen
        jump = (now - then) - timedelta(seconds=tick - before)
        if jump > TOLERANCE:
            _log.warning("clock.set_forward", seconds=round(jump.total_seconds()))
        elif jump < -TOLERANCE:
            _log.warning("clock.set_back", seconds=round(-jump.total_seconds()))
            try:
                await self._store.write(shift_plans, jump)
            except StoreError as error:
                _log.error("clock.plans_not_moved", error=str(error))
                return jump
            self._woken()
        self._seen = (now, tick)
        return jump
