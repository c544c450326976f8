"""The record's front door: opens the file, migrates it, hands functions a connection."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from filelock import FileLock, Timeout
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from service.store.engine import Database, open_engine, plain_error
from service.store.errors import StoreError
from service.store.migrate import current_revision, head_revision, upgrade

P = ParamSpec("P")
T = TypeVar("T")

FILE_NAME = "onrecord.sqlite"
LOCK_NAME = "onrecord.lock"


class Store:
    """One SQLite file, held by one process. `read` and `write` run the functions of this package on it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = FileLock(path.with_name(LOCK_NAME), blocking=False, thread_local=False)
        self._database: Database | None = None

    def open(self) -> Store:
        """Take the file for this process and migrate it; StoreError names what stands in the way."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout as error:
            raise StoreError(
                f"{self.path.parent} is in use by another onrecord ({_holder(self.path)}); "
                "stop it, or name another --data-dir"
            ) from error
        except OSError as error:
            raise StoreError(f"{self.path.parent}: cannot be written: {error.strerror or error}") from error
        try:
            _sign(self.path)
            self._database = Database(self.path)
            self._database.write_now(upgrade)
            self._database.start()
        except SQLAlchemyError as error:
            self._lock.release()
            raise plain_error(error, self.path) from error
        except BaseException:
            self._lock.release()
            raise
        return self

    @staticmethod
    def peek(
        path: Path, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Read once, beside whoever holds the file; StoreError if it cannot be read."""
        engine = open_engine(path, write=False)
        try:
            with engine.begin() as connection:
                return function(connection, *args, **kwargs)
        except SQLAlchemyError as error:
            raise plain_error(error, path) from error
        finally:
            engine.dispose()

    @staticmethod
    def beside(
        path: Path, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Write once, in a transaction, beside whoever holds the file; StoreError if that cannot be."""
        engine = open_engine(path, write=True)
        try:
            with engine.begin() as connection:
                if (revision := current_revision(connection)) != (head := head_revision()):
                    raise StoreError(
                        f"{path} has schema {revision or 'none'}, not {head}: run `onrecord migrate`"
                    )
                return function(connection, *args, **kwargs)
        except SQLAlchemyError as error:
            raise plain_error(error, path) from error
        finally:
            engine.dispose()

    async def aclose(self) -> None:
        """Finish what is queued, then let go of the file."""
        if self._database is not None:
            await self._database.aclose()
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
            raise StoreError(f"{self.path} is not open")
        return self._database


def _sign(path: Path) -> None:
    """Leave our process id for whoever finds the lock taken."""
    path.with_name(LOCK_NAME).with_suffix(".pid").write_text(f"{os.getpid()}\n", encoding="ascii")


def _holder(path: Path) -> str:
    try:
        return f"process {int(path.with_name(LOCK_NAME).with_suffix('.pid').read_text(encoding='ascii'))}"
    except (OSError, ValueError):
        return "process unknown"


def database_path(database: str, data_dir: Path) -> Path:
    """The file that the setting `database` means: "sqlite", or "sqlite:///path"."""
    given = database.removeprefix("sqlite").removeprefix(":///")
    return Path(given) if given else data_dir / FILE_NAME
