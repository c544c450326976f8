"""Looks that share a commit: all are on disk, and a bad one takes no other with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select
from sqlalchemy import func as sql
from sqlalchemy.exc import StatementError

from service.decision import Decision, Failed, Moment, Same, Watch
from service.decision.decide import decide_failed, decide_same
from service.looks.bookkeeping import Bookkeeper
from service.model import SourceKind, SourceSpec
from service.store.checks import is_check
from service.store.store import Store
from service.store.tables import DocumentRow, PollRow
from service.store.watchlist import due, sync_sources
from watchers.model import Validators

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = Moment(NOW + timedelta(hours=1), 0.5, (3600.0,), 1)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store(tmp_path / "onrecord.sqlite").open()
    pages = [
        SourceSpec(name=f"p{n}", url=f"https://x.example/{n}", kind=SourceKind.PAGE, company="Quillnet")
        for n in range(20)
    ]
    await opened.write(sync_sources, pages, "config", NOW)
    yield opened
    await opened.aclose()


def same(watch: Watch) -> Decision:
    return decide_same(watch, Same(Validators('"1"')), None, LATER)


def looks(connection: Connection) -> int:
    return int(connection.execute(select(sql.count()).select_from(PollRow)).scalar_one())


def states(connection: Connection) -> set[str]:
    return set(connection.execute(select(DocumentRow.__table__.c.state)).scalars())


async def test_what_is_looked_at_together_is_written_together(store: Store) -> None:
    books, watches = Bookkeeper(store, "http://here"), await store.read(due, NOW, 100)
    await asyncio.gather(*(books.record(same(watch)) for watch in watches))
    assert await store.read(looks) == 20
    assert await store.read(states) == {"ok"}
    again = await store.read(due, NOW + timedelta(hours=3), 100)
    assert {w.validators.etag for w in again} == {'"1"'}
    assert await store.read(due, NOW, 100) == ()


async def test_one_that_cannot_be_written_takes_no_other_with_it(store: Store) -> None:
    books, watches = Bookkeeper(store, "http://here"), await store.read(due, NOW, 100)
    bad = replace(same(watches[3]), at=datetime(2026, 3, 1))  # noqa: DTZ001 -- naive, so the column refuses it
    decisions = [bad if n == 3 else same(watch) for n, watch in enumerate(watches)]
    results = await asyncio.gather(*(books.record(d) for d in decisions), return_exceptions=True)
    assert [n for n, result in enumerate(results) if isinstance(result, BaseException)] == [3]
    assert isinstance(results[3], StatementError | ValueError)
    assert await store.read(looks) == 19


async def test_one_that_was_cancelled_while_it_waited_is_not_begun(store: Store) -> None:
    books, watches = Bookkeeper(store, "http://here"), await store.read(due, NOW, 100)
    tasks = [asyncio.create_task(books.record(same(watch))) for watch in watches[:2]]
    await asyncio.sleep(0)
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert await store.read(looks) == 1


async def test_only_looks_without_consequence_are_checks(store: Store) -> None:
    watch = (await store.read(due, NOW, 1))[0]
    assert is_check(same(watch))
    assert is_check(decide_failed(watch, Failed("dns", "no address"), LATER))
    assert not is_check(replace(same(watch), retain=False))
    assert not is_check(replace(same(watch), detector=3))
    assert not is_check(replace(same(watch), shared=("guid",)))
