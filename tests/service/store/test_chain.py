"""The chain: one link a look, in the look's transaction; what is altered later is named."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, text

from service.model import SourceKind, SourceSpec
from service.store.blobs import put_blob
from service.store.chain import BEGINNING, Facts, Link, extend, head, payload, seal_of
from service.store.proof import polls, prove
from service.store.store import Store
from service.store.watchlist import sync_sources

START = datetime(2026, 5, 1, tzinfo=UTC)
SOURCE = SourceSpec("quillnet", "https://quillnet.example/", SourceKind.PAGE, company="Quillnet")


def look(connection: Connection, n: int) -> Link:
    facts = Facts(1, START + timedelta(minutes=n), 1, 304, None)
    link = extend(connection, facts)
    connection.execute(
        insert(polls).values(
            watch_id=1, at=facts.at, outcome=1, status=304, reason=None, link=link.number, seal=link.seal
        )
    )
    return link


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = Store(tmp_path / "onrecord.sqlite").open()
    await store.write(sync_sources, [SOURCE], "config", START)
    yield store
    await store.aclose()


async def test_each_seal_holds_the_one_before(store: Store) -> None:
    first, second = await store.write(look, 1), await store.write(look, 2)

    def facts(n: int) -> Facts:
        return Facts(1, START + timedelta(minutes=n), 1, 304, None)

    assert first == Link(1, seal_of(BEGINNING, payload(1, facts(1), ())))
    assert second == Link(2, seal_of(first.seal, payload(2, facts(2), ())))
    assert await store.read(head) == second


async def test_looks_that_share_a_transaction(store: Store) -> None:
    def several(connection: Connection) -> list[Link]:
        return [look(connection, n) for n in range(5)]

    links = await store.write(several)
    proof = await store.read(prove)

    assert [link.number for link in links] == [1, 2, 3, 4, 5]
    assert (proof.broken, proof.links, proof.head) == ("", 5, links[-1])


async def test_a_look_that_failed_leaves_no_link(store: Store) -> None:
    await store.write(look, 1)

    def fails(connection: Connection) -> None:
        look(connection, 2)
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        await store.write(fails)
    await store.write(look, 3)
    proof = await store.read(prove)

    assert (proof.broken, proof.links) == ("", 2)


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (
            "UPDATE polls SET status = 200 WHERE link = 3",
            "link 3 is broken: the look at quillnet of 2026-05-01T00:03",
        ),
        ("DELETE FROM polls WHERE link = 2", "link 2 is missing"),
        ("DELETE FROM polls WHERE link = 5", "link 5 is missing"),
        ("UPDATE polls SET link = NULL WHERE link = 4", "link 4 is missing"),
        ("UPDATE chain SET link = 4", "link 6 is missing"),
    ],
)
async def test_the_first_broken_link_is_named(store: Store, harm: str, told: str) -> None:
    for n in range(1, 6):
        await store.write(look, n)
    assert (await store.read(prove)).broken == ""

    await store.write(lambda connection: connection.execute(text(harm)))

    assert (await store.read(prove)).broken.startswith(told)


async def test_a_chain_made_anew_is_not_the_one_written_down(store: Store) -> None:
    noted = [await store.write(look, n) for n in range(1, 4)][1]
    assert (await store.read(prove, expected=noted)).broken == ""
    later = Link(9, noted.seal)

    assert "link 4 is missing" in (await store.read(prove, expected=later)).broken
    assert "not the one expected" in (await store.read(prove, expected=Link(2, bytes(16)))).broken


async def test_a_damaged_blob_is_named(store: Store) -> None:
    digest = await store.write(put_blob, b"as it stood" * 20)
    assert (await store.read(prove)).blobs == 1

    await store.write(lambda c: c.execute(text("UPDATE blobs SET data = substr(data, 1, 9)")))

    assert digest.hex() in (await store.read(prove)).broken
    assert (await store.read(prove, with_blobs=False)).broken == ""
