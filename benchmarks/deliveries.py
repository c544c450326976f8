"""What a delivery costs and how long it takes, against bare POSTs of the same body to the same endpoint.

Run as `python -m benchmarks.deliveries` it is that endpoint: it answers 204 and prints its port.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import Connection

from benchmarks.polls import cpu
from service.app import App
from service.configuration.settings import Settings
from service.events import CONTENT_TYPE, encode, envelope
from service.process.ticks import Ticks
from service.store.journal import Matter, append

EVENTS = 1500
SUBSCRIBERS = 2
PAIRS = 12
"""The machine is shared: each side is measured so often, in turns, and its best counts."""
DELAYS = 300
SECRET = "whsec_" + "c2FsdG1hcnNoIHNhbHRtYXJzaCBzYWx0"
SENTENCE = "We will notify affected users before we disclose their data to any government agency{}."


def event(event_id: str, sequence: int, at: datetime) -> dict[str, Any]:
    """One of ordinary size."""
    return envelope(
        "onrecord.assurance.weakened",
        {
            "kind": "weakened",
            "company": "Quillnet",
            "categories": ["notice"],
            "old": {"text": SENTENCE.format(""), "exception": ""},
            "new": {
                "text": SENTENCE.format(", unless a court forbids it"),
                "exception": "unless a court forbids it",
            },
            "speaker": {"name": "", "role": "", "attribution": "first_party"},
            "document": {"url": "https://quillnet.example/requests", "title": "Requests", "version": 2},
            "links": {"change": f"http://here/changes/{event_id}"},
        },
        event_id=event_id,
        sequence=sequence,
        at=at,
        source="quillnet",
        subject="Quillnet",
    )


# ------------------------------------------------------------------ the endpoint


@dataclass
class Endpoint(asyncio.Protocol):
    """HTTP/1.1 in as few lines as will do. `arrived` is called with each request."""

    arrived: Callable[[], None] = lambda: None
    _buffer: bytes = field(default=b"", init=False)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has come."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].lower()
            size = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
            if len(self._buffer) < end + 4 + size:
                return
            self._buffer = self._buffer[end + 4 + size :]
            self.arrived()
            self._transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")  # type: ignore[attr-defined]


async def serve() -> None:
    """Until killed."""
    server = await asyncio.get_running_loop().create_server(Endpoint, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


# ------------------------------------------------------------------ both sides


def _settings(folder: str, port: int, subscribers: int) -> Settings:
    values: dict[str, Any] = {
        "data_dir": Path(folder),
        "catalogue": False,
        "workers": 1,
        "fetch": {"allow": (f"127.0.0.1:{port}",)},
        "notify": [
            {"kind": "webhook", "url": f"http://127.0.0.1:{port}/{n}", "secret": SECRET}
            for n in range(subscribers)
        ],
    }
    return Settings(**values)


def _happen(connection: Connection, count: int, at: datetime) -> None:
    for _ in range(count):
        append(connection, Matter("weakened", "Quillnet"), lambda id_, n: event(id_, n, at), at)


async def ours(port: int) -> float:
    """Deliveries per CPU second, each signed, counted before and recorded after; writing the events not counted."""
    with tempfile.TemporaryDirectory() as folder:
        async with App(_settings(folder, port, SUBSCRIBERS)) as app:
            await app.store.write(_happen, EVENTS // SUBSCRIBERS, datetime.now(UTC))
            done = 0

            def count(_channel: str, ok: bool) -> None:
                nonlocal done
                done += ok

            app.deliverer.attempted = count
            before = cpu()
            while done < EVENTS:
                await app.deliverer.dispatch()
                await app.deliverer.drain()
            return EVENTS / (cpu() - before)


async def bare(port: int) -> float:
    """POSTs per CPU second of an aiohttp client that does nothing else."""
    body = encode(event("evt_1", 1, datetime.now(UTC)))
    async with aiohttp.ClientSession() as session:

        async def run(number: int) -> None:
            for _ in range(EVENTS // SUBSCRIBERS):
                await _post(session, f"http://127.0.0.1:{port}/{number}", body)

        before = cpu()
        await asyncio.gather(*(run(number) for number in range(SUBSCRIBERS)))
        return EVENTS / (cpu() - before)


async def _post(session: aiohttp.ClientSession, url: str, body: bytes) -> None:
    async with session.post(url, data=body, headers={"Content-Type": CONTENT_TYPE}) as answer:
        await answer.read()


# ------------------------------------------------------------------ how long


class _Bell:
    """Rings when a request has arrived, and says when that was."""

    def __init__(self) -> None:
        self.at, self.rung = 0.0, asyncio.Event()

    def ring(self) -> None:
        self.at = time.perf_counter()
        self.rung.set()

    async def time(self, act: Callable[[], Awaitable[None]]) -> float:
        self.rung.clear()
        started = time.perf_counter()
        await act()
        await self.rung.wait()
        return self.at - started


async def delays() -> tuple[list[float], list[float]]:
    """Seconds from an event's transaction to its arrival, and those of a bare POST; taken in turns."""
    bell = _Bell()
    server = await asyncio.get_running_loop().create_server(lambda: Endpoint(bell.ring), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    took: list[float] = []
    reference: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        async with App(_settings(folder, port, 1)) as app, aiohttp.ClientSession() as session:
            ticks = Ticks(lambda: datetime.now(UTC))
            wake = ticks.add("deliver", app.deliverer.dispatch)
            app.deliverer.woken = wake
            ticks.start()
            body = encode(event("evt_1", 1, datetime.now(UTC)))

            async def happen() -> None:
                await app.store.write(_happen, 1, datetime.now(UTC))
                wake()

            async def post() -> None:
                await _post(session, f"http://127.0.0.1:{port}/", body)

            for _ in range(DELAYS):
                reference.append(await bell.time(post))
                took.append(await bell.time(happen))
                await app.deliverer.drain()
            await ticks.aclose()
    server.close()
    return took, reference


def ratios(say: Callable[[str], None]) -> None:
    """Measure and print both."""
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.deliveries"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        pairs = [(asyncio.run(bare(port)), asyncio.run(ours(port))) for _ in range(PAIRS)]
    finally:
        server.kill()
        server.wait()
    limit, reached = (max(side) for side in zip(*pairs, strict=True))
    say(
        f"deliveries per CPU second: bare POSTs {limit:,.0f}, onrecord {reached:,.0f}: "
        f"ratio {reached / limit:.2f}"
    )
    took, reference = asyncio.run(delays())
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        mine, theirs = (sorted(side)[int(share * len(side))] * 1000 for side in (took, reference))
        say(
            f"delay from the event's transaction to the endpoint, {name}: bare POST {theirs:.2f} ms, "
            f"onrecord {mine:.2f} ms: ratio {mine / theirs:.1f}"
        )


if __name__ == "__main__":
    asyncio.run(serve())
