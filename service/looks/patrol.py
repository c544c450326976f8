"""Which watches are looked at now: those due, so many at once, none twice at the same time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import structlog

from service.decision import Watch
from service.looks.track import Looked, Tracker
from service.store.errors import StoreError
from service.store.store import Store
from service.store.watchlist import agenda, due, named

_log = structlog.get_logger()


LONGEST_STUMBLE = 60.0
"""Seconds."""
AHEAD = 4
"""So many times the slots are read from the record at once: a look that ends is followed by the next in line."""
FRESH = timedelta(seconds=1)
"""So long a line that was read is gone by; meanwhile sources may have been removed or changed."""
UNWRITTEN = 256
"""Looks that are over and wait to be written down together, at most."""
BREATH = timedelta(milliseconds=20)
"""What falls due within so short a time is read together."""
PATIENCE = 2.0
"""Seconds a look may hold a slot while others wait for one."""
SLOW = 2
"""So many times the slots may be looks whose slot was given on: servers that hang hold nobody else up."""


class _Slots:
    """So many slots, each lent for `patience` seconds; at most `SLOW` times as many borrowers go on without theirs."""

    def __init__(self, slots: int, patience: float) -> None:
        self._free, self._slow = asyncio.Semaphore(slots), asyncio.Semaphore(slots * SLOW)
        self._patience = patience

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[Callable[[], None]]:
        """Wait for a slot; what is yielded gives it back before the end of the block, once."""
        await self._free.acquire()
        held = [self._free]

        def give_back() -> None:
            timer.cancel()
            while held:
                held.pop().release()

        timer = asyncio.create_task(self._take_away(held))
        try:
            yield give_back
        finally:
            give_back()

    async def _take_away(self, held: list[asyncio.Semaphore]) -> None:
        """The slot goes to another as soon as few enough go on without theirs."""
        await asyncio.sleep(self._patience)
        await self._slow.acquire()
        held[:] = [self._slow]
        self._free.release()


class Patrol:
    """Keeps up to `slots` looks going. A slow page holds one slot, and none for long where others wait."""

    def __init__(
        self,
        store: Store,
        tracker: Tracker,
        *,
        slots: int,
        clock: Callable[[], datetime],
        patience: float = PATIENCE,
    ) -> None:
        self._store, self._tracker, self._slots, self._clock = store, tracker, slots, clock
        self._patience = patience
        self._at_work: dict[int, asyncio.Task[Looked | None]] = {}
        self._since: dict[int, float] = {}
        """When each of these that holds a slot got it, oldest first; seconds of the loop's clock."""
        self._slow: set[int] = set()
        """Of these, those that had their slot taken away, and go on."""
        self._review: asyncio.TimerHandle | None = None
        self._judged: set[int] = set()
        """Of these, those that only wait to be written down: they hold no slot."""
        self._line: deque[Watch] = deque()
        """Due, and waiting for a slot."""
        self._read_at: datetime | None = None
        self._more = False
        """The record may hold more that is due than was read."""
        self._ended: set[int] = set()
        """Whose look ended since the line was last asked for: what the record said of them then is outdated."""
        self._planned: datetime | None = None
        """When the record is read again, if nothing happens before."""
        self._stumbles = 0
        """Looks in a row that could not be recorded."""
        self.done: Callable[[Looked], None] = lambda _: None
        """Called after each look that was recorded."""
        self.woken: Callable[[], None] = lambda: None
        """Called when the record is to be read again."""

    async def dispatch(self) -> datetime | None:
        """Read what is due and start on it, as far as slots are free; says when to come again.

        None: when `woken` is called, which the end of a look does where it has to.
        """
        if not self._is_free():
            self._more, self._planned = True, None
            self._be_impatient()
            return None
        now, most = self._clock(), self._slots * AHEAD
        self._ended.clear()
        found, coming = await self._store.read(agenda, now, most, tuple(self._at_work))
        self._line = deque(w for w in found if w.id not in self._at_work and w.id not in self._ended)
        self._read_at, self._more = now, len(found) == most
        self._fill()
        if self._more and not self._at_work:
            return now
        self._planned = None if self._more or coming is None else max(coming, now + BREATH)
        return self._planned

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
        self._line.clear()
        self._more = False
        if self._review is not None:
            self._review.cancel()
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
        slots, unwritten = _Slots(self._slots, self._patience), asyncio.Semaphore(UNWRITTEN)

        async def one(watch: Watch) -> Looked | None:
            async with unwritten, slots.lent() as give_back:
                return await self._look(watch, give_back)

        for task in asyncio.as_completed([asyncio.create_task(one(watch)) for watch in watches]):
            if (looked := await task) is not None:
                yield looked

    def _fill(self) -> None:
        """Give free slots to those in line."""
        while self._line and self._is_free():
            self._start(self._line.popleft())
        if self._line or self._more:
            self._be_impatient()

    def _is_free(self) -> bool:
        """Whether another look may begin. What waits to be written is bounded too."""
        return len(self._judged) < UNWRITTEN and len(self._since) < self._slots

    def _start(self, watch: Watch) -> None:
        task = asyncio.create_task(self._look(watch, lambda: self._judge(watch.id)))
        self._at_work[watch.id] = task
        self._since[watch.id] = asyncio.get_running_loop().time()
        task.add_done_callback(lambda task: self._finished(watch.id, task))

    def _be_impatient(self) -> None:
        """Somebody waits: see whether a look has held its slot for too long, as soon as one can have."""
        if self._review is None and self._since and len(self._slow) < self._slots * SLOW:
            oldest = next(iter(self._since.values()))
            self._review = asyncio.get_running_loop().call_at(oldest + self._patience, self._lose_patience)

    def _lose_patience(self) -> None:
        """Take the slots of looks that have held theirs for long; they go on without."""
        self._review = None
        late = asyncio.get_running_loop().time() - self._patience
        room = self._slots * SLOW - len(self._slow)
        for watch_id in [w for w, since in self._since.items() if since <= late][:room]:
            del self._since[watch_id]
            self._slow.add(watch_id)
        self._next()
        if self._more and not self._line and self._is_free():
            self.woken()

    def _judge(self, watch_id: int) -> None:
        self._release(watch_id)
        self._judged.add(watch_id)
        self._next()

    def _release(self, watch_id: int) -> None:
        self._since.pop(watch_id, None)
        self._slow.discard(watch_id)

    def _finished(self, watch_id: int, task: asyncio.Task[Looked | None]) -> None:
        self._at_work.pop(watch_id, None)
        self._release(watch_id)
        self._judged.discard(watch_id)
        self._ended.add(watch_id)
        self._next()
        if not self._line if self._more else self._is_early(task):
            self.woken()

    def _next(self) -> None:
        """Go on with the line, as long as it is worth something."""
        if self._line and not self._is_fresh():
            self._line.clear()
            self._more = True
        self._fill()

    def _is_fresh(self) -> bool:
        age = self._clock() - self._read_at if self._read_at is not None else FRESH
        return timedelta(0) <= age < FRESH

    def _is_early(self, task: asyncio.Task[Looked | None]) -> bool:
        """Whether this look made something due before the record is read again anyway."""
        looked = None if task.cancelled() else task.result()
        if looked is None:
            return True
        d = looked.decision
        again = d.update.next_poll_at
        return bool(d.posts or d.edited) or (
            again is not None and (self._planned is None or again < self._planned)
        )

    async def _stumble(self) -> None:
        """What could not be recorded stays due: wait longer each time, or strangers' servers are asked without end."""
        self._stumbles += 1
        await asyncio.sleep(min(LONGEST_STUMBLE, 2.0 ** min(self._stumbles - 1, 10)))

    async def _look(self, watch: Watch, judged: Callable[[], None]) -> Looked | None:
        """One look; what goes wrong with it is said and goes no further. `judged`: it only has to be written down."""
        try:
            looked = await self._tracker.look(watch, judged)
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
