"""The file itself: who holds it, what shape it has, what happens when it cannot be used."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert, select, text

from service.model import SourceKind, SourceSpec
from service.store.blobs import CHAIN, LONGEST, blobs, get_blob, put_blob
from service.store.engine import open_engine
from service.store.errors import StoreError
from service.store.journal import events, next_sequence
from service.store.migrate import head_revision
from service.store.store import Place, Store
from service.store.tables import metadata
from service.store.watchlist import due, named, retire_source, source_specs, sync_sources

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def test_two_cannot_hold_one_record(tmp_path: Path) -> None:
    first = Store(tmp_path / "onrecord.sqlite").open()
    with pytest.raises(StoreError, match="in use by another onrecord"):
        Store(tmp_path / "onrecord.sqlite").open()
    await first.aclose()
    await Store(tmp_path / "onrecord.sqlite").open().aclose()


async def test_the_migrations_make_the_tables_that_the_code_means(place: Place) -> None:
    await Store(place).open().aclose()
    engine = open_engine(place, write=False)
    with engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _not_of_search})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def _not_of_search(_thing: object, name: str | None, *_: object) -> bool:
    """Full text tables are the engine's own (service/store/search.py)."""
    return not (name or "").startswith(("change_text", "change_keys", "wording_text"))


async def test_a_newer_record_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "onrecord.sqlite"
    await Store(path).open().aclose()
    raw = sqlite3.connect(path)
    raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.commit()
    raw.close()
    with pytest.raises(
        StoreError, match=f"schema 9999, made by a newer onrecord; this one knows {head_revision()}"
    ):
        Store(path).open()
    Store(tmp_path / "other" / "onrecord.sqlite").open()


def test_what_is_not_a_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "onrecord.sqlite"
    path.write_bytes(b"this is a text file, not a database" * 100)
    with pytest.raises(StoreError, match="not a database"):
        Store(path).open()


async def test_a_full_disk_fails_the_write_and_loses_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "onrecord.sqlite").open()
    await store.write(_note, b"before")
    pages = await store.read(lambda c: c.execute(text("PRAGMA page_count")).scalar_one())
    await store.write(_run, f"PRAGMA max_page_count={pages + 1}")
    with pytest.raises(StoreError, match="full"):
        await store.write(_note, bytes(range(256)) * 4096)
    assert "full" in store.failing
    await store.write(_run, "PRAGMA max_page_count=1000000")
    await store.write(_note, b"after")
    assert store.failing == ""
    assert await store.read(lambda c: c.execute(text("SELECT count(*) FROM blobs")).scalar_one()) == 2
    await store.aclose()


def _run(connection: Connection, /, statement: str, **values: object) -> None:
    connection.execute(text(statement), values)


def _note(connection: Connection, data: bytes) -> bytes:
    return put_blob(connection, data if len(data) < 100 else random.Random(1).randbytes(len(data)))  # noqa: S311 - incompressible, not secret


async def test_one_bad_write_takes_no_other_with_it(place: Place) -> None:
    store = Store(place).open()

    def broken(connection: Connection) -> None:
        put_blob(connection, b"half done")
        raise LookupError("no")

    results = await asyncio.gather(
        *(store.write(_note, bytes([n])) for n in range(20)), store.write(broken), return_exceptions=True
    )
    assert [type(r) for r in results].count(LookupError) == 1
    assert await store.read(lambda c: c.execute(text("SELECT count(*) FROM blobs")).scalar_one()) == 20
    await store.aclose()


async def test_blobs_come_back_through_a_chain_of_prefixes_and_damage_is_noticed(place: Place) -> None:
    store = Store(place).open()
    contents = [f"line {n}\n".encode() * 200 + f"version {n}".encode() for n in range(CHAIN + 10)]
    base: bytes | None = None
    digests = []
    for content in contents:
        base = await store.write(put_blob, content, base)
        digests.append(base)
    assert [await store.read(get_blob, d) for d in digests] == contents
    wholes = await store.read(
        lambda c: c.execute(text("SELECT count(*) FROM blobs WHERE base IS NULL")).scalar_one()
    )
    assert wholes == 2
    await store.write(_run, "UPDATE blobs SET data = :data WHERE sha256 = :sha", data=b"\0", sha=digests[0])
    with pytest.raises(StoreError, match="damaged"):
        await store.read(get_blob, digests[1])
    await store.aclose()


async def test_writers_of_two_processes_leave_no_gap_and_share_no_number(place: Place) -> None:
    """Two stores on one database stand for two processes; a file admits but one."""
    first = Store(place).open()
    second = Store(place).open() if first.shared else first
    told = await asyncio.gather(*(one.write(_tell) for _ in range(40) for one in (first, second)))
    assert sorted(told) == list(range(1, 81))
    for one in {first, second}:
        await one.aclose()


def _tell(connection: Connection) -> int:
    sequence = next_sequence(connection)
    event = {"id": f"evt_{sequence}", "type": "t", "subject": "", "source": "", "body": b""}
    connection.execute(insert(events).values(sequence=sequence, time=NOW, **event))
    return sequence


async def test_short_and_empty_contents_are_kept_too(place: Place) -> None:
    store = Store(place).open()
    base: bytes | None = None
    for content in (b"", b"a", b"1234567", b"12345678", b"123456789"):
        base = await store.write(put_blob, content, base)
        assert await store.read(get_blob, base) == content
    await store.aclose()


def spec(name: str, **changes: object) -> SourceSpec:
    values = {"name": name, "url": f"https://{name}.example/", "kind": SourceKind.PAGE, **changes}
    return SourceSpec(**values)  # type: ignore[arg-type]


async def test_the_catalogue_follows_the_configuration(place: Place) -> None:
    store = Store(place).open()
    synced = await store.write(sync_sources, (spec("a"), spec("b")), "config", NOW)
    assert synced.added == ("a", "b")
    synced = await store.write(sync_sources, (spec("a", select="main"), spec("c")), "config", NOW)
    assert (synced.added, synced.changed, synced.retired) == (("c",), ("a",), ("b",))
    assert [s.name for s in await store.read(source_specs)] == ["a", "c"]
    assert [w.source.name for w in await store.read(due, NOW, 10)] == ["a", "c"]
    await store.write(sync_sources, (spec("a"), spec("b"), spec("c")), "config", NOW)
    assert [w.source.name for w in await store.read(named, ["b"])] == ["b"]
    assert await store.write(retire_source, "b")
    with pytest.raises(StoreError, match="no source named 'b'"):
        await store.read(named, ["b"])
    await store.aclose()


async def test_nobody_else_can_read_the_file(tmp_path: Path) -> None:
    store = Store(tmp_path / "private.sqlite").open()
    assert (tmp_path / "private.sqlite").stat().st_mode & 0o077 == 0
    await store.aclose()


async def test_what_is_very_long_is_no_prefix_and_is_read_back(place: Place) -> None:
    store = Store(place).open()
    long = b"We keep no logs. " * (LONGEST // 17 + 1)
    first = await store.write(put_blob, long)
    second = await store.write(put_blob, long + b"We keep some logs.", first)
    shorter = await store.write(put_blob, long[:LONGEST])
    third = await store.write(put_blob, long[:LONGEST] + b".", shorter)
    rows = await store.read(lambda c: c.execute(select(blobs.c.sha256, blobs.c.base)).all())
    bases = {bytes(row.sha256): row.base for row in rows}
    assert bases[second] is None
    assert bytes(bases[third] or b"") == shorter
    assert await store.read(get_blob, second) == long + b"We keep some logs."
    await store.aclose()
