"""The tick: APScheduler calls what is due; when that is stands in the database, not here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

_log = structlog.get_logger()

LONGEST = timedelta(minutes=5)
"""Look at the database at least so often, whatever the last look said."""
AFTER_ERROR = timedelta(seconds=5)

Round = Callable[[], Awaitable[datetime | None]]
"""Starts what is due; gives back when it wants to be called again (None: when woken)."""


class Ticks:
    """Rounds that repeat. Each is called when its time has come or when woken, never twice at once."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._beats: dict[str, _Beat] = {}

    def add(self, name: str, call: Round) -> Callable[[], None]:
        """Register a round; the function returned wakes it (from the event loop)."""
        beat = _Beat(name, call, self._scheduler, self._clock)
        self._beats[name] = beat
        return beat.wake

    def start(self) -> None:
        """Begin; every round is called at once."""
        self._scheduler.start()
        for beat in self._beats.values():
            beat.wake()

    async def aclose(self) -> None:
        """Call nothing any more and wait for the rounds that run."""
        for beat in self._beats.values():
            beat.closed = True
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        await asyncio.gather(*(beat.finished() for beat in self._beats.values()))


class _Beat:
    def __init__(
        self, name: str, call: Round, scheduler: AsyncIOScheduler, clock: Callable[[], datetime]
    ) -> None:
        self.closed = False
        self._name, self._call, self._scheduler, self._clock = name, call, scheduler, clock
        self._running = False
        self._again = False
        self._idle = asyncio.Event()
        self._idle.set()

    def wake(self) -> None:
        """Call it now, or once more after the call that runs."""
        if self.closed:
            return
        if self._running:
            self._again = True
        elif self._idle.is_set():
            self._idle.clear()
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def finished(self) -> None:
        """Wait until no call runs."""
        await self._idle.wait()

    async def _tick(self) -> None:
        self.wake()

    async def _run(self) -> None:
        self._running = True
        due: datetime | None = None
        try:
            while not self.closed:
                self._again = False
                due = await self._guarded()
                if not self._again:
                    break
        finally:
            self._running = False
            self._idle.set()
            if not self.closed:
                self._schedule(due)

    async def _guarded(self) -> datetime | None:
        try:
            return await self._call()
        except Exception as error:
            _log.exception("tick.failed", round=self._name, error=str(error))
            return self._clock() + AFTER_ERROR

    def _schedule(self, due: datetime | None) -> None:
        now = self._clock()
        wait = min(max((due - now), timedelta(0)), LONGEST) if due is not None else LONGEST
        self._scheduler.add_job(
            self._tick,
            "date",
            run_date=datetime.now(UTC) + wait,
            id=self._name,
            replace_existing=True,
        )
