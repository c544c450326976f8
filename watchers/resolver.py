"""Names into addresses with the system's resolver, in threads of its own.

The event loop's default threads are few, shared and waited for at the end: some names that hang would hold up every
other look-up, and the exit.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import suppress

from aiohttp.abc import AbstractResolver, ResolveResult

THREADS = 32
Found = list[tuple[socket.AddressFamily, str]]


class ThreadResolver(AbstractResolver):
    """`getaddrinfo` for aiohttp, in daemon threads. OSError (socket.gaierror) when the name is not found."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(THREADS)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """All stream addresses of `host`, as numbers."""
        await self._slots.acquire()
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Found] = loop.create_future()
        threading.Thread(
            target=self._work, args=(loop, answer, host, port, family), name=f"resolve {host}", daemon=True
        ).start()
        flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        return [
            ResolveResult(
                hostname=host, host=address, port=port, family=kind, proto=socket.IPPROTO_TCP, flags=flags
            )
            for kind, address in await answer
        ]

    async def close(self) -> None:
        """Nothing is waited for."""

    def _work(
        self,
        loop: asyncio.AbstractEventLoop,
        answer: asyncio.Future[Found],
        host: str,
        port: int,
        family: socket.AddressFamily,
    ) -> None:
        """In the thread. The slot is free when the look-up is over, whoever has stopped waiting for it."""
        found: Found | OSError
        try:
            found = _look_up(host, port, family)
        except OSError as error:
            found = error
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(self._settle, answer, found)

    def _settle(self, answer: asyncio.Future[Found], found: Found | OSError) -> None:
        self._slots.release()
        if answer.done():
            return
        if isinstance(found, OSError):
            answer.set_exception(found)
        else:
            answer.set_result(found)


def _look_up(host: str, port: int, family: socket.AddressFamily) -> Found:
    try:
        found = socket.getaddrinfo(
            host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
        )
    except UnicodeError as error:  # a label that is too long or empty: there is no such name
        raise socket.gaierror(socket.EAI_NONAME, "not a name") from error
    return [(kind, str(address[0])) for kind, _, _, _, address in found]
