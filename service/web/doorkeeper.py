"""Shows out those who hold a connection and take nothing of what they asked for, and those who are too many."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable

import structlog
from aiohttp import web

from service.web.guesses import place_of

_log = structlog.get_logger()

EVERY = 1.0
STALLED = 30.0
"""Seconds in which not one byte of an answer was taken. For a header `server.IDLE` is the limit."""
MOST = 512
"""Connections at once: of a process's usual 1,024 files enough are left to poll and to deliver with."""


class Doorkeeper:
    """Watches a server's connections; `most` at once. Of more, the newest of the address with the most are hung up on:
    who opens them all shuts himself out and nobody else.
    """

    def __init__(
        self, server: web.Server, *, most: int = MOST, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._server, self._most, self._monotonic = server, most, monotonic
        self._full: dict[int, tuple[int, float]] = {}
        """Of connections with something still to be taken: how much, since when."""

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            if gone := self.look():
                _log.warning("http.hung_up", connections=gone)

    def look(self) -> int:
        """How many were shown out."""
        now, full, gone = self._monotonic(), dict[int, tuple[int, float]](), 0
        held_by: dict[str, list[asyncio.Transport]] = defaultdict(list)
        for handler in self._server.connections:
            transport = handler.transport
            if not isinstance(transport, asyncio.Transport) or transport.is_closing():
                continue
            held = transport.get_write_buffer_size()
            before, since = self._full.get(id(handler), (0, now))
            if held and held == before and now - since >= STALLED:
                transport.abort()
                gone += 1
                continue
            held_by[_address(transport)].append(transport)
            if held:
                full[id(handler)] = (held, since if held == before else now)
        self._full = full
        return gone + self._make_room(held_by)

    def _make_room(self, held_by: dict[str, list[asyncio.Transport]]) -> int:
        """Hang up on the newest of whoever holds most, until there are no more than `most`."""
        over = max(0, sum(map(len, held_by.values())) - self._most)
        for _ in range(over):
            max(held_by.values(), key=len).pop().abort()
        return over


def _address(transport: asyncio.Transport) -> str:
    """Of IPv6 the network: whoever has one address has all that begin alike."""
    peer = transport.get_extra_info("peername")
    return (place_of(str(peer[0])) or str(peer[0])) if isinstance(peer, tuple) and peer else ""
