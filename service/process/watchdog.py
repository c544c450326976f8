"""Notices when the event loop is blocked."""

from __future__ import annotations

import asyncio

import structlog

_log = structlog.get_logger()

BEAT = 0.5
LATE = 1.0
"""Seconds of lag that are logged."""


class Watchdog:
    """Measures how late a timer comes. `lag`: seconds, of the last beat."""

    def __init__(self) -> None:
        self.lag = 0.0

    async def run(self) -> None:
        """Beat until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + BEAT
            await asyncio.sleep(BEAT)
            self.lag = max(0.0, loop.time() - due)
            if self.lag > LATE:
                _log.warning("loop.blocked", seconds=round(self.lag, 2))
