"""A page of the database is overwritten: it is said with the way back, writing ends, a backup restores."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import service.store.store
from service.store.errors import StoreError
from service.store.evidence import list_sources
from service.store.history import AssuranceFilter, list_assurances
from service.store.store import FILE_NAME, Store
from tests.service.keeping import growing
from tests.service.keeping.growing import DAY, START


def spoil(file: Path, table: str) -> None:
    """The first page of a table is overwritten."""
    with closing(sqlite3.connect(file)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        (size,) = raw.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as opened:
        opened.seek((page - 1) * size)
        opened.write(b"\xa5" * size)


async def record(file: Path) -> None:
    store = Store(file).open()
    await growing.begin(store)
    await growing.baseline(store)
    await store.aclose()


async def test_the_record_is_only_read_from_then_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that nobody looked at in the beginning, because the file was too large for that."""
    await record(tmp_path / FILE_NAME)
    spoil(tmp_path / FILE_NAME, "wordings")
    monkeypatch.setattr(service.store.store, "CHECKED", 0)
    store = Store(tmp_path / FILE_NAME).open()
    assert store.failing == ""
    with pytest.raises(StoreError, match=r"malformed; the file is damaged: .*docs/operations.md"):
        await store.read(list_assurances, AssuranceFilter())

    assert "the file is damaged" in store.failing, "so /readyz says it"
    with pytest.raises(StoreError, match="the file is damaged"):
        await growing.same(store, START + DAY)
    assert [source.name for source in await store.read(list_sources)] == ["requests"]
    await store.aclose()


async def test_a_write_that_meets_damage_is_the_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await record(tmp_path / FILE_NAME)
    spoil(tmp_path / FILE_NAME, "polls")
    monkeypatch.setattr(service.store.store, "CHECKED", 0)
    store = Store(tmp_path / FILE_NAME).open()
    before = (tmp_path / FILE_NAME).with_name(f"{FILE_NAME}-wal").stat().st_size
    for _ in range(3):
        with pytest.raises(StoreError, match="the file is damaged"):
            await growing.same(store, START + DAY)
    assert (tmp_path / FILE_NAME).with_name(f"{FILE_NAME}-wal").stat().st_size == before
    await store.aclose()


async def test_the_daemon_does_not_start_on_it_and_does_on_the_backup(
    tmp_path: Path, command: Callable[..., Any]
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    await record(data / FILE_NAME)
    assert command("backup", "copy.sqlite").returncode == 0
    spoil(data / FILE_NAME, "wordings")

    ran = command("run", "--listen", "127.0.0.1:0")
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
    assert "is damaged: " in ran.stderr
    assert "docs/operations.md how to restore a backup" in ran.stderr
    assert command("doctor").returncode == 1

    shutil.copy(tmp_path / "copy.sqlite", data / FILE_NAME)
    for end in ("-wal", "-shm"):
        (data / f"{FILE_NAME}{end}").unlink(missing_ok=True)
    assert command("verify").returncode == 0
    assert command("migrate").returncode == 0
