"""The event log as server-sent events, resumable (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from service.store.views import EventView

HEARTBEAT = 15.0
"""Seconds of silence after which a comment is sent, so that nobody in between hangs up."""
STALLED = 30.0
"""Seconds that a reader may take nothing while something is to be sent; then it is dropped, and may resume."""
BATCH = 100
RETRY_MS = 3000
"""How long a client waits before it connects again."""

Read = Callable[[int, int], Awaitable[tuple[EventView, ...]]]


class Bell:
    """Wakes everybody who waits. Ring it from the event loop's thread."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Event] = set()
        self.closed = False

    def ring(self) -> None:
        """Something was recorded."""
        for event in self._waiting:
            event.set()

    def close(self) -> None:
        """Send everybody home: the server stops."""
        self.closed = True
        self.ring()

    @contextmanager
    def listen(self) -> Iterator[asyncio.Event]:
        """An event that each ring sets; clear it before looking, so that no ring is lost."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            yield event
        finally:
            self._waiting.discard(event)


def frame(event: EventView) -> bytes:
    """One event as the stream carries it: id = sequence, the stored body as data."""
    lines = event.body.decode("utf-8", "replace").splitlines() or [""]
    data = "".join(f"data: {line}\n" for line in lines)
    return f"id: {event.sequence}\nevent: {event.type}\n{data}\n".encode()


async def follow(
    read: Read,
    write: Callable[[bytes], Awaitable[None]],
    bell: Bell,
    after: int,
    *,
    wanted: Callable[[EventView], bool] = lambda _event: True,
    heartbeat: float = HEARTBEAT,
    stalled: float = STALLED,
) -> None:
    """Write every `wanted` event after `after`, then each new one, until the bell is closed or writing fails.

    TimeoutError if the reader takes nothing for `stalled` seconds: nothing is kept for one who does not read.
    """

    async def send(data: bytes) -> None:
        async with asyncio.timeout(stalled):
            await write(data)

    await send(f"retry: {RETRY_MS}\n\n".encode())
    with bell.listen() as rung:
        while not bell.closed:
            rung.clear()
            found = await read(after, BATCH)
            for event in found:
                if wanted(event):
                    await send(frame(event))
                after = event.sequence
            if len(found) < BATCH and not await _rings(rung, heartbeat):
                await send(b": still here\n\n")


async def _rings(rung: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await rung.wait()
    except TimeoutError:
        return False
    return True
