"""Pages that are kept: never older than the record, never anybody's own."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from service.store.store import Store
from service.web.kept import ADDRESS_MAX, KEEP, PAGES_MAX, SHELF
from service.web.warm import WEIGHED

NOW = datetime.fromisoformat("2026-11-24T12:00:00+00:00")


def _reword(connection: Connection, words: str) -> None:
    """What the newest wording says, changed behind the pages' back."""
    connection.execute(text("UPDATE wordings SET text = :words WHERE id = (SELECT max(new_wording) FROM changes)"),
                       {"words": words})  # fmt: skip


async def _quiet(serve: Any, *args: Any, **kwargs: Any) -> Any:
    """A client of a site that has done what it does after a start, with commits."""
    client = await serve(*args, **kwargs)
    async with asyncio.timeout(30):
        await client.app[WEIGHED].wait()
    return client


def _kept(client: Any) -> list[str]:
    return list(client.app[SHELF]._pages)


async def test_a_change_shows_at_once(serve: Any, store: Store) -> None:
    client = await _quiet(serve, store)
    first = await client.get("/")
    again = await client.get("/")
    assert await again.text() == await first.text()

    await store.write(_reword, "We hand everything over.")
    after = await client.get("/")

    assert "We hand everything over." not in await first.text()
    assert _kept(client) == ["/"]
    assert "We hand everything over." in await after.text()
    assert after.headers["ETag"] != first.headers["ETag"]


async def test_a_change_made_beside_the_daemon_shows_at_once(serve: Any, store: Store) -> None:
    """As by another command."""
    client = await _quiet(serve, store)
    await client.get("/")

    Store.beside(store.place, _reword, "We hand everything over.")

    assert "We hand everything over." in await (await client.get("/")).text()


async def test_whoever_has_it_is_told_so(serve: Any, store: Store) -> None:
    client = await _quiet(serve, store)
    tag = (await client.get("/compare")).headers["ETag"]
    answers = [await client.get("/compare", headers={"If-None-Match": tag}) for _ in range(2)]
    kept = await client.get("/compare")

    assert [answer.status for answer in answers] == [304, 304]
    assert [answer.headers["ETag"] for answer in answers] == [tag, tag]
    assert (kept.status, kept.content_type, kept.charset) == (200, "text/html", "utf-8")
    assert "Content-Security-Policy" in kept.headers
    assert (await client.head("/compare")).headers["ETag"] == tag


async def test_many_at_once_have_it_made_once(
    serve: Any, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, reads, read = await _quiet(serve, store), list[str](), store.read

    async def counted(function: Any, *args: Any, **kwargs: Any) -> Any:
        reads.append(function.__name__)
        return await read(function, *args, **kwargs)

    monkeypatch.setattr(store, "read", counted)
    answers = await asyncio.gather(*(client.get("/companies") for _ in range(20)))

    assert len({answer.headers["ETag"] for answer in answers}) == 1
    assert reads.count("list_companies") == 1


async def test_it_grows_no_older_than_a_moment(serve: Any, store: Store) -> None:
    time = [NOW]
    client = await _quiet(serve, store, clock=lambda: time[0])
    first = await (await client.get("/")).text()
    time[0] = NOW + KEEP - timedelta(seconds=1)
    same = await (await client.get("/")).text()
    time[0] = NOW + timedelta(days=1)

    assert same == first
    assert await (await client.get("/")).text() != first


async def test_the_state_of_the_watching_is_part_of_it(serve: Any, store: Store) -> None:
    ready = [(True, "")]
    client = await _quiet(serve, store, ready=lambda: ready[0])
    await client.get("/")
    ready[0] = (False, "the disk is full")

    assert "the disk is full" in await (await client.get("/")).text()


async def test_what_is_somebodys_own_is_not_kept(serve: Any, store: Store) -> None:
    client = await _quiet(serve, store, token="a-token-of-the-tests")
    for path in (
        "/sources",
        "/subscriptions",
        "/api/v1/changes",
        "/nothing",
        "/companies/nobody",
        "/?since=soon",
    ):
        await client.get(path)
    await client.get("/", headers={"Authorization": "Bearer a-token-of-the-tests"})
    await client.get("/", headers={"Cookie": "who=me"})
    await client.get("/?q=" + "x" * ADDRESS_MAX)

    assert _kept(client) == []


async def test_where_reading_needs_a_token_nothing_is_kept(serve: Any, store: Store) -> None:
    client = await _quiet(serve, store, token="a-token-of-the-tests", reading="token")
    with_token = await client.get("/", headers={"Authorization": "Bearer a-token-of-the-tests"})

    assert with_token.status == 200
    assert (await client.get("/")).status == 401
    assert _kept(client) == []


async def test_there_are_only_so_many(serve: Any, empty_store: Store) -> None:
    client = await _quiet(serve, empty_store)
    for number in range(PAGES_MAX + 20):
        await client.get(f"/companies?number={number}")

    kept = _kept(client)
    assert len(kept) == PAGES_MAX
    assert kept[-1] == f"/companies?number={PAGES_MAX + 19}"
    assert "/companies?number=0" not in kept
