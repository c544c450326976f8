"""The record's front door: opens the file, migrates it, hands functions a connection."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from filelock import FileLock, Timeout
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from service.store.edition import Edition, Number, snapshot
from service.store.engine import Database, open_engine, plain_error
from service.store.errors import StoreError
from service.store.migrate import current_revision, head_revision, upgrade
from service.store.place import FILE_NAME, Place, is_begun, locate, name_of
from service.store.soundness import HELP, faults

P = ParamSpec("P")
T = TypeVar("T")

__all__ = ["FILE_NAME", "LOCK_NAME", "Place", "Store", "is_begun", "locate", "name_of"]

LOCK_NAME = "onrecord.lock"
CHECKED = 256 * 2**20
"""Bytes: a file up to this size is read through at the start, in less than a second."""


class Store:
    """One SQLite file, held by one process, or one PostgreSQL database, shared by many.

    `read` and `write` run the functions of this package on it.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self._lock = _Lock(place) if isinstance(place, Path) else None
        self._database: Database | None = None
        self._edition = Edition(place) if isinstance(place, Path) else None

    @property
    def shared(self) -> bool:
        """Whether other processes may write to it too."""
        return self._lock is None

    def open(self) -> Store:
        """Take a file for this process, and migrate; StoreError names what stands in the way."""
        if self._lock is not None:
            self._lock.acquire()
        try:
            self._database = Database(self.place)
            if isinstance(path := self.place, Path) and path.stat().st_size <= CHECKED:
                self._database.read_now(lambda connection: _refuse_damaged(connection, path))
            self._database.write_now(upgrade)
            self._database.start()
        except BaseException as error:
            self._let_go()
            if isinstance(error, SQLAlchemyError):
                raise plain_error(error, self.place) from error
            raise
        return self

    @staticmethod
    def peek(
        place: Place, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Read once, beside whoever holds the file; StoreError if it cannot be read."""
        engine = open_engine(place, write=False)
        try:
            with engine.begin() as connection:
                return function(connection, *args, **kwargs)
        except SQLAlchemyError as error:
            raise plain_error(error, place) from error
        finally:
            engine.dispose()

    @staticmethod
    def beside(
        place: Place, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Write once, in a transaction, beside whoever holds the file; StoreError if that cannot be."""
        engine = open_engine(place, write=True)
        try:
            with engine.begin() as connection:
                if (revision := current_revision(connection)) != (head := head_revision()):
                    raise StoreError(
                        f"{name_of(place)} has schema {revision or 'none'}, not {head}: run `onrecord migrate`"
                    )
                return function(connection, *args, **kwargs)
        except SQLAlchemyError as error:
            raise plain_error(error, place) from error
        finally:
            engine.dispose()

    async def edition(self) -> Number | None:
        """Another number after every commit, of any process; None where that cannot be told."""
        if self._edition is not None:
            return self._edition.read()
        try:
            return await self.read(snapshot)
        except StoreError:
            return None

    async def aclose(self) -> None:
        """Finish what is queued, then let go of the file."""
        if self._edition is not None:
            self._edition.close()
        if self._database is not None:
            await self._database.aclose()
        self._let_go()

    def _let_go(self) -> None:
        if self._lock is not None:
            self._lock.release()

    @property
    def failing(self) -> str:
        """Why writing does not work at the moment, "" while it does."""
        return self._opened.failing

    async def read(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `function` on a consistent snapshot."""
        return await self._opened.read(lambda connection: function(connection, *args, **kwargs))

    async def write(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `function` in a transaction; when this returns, it is on disk."""
        return await self._opened.write(lambda connection: function(connection, *args, **kwargs))

    @property
    def _opened(self) -> Database:
        if self._database is None:
            raise StoreError(f"{name_of(self.place)} is not open")
        return self._database


def _refuse_damaged(connection: Connection, path: Path) -> None:
    """StoreError: writing to it could damage more."""
    for fault in faults(connection, quick=True)[:1]:
        raise StoreError(f"database {path} is damaged: {fault}; {HELP}")


class _Lock:
    """What keeps a second process off a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = FileLock(path.with_name(LOCK_NAME), blocking=False, thread_local=False)

    def acquire(self) -> None:
        """StoreError names who holds it."""
        folder = self._path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
            _sign(self._path)
            _keep_private(self._path)
        except Timeout as error:
            raise StoreError(
                f"{folder} is in use by another onrecord ({_holder(self._path)}); "
                "stop it, or name another --data-dir"
            ) from error
        except OSError as error:
            self._lock.release()
            raise StoreError(f"{folder}: cannot be written: {error.strerror or error}") from error

    def release(self) -> None:
        """Let the next one in."""
        self._lock.release()


def _sign(path: Path) -> None:
    """Leave our process id for whoever finds the lock taken."""
    path.with_name(LOCK_NAME).with_suffix(".pid").write_text(f"{os.getpid()}\n", encoding="ascii")


def _keep_private(path: Path) -> None:
    """Make a new file one that nobody else can read: it holds what webhooks are signed with."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _holder(path: Path) -> str:
    try:
        return f"process {int(path.with_name(LOCK_NAME).with_suffix('.pid').read_text(encoding='ascii'))}"
    except (OSError, ValueError):
        return "process unknown"
