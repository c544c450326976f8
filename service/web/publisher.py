"""Tells our own WebSub hub (`http.hub`) that the feeds hold something new.

`hub.mode=publish`, as PubSubHubbub 0.4, 7.1, has it; WebSub leaves it open. The hub fetches the feeds and sends
them on. Only those without filters are named to it, for nobody knows the others. What was told is not stored: a start
tells once more, and the hub finds nothing new.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import structlog

from service.process.calls import call_out
from service.store.errors import StoreError
from service.web.stream import Bell

TOPICS = ("/feeds/changes.atom", "/feeds/changes.json")
TIMEOUT = 20.0
GAP = 10.0
"""Seconds between two tellings at least: what is recorded meanwhile is told together."""
AGAIN, LONGEST = 30.0, 3600.0
"""Seconds until the next try after the first failure, and after many."""

_log = structlog.get_logger()


def retry_wait(failures: int, first: float = AGAIN) -> float:
    """Seconds until the next try after so many failures in a row."""
    return min(first * 2.0 ** min(failures - 1, 40), LONGEST)


class Publisher:
    """`last` gives the number of the newest event; `bell` is rung when there may be another."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        base: str,
        *,
        last: Callable[[], Awaitable[int]],
        bell: Bell,
        user_agent: str,
        gap: float = GAP,
        again: float = AGAIN,
    ) -> None:
        self._session, self._url, self._agent = session, url, user_agent
        self._form = [("hub.mode", "publish"), *(("hub.url", f"{base}{topic}") for topic in TOPICS)]
        self._last, self._bell, self._gap, self._again = last, bell, gap, again

    async def run(self) -> None:
        """Tell until cancelled. Never fails: readers still find the feeds by themselves."""
        told = failures = 0
        with self._bell.listen() as rung:
            while True:
                rung.clear()
                newest = await self._newest()
                if newest > told:
                    arrived = await self._tell()
                    told, failures = (newest, 0) if arrived else (told, failures + 1)
                    await asyncio.sleep(self._gap if arrived else retry_wait(failures, self._again))
                else:
                    await rung.wait()

    async def _newest(self) -> int:
        try:
            return await self._last()
        except StoreError as error:
            _log.warning("hub.record_unusable", error=str(error))
            return 0

    async def _tell(self) -> bool:
        lost = await call_out(
            self._session, "POST", self._url, user_agent=self._agent, seconds=TIMEOUT, form=self._form
        )
        if lost:
            _log.warning("hub.lost", error=lost)
        return not lost
