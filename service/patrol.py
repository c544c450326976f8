"""Which watches are looked at now: those due, so many at once, none twice at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import datetime

import structlog

from service.decision import Watch
from service.store.errors import StoreError
from service.store.store import Store
from service.store.watchlist import due, named, next_due
from service.track import Looked, Tracker

_log = structlog.get_logger()


LONGEST_STUMBLE = 60.0
"""Seconds."""


class Patrol:
    """Keeps up to `slots` looks going. A slow page holds one slot and nothing else."""

    def __init__(self, store: Store, tracker: Tracker, *, slots: int, clock: Callable[[], datetime]) -> None:
        self._store, self._tracker, self._slots, self._clock = store, tracker, slots, clock
        self._at_work: dict[int, asyncio.Task[Looked | None]] = {}
        self._stumbles = 0
        """Looks in a row that could not be recorded."""
        self.done: Callable[[Looked], None] = lambda _: None
        """Called after each look that was recorded."""
        self.woken: Callable[[], None] = lambda: None
        """Called when a slot has become free."""

    async def dispatch(self) -> datetime | None:
        """Start on what is due, as far as slots are free; says when the next watch falls due."""
        now = self._clock()
        free = self._slots - len(self._at_work)
        if free > 0:
            for watch in await self._store.read(due, now, self._slots + free):
                if watch.id not in self._at_work and len(self._at_work) < self._slots:
                    self._start(watch)
        return await self._store.read(next_due, now)

    async def poll(self, names: Sequence[str] = ()) -> AsyncIterator[Looked]:
        """Look once at the named sources (or at all that are due), and at the posts that this turns up.

        StoreError names a source that is not there.
        """
        seen: set[int] = set()
        wave: Iterable[Watch] = await self._store.read(named, names) if names else await self.due()
        while fresh := [watch for watch in wave if watch.id not in seen]:
            seen.update(watch.id for watch in fresh)
            async for looked in self.look_at(fresh):
                yield looked
            wave = [w for w in await self.due() if not names or w.source.name in names]

    async def aclose(self, grace: float) -> None:
        """Let looks under way finish for `grace` seconds, then drop them: they stay due."""
        if not self._at_work:
            return
        _, late = await asyncio.wait(self._at_work.values(), timeout=grace)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def due(self) -> tuple[Watch, ...]:
        """Everything whose time has come."""
        return await self._store.read(due, self._clock(), 100_000)

    async def look_at(self, watches: Sequence[Watch]) -> AsyncIterator[Looked]:
        """Look at these, so many at once; yields what came of each as it comes."""
        slots = asyncio.Semaphore(self._slots)

        async def one(watch: Watch) -> Looked | None:
            async with slots:
                return await self._look(watch)

        for task in asyncio.as_completed([asyncio.create_task(one(watch)) for watch in watches]):
            if (looked := await task) is not None:
                yield looked

    def _start(self, watch: Watch) -> None:
        task = asyncio.create_task(self._look(watch), name=f"look {watch.source.name}")
        self._at_work[watch.id] = task
        task.add_done_callback(lambda _: self._finished(watch.id))

    def _finished(self, watch_id: int) -> None:
        self._at_work.pop(watch_id, None)
        self.woken()

    async def _stumble(self) -> None:
        """What could not be recorded stays due: wait longer each time, or strangers' servers are asked without end."""
        self._stumbles += 1
        await asyncio.sleep(min(LONGEST_STUMBLE, 2.0 ** min(self._stumbles - 1, 10)))

    async def _look(self, watch: Watch) -> Looked | None:
        """One look; what goes wrong with it is said and goes no further."""
        try:
            looked = await self._tracker.look(watch)
        except StoreError as error:
            _log.error("poll.not_recorded", source=watch.source.name, error=str(error))
            await self._stumble()
            return None
        except Exception:
            _log.exception("poll.bug", source=watch.source.name, url=watch.url)
            await self._stumble()
            return None
        self._stumbles = 0
        self.done(looked)
        return looked
