"""A copy of a SQLite record as it stands at one moment, while others write to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from service.store.errors import StoreError

PAGES = 2048
"""Copied at once: 8 MiB."""
WAIT = 10.0
"""Seconds."""


def copy_record(origin: Path, target: Path, step: Callable[[int, int], None]) -> None:
    """Copy page by page into the empty file `target`; StoreError says what stood in the way.

    The whole copy reads one snapshot: what is written meanwhile is not in it and does not disturb it. `step` is told
    how many pages are done, of how many. Bytes in the same file are in the copy; those that lie elsewhere (`blobs`) are
    referred to where they lie.
    """
    address = f"{origin.absolute().as_uri()}?mode=ro"
    try:
        with (
            closing(sqlite3.connect(address, uri=True, isolation_level=None, timeout=WAIT)) as old,
            closing(sqlite3.connect(target, isolation_level=None)) as new,
        ):
            old.execute("BEGIN")
            old.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the snapshot is taken with this
            old.backup(new, pages=PAGES, progress=lambda _, left, whole: step(whole - left, whole))
    except sqlite3.Error as error:
        raise StoreError(f"{origin} cannot be copied to {target}: {error}") from error


def close_copy(target: Path) -> None:
    """Make it one file again, without a log beside it, that can be carried anywhere."""
    try:
        with closing(sqlite3.connect(target, isolation_level=None)) as copy:
            copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise StoreError(f"{target}: {error}") from error
