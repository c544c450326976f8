"""A web server gone bad: one port for each scenario, bytes on the wire as the scenario wants them."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.hostile.pages import GOOD_BYTES


@dataclass
class Wire:
    """One connection, after the request's header has been read."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    path: str
    headers: dict[str, str]
    base: str
    asked: int
    """How often this scenario has been asked before."""

    async def send(self, *pieces: bytes) -> None:
        """Write and flush."""
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()

    async def answer(
        self,
        body: bytes = GOOD_BYTES,
        *headers: str,
        status: str = "200 OK",
        media: str = "text/html; charset=utf-8",
    ) -> None:
        """A whole answer with the right length."""
        await self.send(
            head(status, f"Content-Type: {media}", f"Content-Length: {len(body)}", *headers), body
        )

    def reset(self) -> None:
        """Go away without a good-bye."""
        opened = self.writer.get_extra_info("socket")
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Behaviour = Callable[[Wire], Awaitable[None]]


def head(status: str = "200 OK", *headers: str) -> bytes:
    """A status line and headers, with the empty line at the end."""
    return "\r\n".join((f"HTTP/1.1 {status}", *headers, "Connection: close", "", "")).encode(
        "latin-1", "surrogateescape"
    )


async def well(wire: Wire) -> None:
    """The page as it should be."""
    await wire.answer(GOOD_BYTES, 'ETag: "good"')


@dataclass
class Port:
    """A listening socket with its behaviours. `temper`: good, bad, or flapping between both."""

    name: str
    bad: Behaviour
    good: Behaviour = well
    temper: str = "good"
    asked: int = 0
    after: int = 0
    """Requests while it is bad."""
    url: str = ""
    raw: bool = False
    """`bad` speaks before any request has come."""
    robots: bool = False
    """`bad` answers for /robots.txt as well."""
    tls: ssl.SSLContext | None = None
    """What is spoken, beneath HTTP."""
    scheme: str = "http"
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _server: asyncio.Server | None = None
    _answered: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def open(self) -> None:
        """Listen on a free port of the loopback."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 20, ssl=self.tls)
        self.url = f"{self.scheme}://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/legal/guide"

    async def met(self, true: Callable[[], bool]) -> None:
        """Wait until a request has made this true."""
        async with self._answered:
            await self._answered.wait_for(true)

    async def close(self) -> None:
        """Stop, whatever is still being sent."""
        if self._server is not None:
            self._server.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        try:
            await self._answer(reader, writer)
        except (
            ConnectionError,
            asyncio.IncompleteReadError,
            asyncio.CancelledError,
            TimeoutError,
            ValueError,
        ):
            return  # the client left, or the test is over: asyncio would log it as an error
        finally:
            self.tasks.discard(task)
            with contextlib.suppress(ConnectionError, RuntimeError):
                writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        base = self.url.rsplit("/legal", 1)[0]
        raw = self.raw and self.temper == "bad"
        request = b"GET /legal/guide HTTP/1.1\r\n\r\n" if raw else await reader.readuntil(b"\r\n\r\n")
        line, *lines = request.decode("latin-1").split("\r\n")
        path = line.split(" ")[1]
        headers = {
            k.strip().lower(): v.strip() for k, _, v in (entry.partition(":") for entry in lines if entry)
        }
        wire = Wire(reader, writer, path, headers, base, self.asked)
        if path == "/robots.txt" and not (self.robots and self.temper == "bad"):
            await wire.answer(b"", status="404 Not Found")
            return
        if path == "/legal/guide":
            self.asked += 1
        if self.temper == "bad" or (self.temper == "flapping" and self.asked % 2 == 0):
            self.after += 1
            await self.bad(wire)
            async with self._answered:
                self._answered.notify_all()
        else:
            await self.good(wire)
            async with self._answered:
                self._answered.notify_all()
