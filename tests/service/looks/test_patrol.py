"""Who is looked at when: as many at once as there are slots, none twice, nobody forgotten."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from service.decision import Moment, Same, Watch
from service.decision.decide import decide_same
from service.looks.bookkeeping import Bookkeeper
from service.looks.patrol import AHEAD, FRESH, SLOW, Patrol
from service.looks.track import Looked
from service.model import SourceKind, SourceSpec
from service.process.ticks import Ticks
from service.store.store import Store
from service.store.tables import WatchRow
from service.store.watchlist import retire_source, sync_sources

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
SLOTS = 4
MANY = SLOTS * AHEAD * 3
watches = WatchRow.__table__


class World:
    """Stands in for asking: each look waits until `let` is set, and finds nothing new."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._books, self._clock = Bookkeeper(store, "http://here"), clock
        self.let = asyncio.Event()
        self.let.set()
        self.hanging: set[str] = set()
        """Sources whose servers answer only when `let_go` is set."""
        self.let_go = asyncio.Event()
        self.full = asyncio.Event()
        self.looks: Counter[str] = Counter()
        self.asking = self.most = 0
        self.moved = asyncio.Event()

    async def look(self, watch: Watch, judged: Callable[[], None] = lambda: None) -> Looked:
        self.looks[watch.source.name] += 1
        self.asking += 1
        self.moved.set()
        self.most = max(self.most, self.asking)
        if self.asking == SLOTS:
            self.full.set()
        await (self.let_go if watch.source.name in self.hanging else self.let).wait()
        await asyncio.sleep(0)
        self.asking -= 1
        self.moved.set()
        decision = decide_same(watch, Same(watch.validators), None, Moment(self._clock(), 0.5, (3600.0,), 1))
        judged()
        return Looked(watch, decision, await self._books.record(decision, watch))

    async def comes_to(self, state: Callable[[World], bool]) -> None:
        async with asyncio.timeout(30):
            while not state(self):
                self.moved.clear()
                await self.moved.wait()


class Clock:
    now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store(tmp_path / "onrecord.sqlite").open()
    pages = [
        SourceSpec(name=f"p{n}", url=f"https://x.example/{n}", kind=SourceKind.FEED, company="Quillnet")
        for n in range(MANY)
    ]
    await opened.write(sync_sources, pages, "config", START)
    yield opened
    await opened.aclose()


class Running:
    """A patrol that a tick drives, as in the daemon."""

    def __init__(self, store: Store, patience: float = 60.0) -> None:
        self.clock = Clock()
        self.world = World(store, self.clock)
        self.patrol = Patrol(store, self.world, slots=SLOTS, clock=self.clock, patience=patience)  # type: ignore[arg-type]  # a fake
        self.ticks = Ticks(self.clock)
        self.wake = self.ticks.add("poll", self.patrol.dispatch)
        self.patrol.woken = self.wake
        self.patrol.done = lambda _: self._told.set()
        self._told = asyncio.Event()

    async def until(self, looks: int) -> None:
        async with asyncio.timeout(30):
            while sum(self.world.looks.values()) < looks or self.world.asking:
                self._told.clear()
                await self._told.wait()

    async def end(self) -> None:
        await self.ticks.aclose()
        await self.patrol.aclose(10)


async def test_all_that_is_due_is_looked_at_once_with_no_more_than_the_slots_at_once(store: Store) -> None:
    running = Running(store)
    running.ticks.start()
    await running.until(MANY)
    await running.end()
    assert set(running.world.looks.values()) == {1}
    assert len(running.world.looks) == MANY
    assert running.world.most == SLOTS


async def test_what_falls_due_while_others_are_under_way_is_not_forgotten(store: Store) -> None:
    def one_is_later(connection: Connection) -> None:
        late = START + timedelta(milliseconds=50)
        connection.execute(update(watches).where(watches.c.id == 1).values(next_poll_at=late))

    await store.write(one_is_later)
    running = Running(store)
    running.world.let.clear()
    running.ticks.start()
    await running.world.full.wait()
    running.clock.now += timedelta(milliseconds=100)
    running.world.let.set()
    await running.until(MANY)
    await running.end()
    assert set(running.world.looks.values()) == {1}


async def test_a_line_that_was_read_long_ago_is_read_again(store: Store) -> None:
    """A source that was removed while it waited is not asked any more."""
    running = Running(store)
    running.world.let.clear()
    running.ticks.start()
    await running.world.full.wait()
    asked = set(running.world.looks)
    removed = sorted({f"p{n}" for n in range(MANY)} - asked)
    for name in removed:
        await store.write(retire_source, name)
    running.clock.now += FRESH
    running.world.let.set()
    await running.until(SLOTS)
    await running.end()
    assert set(running.world.looks) == asked


@pytest.mark.parametrize("hang", [SLOTS, SLOTS * SLOW])
async def test_servers_that_hang_hold_up_nobody_else(store: Store, hang: int) -> None:
    """Those first in line take every slot; the others are looked at while these still go on."""
    running = Running(store, patience=0.0)
    running.world.hanging = {f"p{n}" for n in range(hang)}
    running.ticks.start()
    await running.world.comes_to(lambda w: len(w.looks) == MANY and w.asking == hang)
    running.world.let_go.set()
    await running.until(MANY)
    await running.end()
    assert set(running.world.looks.values()) == {1}
    assert running.world.most <= SLOTS * (SLOW + 1)


async def test_slow_looks_are_bounded_too(store: Store) -> None:
    running = Running(store, patience=0.0)
    running.world.hanging = {f"p{n}" for n in range(MANY)}
    running.ticks.start()
    await running.world.comes_to(lambda w: w.asking == SLOTS * (SLOW + 1))
    running.world.let_go.set()
    await running.until(MANY)
    await running.end()
    assert running.world.most == SLOTS * (SLOW + 1)


@pytest.mark.parametrize("hang", [SLOTS, SLOTS * SLOW, MANY])
async def test_nor_do_they_where_all_are_looked_at_once(store: Store, hang: int) -> None:
    """`onrecord poll`: as many as may go on without a slot hold up nobody, and no more than these go on."""
    running = Running(store, patience=0.0)
    running.world.hanging = {f"p{n}" for n in range(hang)}
    looks = running.patrol.poll()
    ended = asyncio.create_task(_count(looks))
    goal, waiting = (SLOTS * (SLOW + 1),) * 2 if hang == MANY else (MANY, hang)
    await running.world.comes_to(lambda w: len(w.looks) == goal and w.asking == waiting)
    running.world.let_go.set()
    assert await ended == MANY
    assert set(running.world.looks.values()) == {1}
    assert running.world.most <= SLOTS * (SLOW + 1)


async def _count(looks: AsyncIterator[Looked]) -> int:
    return len([looked async for looked in looks])
