"""How much of what strangers sent may lie in memory at once."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator

from watchers.decode import LIGHT


class Room:
    """For `most` bytes of bodies. Who finds no room waits, first come, first served; one that is larger
    than all of it has it alone.

    Bodies up to `LIGHT` neither wait nor count: nobody's small page comes late because others are large.
    """

    def __init__(self, most: int) -> None:
        self._most, self._taken = most, 0
        self._line: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def enter(self, size: int) -> None:
        """Returns when there is room for so many bytes, which are taken from then on."""
        if size <= LIGHT:
            return
        if not self._line and self._fits(size):
            self._taken += size
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.append((size, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it had been let in already
                self.leave(size)
            self._go_on()
            raise

    @contextlib.asynccontextmanager
    async def taken(self, size: int) -> AsyncIterator[None]:
        """Have room for so many bytes within."""
        await self.enter(size)
        try:
            yield
        finally:
            self.leave(size)

    def leave(self, size: int) -> None:
        """Give back what `enter` took."""
        if size > LIGHT:
            self._taken -= size
            self._go_on()

    def _go_on(self) -> None:
        while self._line and (self._line[0][1].done() or self._fits(self._line[0][0])):
            size, turn = self._line.popleft()
            if not turn.done():  # else who waited has gone away
                self._taken += size
                turn.set_result(None)

    def _fits(self, size: int) -> bool:
        return not self._taken or self._taken + size <= self._most
