"""Moves stored bytes out of the record, to where `blobs` says: after they were committed, never while that waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from service.store.blobs import deposited, undeposited
from service.store.depot import AT_ONCE, Depot, depot
from service.store.errors import StoreError
from service.store.store import Store
from service.store.strays import sign

_log = structlog.get_logger()

BATCH = 200
PAUSE = timedelta(seconds=10)
"""Between two looks for new bytes."""
AFTER_ERROR = timedelta(minutes=1)


class Depositor:
    """Brings bytes to `url`. As long as that does not work they stay in the record, and nothing is lost."""

    def __init__(self, store: Store, url: str, *, clock: Callable[[], datetime]) -> None:
        self._store, self._url, self._clock = store, url, clock
        self._signed = False

    async def round(self) -> datetime:
        """Move what has come; says when to look again."""
        waiting = await self._store.read(undeposited, BATCH)
        if not waiting:
            return self._clock() + PAUSE
        try:
            there = await asyncio.to_thread(depot, self._url)
            if not self._signed:
                await asyncio.to_thread(there.leave_sign, await self._store.write(sign))
                self._signed = True
            moved = await _put_all(there, waiting)
        except StoreError as error:
            _log.error("blobs.not_deposited", error=str(error))
            return self._clock() + AFTER_ERROR
        count = await self._store.write(deposited, self._url, moved)
        _log.info("blobs.deposited", blobs=count)
        return self._clock() + (timedelta(0) if len(waiting) == BATCH else PAUSE)


async def _put_all(there: Depot, waiting: Mapping[bytes, bytes]) -> dict[bytes, tuple[bytes, bytes]]:
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(packed: bytes) -> bytes:
        async with slots:
            return await asyncio.to_thread(there.put, packed)

    names = await asyncio.gather(*(one(packed) for packed in waiting.values()))
    return {digest: (packed, name) for (digest, packed), name in zip(waiting.items(), names, strict=True)}
