"""Whether anything was committed since: asked at every request, so by the shortest way there is."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection

Number = int | str


class Edition:
    """A number for a SQLite record as it stands between two commits, whichever process made them.

    SQLite counts them for a connection that commits nothing itself (`PRAGMA data_version`): some microseconds, without
    a thread, and no lock is waited for. Belongs to one thread.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def read(self) -> Number | None:
        """None where it cannot be told: then nothing that was read before may be taken for current."""
        try:
            if self._connection is None:
                self._connection = sqlite3.connect(self._path, timeout=0, isolation_level=None)
            number: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.Error:
            self.close()
            return None
        return number

    def close(self) -> None:
        """Let go of the file; the next `read` opens it again, and may count anew."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None


def snapshot(connection: Connection) -> Number:
    """The same of a PostgreSQL database: which transactions a reader sees. Two readers of one snapshot see the same."""
    found: str = connection.exec_driver_sql("SELECT pg_current_snapshot()::text").scalar_one()
    return found
