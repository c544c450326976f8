"""What was committed is on disk."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

import pytest
from sqlalchemy import Engine

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


def test_who_reads_before_it_writes_is_not_overtaken(tmp_path: Path) -> None:
    """A command's engine and the daemon's: the second waits from its first word on, and none is turned away."""
    one, other = (open_sqlite(tmp_path / "count.sqlite", write=True) for _ in range(2))

    def add(engine: Engine, before_writing: Callable[[], object]) -> None:
        with engine.begin() as connection:
            found = connection.exec_driver_sql("SELECT n FROM count").scalar_one()
            before_writing()
            connection.exec_driver_sql("UPDATE count SET n = ?", (found + 1,))

    with one.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE count (n INTEGER)")
        connection.exec_driver_sql("INSERT INTO count VALUES (0)")
    with ThreadPoolExecutor(1) as pool:
        second: list[Future[None]] = []

        def let_the_other_try() -> None:
            second.append(pool.submit(add, other, lambda: None))
            wait(second, timeout=0.5)

        add(one, let_the_other_try)
        second[0].result(10)
    with one.begin() as connection:
        assert connection.exec_driver_sql("SELECT n FROM count").scalar_one() == 2
    for engine in (one, other):
        engine.dispose()
