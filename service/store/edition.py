"""Whether anything was committed since: asked at every request, so without a thread and without a transaction."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

from service.store.place import Place


class Edition:
    """A number for the record as it stands between two commits, whichever process made them.

    SQLite counts them for a connection that commits nothing itself (`PRAGMA data_version`): some microseconds, and no
    lock is waited for. PostgreSQL has nothing as cheap; there the number is None. Belongs to one thread.
    """

    def __init__(self, place: Place) -> None:
        self._path = place if isinstance(place, Path) else None
        self._connection: sqlite3.Connection | None = None

    def read(self) -> int | None:
        """None where it cannot be told: then nothing that was read before may be taken for current."""
        if self._path is None:
            return None
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
