"""Servers on loopback that say exactly what a test tells them to, byte for byte."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from watchers.fetch import Fetcher
from watchers.model import FetchRules

Handler = Callable[["Request", asyncio.StreamWriter], Awaitable[None]]
Pages = dict[str, bytes]


@dataclass(frozen=True)
class Request:
    """What arrived. Header names in lower case."""

    path: str
    headers: dict[str, str]


@dataclass
class Server:
    """A server that is running. `requests` and `connections` are what it has seen."""

    port: int
    host: str = "127.0.0.1"
    scheme: str = "http"
    requests: list[Request] = field(default_factory=list)
    connections: int = 0

    def url(self, path: str = "/", host: str = "") -> str:
        return f"{self.scheme}://{host or self.host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.requests]


def answer(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """A whole answer; header names with _ for -. Content-Length is right unless given, "" leaves it out."""
    fields = {"content_length": str(len(body)), "content_type": "text/html"} | headers
    lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items() if value]
    return f"HTTP/1.1 {status}\r\n{''.join(lines)}\r\n".encode("latin-1") + body


async def read_request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return Request(first.split()[1], {name.lower(): value.strip() for name, _, value in pairs})


async def start(
    said: Handler | Pages | bytes, stack: contextlib.AsyncExitStack, tls: ssl.SSLContext | None = None
) -> Server:
    server = Server(0, scheme="https" if tls else "http")
    busy: set[asyncio.Task[Any]] = set()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            request = await read_request(reader)
            server.requests.append(request)
            if callable(said):
                await said(request, writer)
            elif isinstance(said, bytes):
                writer.write(said)
            else:
                writer.write(said.get(request.path, answer(status="404 Not Found")))
            await writer.drain()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        busy.add(task)
        server.connections += 1
        try:
            await converse(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            busy.discard(task)

    listening = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=tls)
    server.port = listening.sockets[0].getsockname()[1]

    async def stop() -> None:
        listening.close()
        for task in busy:
            task.cancel()
        await asyncio.gather(*busy)
        await asyncio.sleep(0)  # aborted transports close in the loop's next round

    stack.push_async_callback(stop)
    return server


class Names(AbstractResolver):
    """A resolver that knows these names only; each look-up takes the next of a name's answers, the last for good."""

    def __init__(self, **names: list[list[str]]) -> None:
        self.names = {name.replace("_", "."): answers for name, answers in names.items()}
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        answers = self.names.get(host)
        if not answers:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            ResolveResult(hostname=host, host=a, port=port, family=socket.AF_INET, proto=0, flags=0)
            for a in found
        ]

    async def close(self) -> None:
        pass


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


RULES = FetchRules(timeout=5.0, allow=("127.0.0.0/8",), user_agent="onrecord/1.0 (test)")


class Loopback:
    """What a test needs: servers, fetchers that may reach them, names and a clock. All closed at its end."""

    answer = staticmethod(answer)
    names = Names
    clock = Clock

    def __init__(self, stack: contextlib.AsyncExitStack) -> None:
        self._stack = stack

    async def serve(self, said: Handler | Pages | bytes, tls: ssl.SSLContext | None = None) -> Server:
        """Start a server that lets `said` answer, or says always this, or this for each path (else 404)."""
        return await start(said, self._stack, tls)

    async def fetcher(self, **settings: Any) -> Fetcher:
        """A fetcher; `guard`, `clock`, `resolver`, `tls` and `folder` go to it, the rest into its rules."""
        own = {k: settings.pop(k) for k in ("guard", "clock", "resolver", "tls", "folder") if k in settings}
        return await self._stack.enter_async_context(Fetcher(replace(RULES, **settings), **own))


@pytest.fixture
async def net() -> AsyncIterator[Loopback]:
    """Everything on loopback."""
    async with contextlib.AsyncExitStack() as stack:
        yield Loopback(stack)
