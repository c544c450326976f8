"""What was committed is on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.store.engine import open_sqlite

FULL = 2


@pytest.mark.parametrize("write", [True, False])
def test_every_connection_flushes_at_each_commit(tmp_path: Path, *, write: bool) -> None:
    engine = open_sqlite(tmp_path / "record.sqlite", write=write)
    with engine.begin() as connection:
        asked = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("synchronous", "journal_mode")
        }
    engine.dispose()
    assert asked == {"synchronous": FULL, "journal_mode": "wal"}
