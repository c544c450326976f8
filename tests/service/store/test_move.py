"""A record in another database is the same record."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select

from service.model import SourceKind, SourceSpec
from service.store.blobs import blobs, get_blob, put_blob
from service.store.errors import StoreError
from service.store.move import move
from service.store.polls import polls
from service.store.store import FILE_NAME, Place, Store
from service.store.watchlist import source_specs, sync_sources

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SPECS = tuple(
    SourceSpec(name=f"s{n}", url=f"https://s{n}.example/\0", kind=SourceKind.PAGE, company="Quillnet")
    for n in range(3)
)


def _look(connection: Connection) -> None:
    connection.execute(
        insert(polls), [{"watch_id": 1, "at": NOW.replace(second=n), "outcome": 1} for n in range(60)]
    )


@pytest.fixture
async def old(tmp_path: Path) -> AsyncIterator[Place]:
    (tmp_path / "old").mkdir()
    store = Store(tmp_path / "old" / FILE_NAME).open()
    await store.write(sync_sources, SPECS, "config", NOW)
    await store.write(put_blob, bytes(range(256)))
    await store.write(_look)
    yield store.place
    await store.aclose()


async def test_everything_arrives_and_goes_on(old: Place, place: Place) -> None:
    told: dict[str, int] = {}
    total = move(old, place, told.__setitem__)
    assert (told["sources"], told["watches"], told["polls"], told["blobs"]) == (3, 3, 60, 1)
    assert total == sum(told.values())
    store = Store(place).open()
    assert [spec.name for spec in await store.read(source_specs)] == ["s0", "s1", "s2"]
    digest = await store.read(lambda c: c.execute(select(blobs.c.sha256)).scalar_one())
    assert await store.read(get_blob, digest) == bytes(range(256))
    more = SourceSpec(name="s9", url="https://s9.example/", kind=SourceKind.FEED)
    assert (await store.write(sync_sources, (*SPECS, more), "config", NOW)).added == ("s9",)
    await store.aclose()


async def test_what_is_not_empty_is_refused_and_stays_as_it_is(old: Place, place: Place) -> None:
    store = Store(place).open()
    await store.write(put_blob, b"mine")
    with pytest.raises(StoreError, match="is not empty: its table blobs has rows"):
        move(old, place, lambda *_: None)
    assert await store.read(source_specs) == ()
    await store.aclose()


async def test_what_breaks_off_leaves_nothing_and_can_be_begun_anew(old: Place, place: Place) -> None:
    def stop(table: str, _rows: int) -> None:
        if table == "watches":
            raise LookupError("the power went")

    with pytest.raises(LookupError):
        move(old, place, stop)
    move(old, place, lambda *_: None)
    store = Store(place).open()
    assert len(await store.read(source_specs)) == 3
    await store.aclose()


async def test_what_is_altered_on_the_way_is_noticed(
    old: Place, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lossy(connection: Connection, table: object) -> None:
        if getattr(table, "name", "") == "polls":
            connection.execute(polls.delete().where(polls.c.at == NOW))

    monkeypatch.setattr("service.store.move._count_on", lossy)
    with pytest.raises(StoreError, match="polls arrived as 59 rows for 60"):
        move(old, place, lambda *_: None)
