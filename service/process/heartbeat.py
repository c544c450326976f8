"""A dead man's switch: somebody else is told at intervals that we live, and raises the alarm when that ends.

The convention is that of healthchecks.io: GET the address while all is well, the address with /fail on trouble.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import structlog

from service.process.calls import call_out

_log = structlog.get_logger()

TIMEOUT = 10.0
AGAIN = timedelta(seconds=30)
"""A beat that did not arrive is repeated so soon, or after the interval if that is shorter."""


def trouble_url(url: str) -> str:
    """The address that reports trouble: /fail at the end of the path."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + "/fail"))


class Heartbeat:
    """Beats once per call of `beat`, a round of the tick. `ready` says whether all is well, and why not."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        every: float,
        *,
        ready: Callable[[], tuple[bool, str]],
        user_agent: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._session, self._url, self._every = session, url, timedelta(seconds=every)
        self._ready, self._agent, self._clock = ready, user_agent, clock

    async def beat(self) -> datetime:
        """Tell how we are; returns when to do so again. Never fails: whoever listens hears the silence."""
        well, why = self._ready()
        if not well:
            _log.warning("heartbeat.trouble", reason=why)
        lost = await call_out(
            self._session,
            "GET",
            self._url if well else trouble_url(self._url),
            user_agent=self._agent,
            seconds=TIMEOUT,
        )
        if lost:
            _log.warning("heartbeat.lost", error=lost)
        return self._clock() + (min(AGAIN, self._every) if lost else self._every)
