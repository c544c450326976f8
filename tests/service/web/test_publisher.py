"""A hub is told when there is something new, once, and again if it did not listen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from service.store.errors import StoreError
from service.web.publisher import LONGEST, Publisher, retry_wait
from service.web.stream import Bell

BASE = "https://record.example"


class Listener:
    """A hub that notes what it is told. `statuses`: its next answers, then 204."""

    def __init__(self, *statuses: int) -> None:
        self.told: asyncio.Queue[list[tuple[str, str]]] = asyncio.Queue()
        self._statuses = list(statuses)

    async def take(self, request: web.Request) -> web.Response:
        form = await request.post()
        self.told.put_nowait([(name, str(value)) for name, value in form.items()])
        return web.Response(status=self._statuses.pop(0) if self._statuses else 204)

    async def hears(self) -> list[tuple[str, str]]:
        async with asyncio.timeout(20):
            return await self.told.get()


@asynccontextmanager
async def telling(listener: Listener, last: Any, bell: Bell) -> AsyncIterator[None]:
    app = web.Application()
    app.router.add_post("/", listener.take)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        hub = Publisher(session, str(server.make_url("/")), BASE, last=last, bell=bell, user_agent="onrecord",
                  gap=0.0, again=0.01)  # fmt: skip
        task = asyncio.create_task(hub.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def test_a_hub_that_does_not_listen_is_told_ever_more_rarely_however_long_it_lasts() -> None:
    assert [retry_wait(failures) for failures in (1, 2, 3)] == [30, 60, 120]
    assert [retry_wait(failures) for failures in (8, 5000)] == [LONGEST, LONGEST]


async def test_it_is_told_of_both_feeds_at_the_start_and_after_each_event() -> None:
    number, asked, bell, listener = [1], asyncio.Semaphore(0), Bell(), Listener()

    async def last() -> int:
        asked.release()
        return number[0]

    async with telling(listener, last, bell):
        first = await listener.hears()
        for _ in range(2):
            await asked.acquire()
        bell.ring()  # nothing new: asked, and not told
        await asked.acquire()
        assert listener.told.empty()
        number[0] = 2
        bell.ring()
        second = await listener.hears()

    assert first == second == [
        ("hub.mode", "publish"),
        ("hub.url", f"{BASE}/feeds/changes.atom"),
        ("hub.url", f"{BASE}/feeds/changes.json"),
    ]  # fmt: skip


async def test_a_record_without_events_is_not_told_of() -> None:
    asked, bell, listener = asyncio.Event(), Bell(), Listener()

    async def last() -> int:
        asked.set()
        return 0

    async with telling(listener, last, bell):
        async with asyncio.timeout(20):
            await asked.wait()
    assert listener.told.empty()


@pytest.mark.parametrize("status", [500, 404, 302])
async def test_a_hub_that_refuses_is_told_again(status: int) -> None:
    listener = Listener(status, status)

    async def last() -> int:
        return 7

    async with telling(listener, last, Bell()):
        told = [await listener.hears() for _ in range(3)]

    assert told[0] == told[1] == told[2]
    assert listener.told.empty()


async def test_neither_a_lost_record_nor_a_lost_hub_ends_it() -> None:
    bell, asked, tries = Bell(), asyncio.Semaphore(0), iter(range(9))

    async def last() -> int:
        asked.release()
        if next(tries) == 0:
            raise StoreError("gone")
        return 1

    async with aiohttp.ClientSession() as session, asyncio.timeout(20):
        hub = Publisher(
            session, "http://127.0.0.1:1/", BASE, last=last, bell=bell, user_agent="x", gap=0, again=0.01
        )
        task = asyncio.create_task(hub.run())
        await asked.acquire()
        bell.ring()
        for _ in range(3):  # it is there again; nobody listens, and it goes on trying
            await asked.acquire()
        assert not task.done()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
