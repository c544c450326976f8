"""Looks are written down together: what found nothing new shares its commit with its neighbours."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from service.decision import Decision, Watch
from service.store.checks import is_check, record_checks
from service.store.errands import overtaken, record_checks_once, record_once
from service.store.record import Recorded, record
from service.store.store import Store

MOST = 500
"""Looks that share a transaction."""
GATHER = 0.02
"""Seconds that the first of them waits for company: a transaction costs as much as thirty looks in it."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    decision: Decision
    watch: Watch | None
    written: asyncio.Future[Recorded]


class Bookkeeper:
    """Records decisions; `base` begins the links in events."""

    def __init__(self, store: Store, base: str) -> None:
        self._store, self._base = store, base
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def record(self, decision: Decision, watch: Watch | None = None) -> Recorded:
        """Return when it is on disk; StoreError if it could not be recorded.

        `watch`: what was known before the look; where others record too, they may have overtaken it.
        """
        known = watch if self._store.shared else None
        if not is_check(decision):
            if known is not None:
                return await self._store.write(record_once, decision, self._base, known)
            return await self._store.write(record, decision, self._base)
        waiting = _Waiting(decision, known, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await waiting.written

    async def _write(self) -> None:
        """What came together is written together; what comes meanwhile goes next."""
        while self._waiting:
            await asyncio.sleep(GATHER)
            taken, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            live = [one for one in taken if not one.written.cancelled()]
            if live:
                await self._commit(live)

    async def _commit(self, live: list[_Waiting]) -> None:
        """All at once; if that fails, each alone, so that one takes no other with it."""
        late: frozenset[int] = frozenset()
        try:
            if pairs := [(one.decision, one.watch) for one in live if one.watch is not None]:
                late = await self._store.write(record_checks_once, pairs)
            else:
                await self._store.write(record_checks, [one.decision for one in live])
        except Exception as error:
            if len(live) == 1:
                _settle(live[0], error)
                return
            for one in live:
                await self._commit([one])
            return
        for place, one in enumerate(live):
            _settle(one, overtaken(one.watch) if one.watch is not None and place in late else None)


def _settle(one: _Waiting, error: Exception | None) -> None:
    if one.written.cancelled():
        return
    if error is None:
        one.written.set_result(Recorded())
    else:
        one.written.set_exception(error)
