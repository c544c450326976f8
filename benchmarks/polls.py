"""What an unchanged poll costs: against a bare client that GETs the same addresses at the same concurrency, and against
lemon24/reader's update of the same feeds.
"""

from __future__ import annotations

import asyncio
import resource
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import Connection, text

from benchmarks.beside import peer
from benchmarks.clock import Clock
from service.app import App
from service.configuration.settings import Settings
from service.looks.track import Looked
from service.model import Outcome
from service.process.memory import settle_memory
from service.process.ticks import Ticks

CONCURRENCY = 64
BESIDE = 200
"""Feeds that reader is given: it needs some 40 ms for each that it sees for the first time."""
GOALS = {"feed": (0.5, 5), "plain": (0.5, 40)}


def cpu() -> float:
    """CPU seconds of this process and its ended children so far."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


async def bare(port: int, kind: str, count: int, headers: dict[str, str]) -> float:
    """GETs per CPU second of an aiohttp client that does nothing else."""
    slots = asyncio.Semaphore(CONCURRENCY)
    connector = aiohttp.TCPConnector(limit=CONCURRENCY, limit_per_host=CONCURRENCY)
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

        async def one(number: int) -> None:
            async with slots, session.get(f"http://127.0.0.1:{port}/{kind}/{number}") as answer:
                await answer.read()

        before = cpu()
        await asyncio.gather(*(one(number) for number in range(count)))
        return count / (cpu() - before)


@asynccontextmanager
async def watching(port: int, kind: str, count: int, clock: Clock) -> AsyncIterator[App]:
    """The service with so many feeds or pages."""
    with tempfile.TemporaryDirectory() as folder:
        values: dict[str, Any] = {
            "data_dir": Path(folder),
            "catalogue": False,
            "workers": 1,
            "fetch": {"allow": (f"127.0.0.1:{port}",), "per_host": CONCURRENCY, "concurrency": CONCURRENCY},
            "sources": [
                {
                    "name": f"s{n}",
                    "company": "Quillnet",
                    "kind": "page" if kind == "tiny" else "feed",
                    "url": f"http://127.0.0.1:{port}/{kind}/{n}",
                }
                for n in range(count)
            ],
        }
        async with App(Settings(**values), clock=clock, chance=lambda: 0.5) as app:
            yield app


async def rounds(app: App, clock: Clock, count: int, times: int) -> float:
    """The best of `times` rounds in which the daemon's own tick finds `count` watches due: looks per CPU second."""
    best = 0.0
    for _ in range(times):
        clock.now += timedelta(days=2)
        settle_memory()
        best = max(best, count / await _round(app, clock, count))
    return best


async def _round(app: App, clock: Clock, count: int) -> float:
    done, outcomes = asyncio.Event(), list[Outcome]()

    def note(looked: Looked) -> None:
        outcomes.append(looked.decision.outcome)
        if len(outcomes) == count:
            done.set()

    ticks = Ticks(clock)
    app.patrol.done = note
    app.patrol.woken = ticks.add("poll", app.patrol.dispatch)
    before = cpu()
    ticks.start()
    await done.wait()
    spent = cpu() - before
    await ticks.aclose()
    if set(outcomes) != {Outcome.UNCHANGED} or len(outcomes) != count:
        raise AssertionError(f"{len(outcomes)} of {count} polls: {set(outcomes)}")
    return spent


async def ours(port: int, kind: str, count: int) -> float:
    """Unchanged polls per CPU second, each found due, decided, logged and committed."""
    clock = Clock()
    async with watching(port, kind, count, clock) as app:
        async for _ in app.patrol.look_at(await app.patrol.due()):
            pass
        await app.store.write(leave_posts)
        return await rounds(app, clock, count, 3)


def leave_posts(connection: Connection) -> None:
    """The feeds' posts are no feeds: let them not be due."""
    connection.execute(text("UPDATE watches SET next_poll_at = NULL WHERE subject = 'post'"))


def ratio(port: int, count: int, kind: str, say: Callable[[str], None]) -> None:
    """Measure all three in one run; print the better of each side and their ratios."""
    headers = {"If-None-Match": '"1"'} if kind == "feed" else {}
    limit = asyncio.run(bare(port, kind, count, headers))
    reached = asyncio.run(ours(port, kind, count))
    limit = max(limit, asyncio.run(bare(port, kind, count, headers)))
    what = "304" if kind == "feed" else "same 200"
    goals = GOALS[kind]
    say(
        f"unchanged polls ({what}) per CPU second: bare client {limit:,.0f}, onrecord {reached:,.0f}: "
        f"ratio {reached / limit:.2f}{f' (goal {goals[0]})' if kind == 'feed' else ''}"
    )
    theirs = peer("reader", f"http://127.0.0.1:{port}/{kind}", str(min(count, BESIDE)))
    if theirs is not None:
        say(
            f"unchanged polls ({what}) per CPU second: reader {theirs:,.0f}, onrecord {reached:,.0f}: "
            f"ratio {reached / theirs:.0f} (goal {goals[1]})"
        )
