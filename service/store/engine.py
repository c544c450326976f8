"""One writer, many readers.

SQLite takes one writer at a time whatever we do, so all writes go through one thread. What queued up while it was
busy is committed together: a commit with synchronous=FULL costs a disk flush, so a hundred unchanged polls share one.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from service.store.errors import StoreError
from service.store.place import Place, name_of
from service.store.postgres import open_postgres
from service.store.soundness import HELP, is_damage

_log = structlog.get_logger()

T = TypeVar("T")
_Job = tuple[Callable[[Connection], Any], "Future[Any]"]

BATCH = 200
"""At most so many writes share a transaction."""
BUSY_MS = 10_000
PATIENCE = 4.0
"""Seconds that the end waits for writes that cannot get at the file."""


def open_engine(place: Place, *, write: bool) -> Engine:
    """An engine whose writing transactions come one after the other and whose reading ones see one snapshot."""
    return open_sqlite(place, write=write) if isinstance(place, Path) else open_postgres(place, write=write)


def open_sqlite(path: Path, *, write: bool) -> Engine:
    """A SQLite engine in WAL mode; a writing one starts its transactions with BEGIN IMMEDIATE."""
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000},
        pool_size=1 if write else 4,
        max_overflow=0,
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={BUSY_MS}",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            "cache_size=-16000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def plain_error(error: SQLAlchemyError, place: Place) -> StoreError:
    """One line that names the database and what it said."""
    cause = getattr(error, "orig", None) or error
    said = str(cause).strip().splitlines() or [type(cause).__name__]
    damage = f"; the file is damaged: {HELP}" if is_damage(cause) else ""
    return StoreError(f"database {name_of(place)}: {said[0]}{damage}")


class Database:
    """The connections to one database. `write` and `read` await a function of a Connection."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._writing = open_engine(place, write=True)
        self._reading = open_engine(place, write=False)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._readers = ThreadPoolExecutor(4, thread_name_prefix="store-read")
        self._writer = threading.Thread(target=self._write_loop, name="store-write", daemon=True)
        self._started = self._closing = False
        self.failing = ""
        """The last write's error, "" while writing works."""
        self._damaged = ""
        """Why nothing is written any more: what SQLite said when it met a damaged page. Reading goes on."""

    def start(self) -> None:
        """Begin to take writes."""
        self._writer.start()
        self._started = True

    async def aclose(self) -> None:
        """Finish what is queued, then let go of the file."""
        if self._started:
            self._jobs.put(None)
            await asyncio.to_thread(self._writer.join, PATIENCE)
            self._closing = True
            if self._writer.is_alive():  # somebody else holds the file: what is queued was never acknowledged
                self._readers.shutdown(wait=False, cancel_futures=True)
                return
        await asyncio.to_thread(self.dispose)

    async def write(self, function: Callable[[Connection], T]) -> T:
        """Run `function` in a transaction; StoreError if it could not be committed, nothing is half done."""
        future: Future[T] = Future()
        self._jobs.put((function, future))
        return await asyncio.wrap_future(future)

    async def read(self, function: Callable[[Connection], T]) -> T:
        """Run `function` on a consistent snapshot."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, function)

    def write_now(self, function: Callable[[Connection], T]) -> T:
        """Run `function` in a transaction of its own, here and now: before start, or from a command."""
        try:
            with self._writing.begin() as connection:
                return function(connection)
        except DBAPIError as error:
            raise self._plain(error) from error

    def dispose(self) -> None:
        """Let go of a database that was never started."""
        self._readers.shutdown()
        self._writing.dispose()
        self._reading.dispose()

    def read_now(self, function: Callable[[Connection], T]) -> T:
        """Run `function` on a consistent snapshot, here and now."""
        try:
            with self._reading.begin() as connection:
                return function(connection)
        except DBAPIError as error:
            raise self._plain(error) from error

    def _plain(self, error: DBAPIError) -> StoreError:
        """In one line; what is written to a damaged file may damage more of it, so that ends."""
        plain = plain_error(error, self.place)
        if is_damage(error.orig) and not self._damaged:
            self.failing = self._damaged = str(plain)
            _log.critical("database.damaged", error=self._damaged)
        return plain

    def _write_loop(self) -> None:
        while True:
            jobs = self._take()
            # From here on a write cannot be cancelled; one that was cancelled while it waited is not begun.
            live = [job for job in jobs if job is not None and job[1].set_running_or_notify_cancel()]
            if live:
                self._commit(live)
            if jobs[-1] is None:
                return

    def _take(self) -> list[_Job | None]:
        jobs = [self._jobs.get()]
        while jobs[-1] is not None and len(jobs) < BATCH:
            try:
                jobs.append(self._jobs.get_nowait())
            except queue.Empty:
                break
        return jobs

    def _commit(self, jobs: list[_Job]) -> None:
        """All in one transaction; if one fails, each alone, so that one bad write takes no other with it.

        When the connection broke, nobody knows whether the commit arrived: nothing is done again blindly.
        """
        if self._damaged:
            for _, future in jobs:
                future.set_exception(StoreError(self._damaged))
            return
        results = []
        try:
            with self._writing.begin() as connection:
                results = [function(connection) for function, _ in jobs]
        except Exception as error:
            lost = isinstance(error, DBAPIError) and error.connection_invalidated
            if len(jobs) == 1 or lost or self._closing:
                for _, future in jobs:
                    self._fail(future, error)
                return
            for job in jobs:
                self._commit([job])
            return
        self.failing = ""
        for (_, future), result in zip(jobs, results, strict=True):
            future.set_result(result)

    def _fail(self, future: Future[Any], error: Exception) -> None:
        plain = self._plain(error) if isinstance(error, DBAPIError) else error
        # A refusal of ours, such as a name that is taken, is no failure of the database.
        if isinstance(error, DBAPIError):
            self.failing = str(plain)
        future.set_exception(plain)
