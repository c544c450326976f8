"""Clients that send half of what they should, or take nothing of what they asked for: nobody else waits for them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import Mock

import aiohttp
import pytest
from aiohttp import web

from service.web.doorkeeper import STALLED, Doorkeeper
from tests.hostile import pages

SLOW = 150
HALVES = (
    b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    b"G",
    b"POST /api/v1/sources HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 500"
    b"\r\n\r\n{",
    b"POST /sources HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n5\r\nname=\r\n",
    b"",
)


async def test_others_are_served_meanwhile(
    world: Any, settings: Callable[..., Any], running: Callable[..., Any], unused_tcp_port: int
) -> None:
    url = world.put("/a", pages.GOOD)
    made = settings(
        [{"name": "a", "kind": "page", "company": "Quillnet", "url": url}],
        http={"listen": f"127.0.0.1:{unused_tcp_port}"},
    )
    async with running(made):
        slow = [await asyncio.open_connection("127.0.0.1", unused_tcp_port) for _ in range(SLOW)]
        for number, (_, writer) in enumerate(slow):
            writer.write(HALVES[number % len(HALVES)])
        polls = world.asked["/a"]
        async with aiohttp.ClientSession(f"http://127.0.0.1:{unused_tcp_port}") as session:
            for path in ("/", "/api/v1/changes", "/readyz", "/feeds/changes.atom"):
                began = time.monotonic()
                async with session.get(path) as answer:
                    assert answer.status == 200
                    await answer.read()
                assert time.monotonic() - began < 10
        await world.until(lambda: world.asked["/a"] >= polls + 3)
        for _, writer in slow:
            writer.close()


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 20_000 + b"\r\n\r\n", b"400"),
        (b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 20_000 + b"\r\n", b"400"),
        (b"POST /api/v1/sources HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
         b"Content-Length: 70000\r\n\r\n", b"413"),
        (b"POST /api/v1/sources HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
         b"Transfer-Encoding: chunked\r\n\r\n" + b"8000\r\n" + b" " * 0x8000 + b"\r\n8000\r\n" + b" " * 0x8000
         + b"\r\n10\r\n" + b" " * 16 + b"\r\n0\r\n\r\n", b"413"),
    ],
)  # fmt: skip
async def test_too_much_is_refused(
    settings: Callable[..., Any],
    running: Callable[..., Any],
    unused_tcp_port: int,
    head: bytes,
    status: bytes,
) -> None:
    async with running(settings([], http={"listen": f"127.0.0.1:{unused_tcp_port}"})), asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", unused_tcp_port)
        writer.write(head)
        answer = await reader.read(4096)
        writer.close()
    assert answer.split(b" ")[1] == status
    assert b"Traceback" not in answer
    assert b"service/" not in answer


class Clock:
    """Counted by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def serving(handler: Any) -> AsyncIterator[tuple[web.Server, int]]:
    app = web.Application()
    app.router.add_get("/", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    assert runner.server is not None
    yield runner.server, runner.addresses[0][1]
    await runner.cleanup()


async def test_who_takes_nothing_is_shown_out() -> None:
    stuck = asyncio.Event()

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            write = asyncio.ensure_future(response.write(bytes(1 << 20)))
            _, waits = await asyncio.wait([write], timeout=0.2)
            if waits:
                stuck.set()
            await write

    clock = Clock()
    async with serving(endless) as (server, port), asyncio.timeout(30):
        keeper = Doorkeeper(server, monotonic=clock)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await stuck.wait()
        assert keeper.look() == 0
        clock.now += STALLED - 1
        assert keeper.look() == 0
        clock.now += 2
        assert keeper.look() == 1
        await asyncio.sleep(0)
        assert keeper.look() == 0
        reader.feed_eof()
        writer.close()


async def test_so_many_and_no_more() -> None:
    async def hello(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    async with serving(hello) as (server, port), asyncio.timeout(30):
        first = [await asyncio.open_connection("127.0.0.1", port) for _ in range(5)]
        for reader, writer in first:
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")
        assert Doorkeeper(server, most=3).look() == 2
        first[0][1].write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await first[0][0].readline()).startswith(b"HTTP/1.1 200")
        assert await first[4][0].read() == b""
        for _, writer in first:
            writer.close()


async def test_who_opens_them_all_shuts_nobody_else_out() -> None:
    async def hello(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    async def connect(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")
        return reader, writer

    async with serving(hello) as (server, port), asyncio.timeout(30):
        greedy = [await connect("127.0.0.2") for _ in range(6)]
        reader, writer = await connect("127.0.0.3")
        assert Doorkeeper(server, most=5).look() == 2
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        assert [await other.read() for other, _ in greedy[4:]] == [b"", b""]
        for _, other_writer in (*greedy, (reader, writer)):
            other_writer.close()


def test_the_addresses_of_one_ipv6_network_are_one() -> None:
    def transports(*addresses: str) -> list[Mock]:
        made = [Mock(spec=asyncio.Transport) for _ in addresses]
        for transport, address in zip(made, addresses, strict=True):
            transport.is_closing.return_value = False
            transport.get_write_buffer_size.return_value = 0
            transport.get_extra_info.return_value = (address, 5000, 0, 0)
        return made

    greedy = transports(*(f"2001:db8::{n:x}" for n in range(1, 6)))
    honest = transports("2001:db8:1::1", "2001:db8:1::1")
    server = SimpleNamespace(connections=[SimpleNamespace(transport=t) for t in (*greedy, *honest)])
    assert Doorkeeper(cast("web.Server", server), most=5).look() == 2
    assert [t.abort.called for t in (*greedy, *honest)] == [False] * 3 + [True] * 2 + [False] * 2
