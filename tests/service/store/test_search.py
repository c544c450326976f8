"""Full text search: found in the transaction, newest first or best first, stable while more comes in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, text

from service.model import Category, SourceKind, SourceSpec
from service.store.history import AssuranceFilter, ChangeFilter, CursorError, list_assurances, list_changes
from service.store.migrate import alembic_config
from service.store.search import indexed
from service.store.store import Store
from service.store.tables import AssuranceRow, ChangeRow, DocumentRow, VersionRow, WordingRow, inserted_id
from service.store.watchlist import sync_sources

START = datetime(2026, 5, 1, tzinfo=UTC)
NOTICE = (Category.NOTICE,)


def tell(
    connection: Connection,
    key: str,
    said: str,
    *,
    after: timedelta = timedelta(),
    company: str = "Quillnet",
    kind: str = "new",
    categories: tuple[Category, ...] = NOTICE,
    note: str = "",
) -> None:
    """A change whose new text is `said`."""
    at = START + after
    connection.execute(
        insert(AssuranceRow).values(
            id=f"asr_{key}", document_id="doc_1", company=company, state="current", since=at, seen_version=1,
            missing_polls=0,
        )
    )  # fmt: skip
    wording = connection.execute(
        insert(WordingRow).values(
            assurance_id=f"asr_{key}", document_id="doc_1", version_id="ver_1", company=company, text=said,
            fingerprint="", exception="", categories=categories, score=1.0, heading="", prev="", speaker_name="",
            speaker_role="", attribution="first_party", figures=[], position=0, since=at,
        )
    )  # fmt: skip
    connection.execute(
        insert(ChangeRow).values(
            id=f"chg_{key}", kind=kind, company=company, categories=categories, source_id=1, document_id="doc_1",
            assurance_id=f"asr_{key}", new_wording=inserted_id(wording), version_id="ver_1", version=1,
            observed_at=at, score=1.0, reason="", announced=True, note=note,
        )
    )  # fmt: skip


def lay(connection: Connection) -> None:
    spec = SourceSpec("quillnet", "https://quillnet.example/", SourceKind.PAGE, company="Quillnet")
    sync_sources(connection, [spec], "config", START)
    connection.execute(text("DELETE FROM watches"))
    connection.execute(text("DELETE FROM documents"))
    connection.execute(
        insert(DocumentRow).values(
            id="doc_1", source_id=1, url="https://quillnet.example/", created_at=START, identity="", title="",
            company="", state="ok", announce=False, page_seen=True, last_version=1, detector=1, pending=0,
        )
    )  # fmt: skip
    connection.execute(
        insert(VersionRow).values(
            id="ver_1", document_id="doc_1", number=1, observed_at=START, raw_hash=b"", text_hash=b"", headers=[],
            detector=1, extractor=1, title="", media="", final_url="", basis="page",
        )
    )  # fmt: skip


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = Store(tmp_path / "onrecord.sqlite").open()
    await store.write(lay)
    yield store
    await store.aclose()


async def ids(store: Store, wanted: ChangeFilter) -> list[str]:
    page = await store.read(list_changes, wanted)
    return [one.id.removeprefix("chg_") for one in page.items]


async def test_newest_first_whatever_came_in_first(store: Store) -> None:
    await store.write(tell, "b", "We notify customers.", after=timedelta(days=2))
    await store.write(tell, "a", "We notified nobody; notices follow.", after=timedelta(days=1))
    await store.write(tell, "c", "We notify customers.", after=timedelta(days=3))

    assert await ids(store, ChangeFilter(q="notif")) == ["c", "b", "a"]
    assert await ids(store, ChangeFilter(q='"notify customers"')) == ["c", "b"]
    assert await ids(store, ChangeFilter(q="customers nobody")) == []
    assert await ids(store, ChangeFilter(q="☂")) == []


async def test_filters_hold_as_well(store: Store) -> None:
    await store.write(tell, "a", "We notify customers.", company="Harborlight & Sons")
    await store.write(tell, "b", "We notify customers.", after=timedelta(days=1), kind="weakened")
    both = (Category.NOTICE, Category.CHALLENGE)
    await store.write(tell, "c", "We notify customers.", after=timedelta(days=2), categories=both)
    await store.write(tell, "d", "We notify customers.", after=timedelta(days=3), note="technical")
    base = ChangeFilter(q="notify")

    assert await ids(store, base) == ["c", "b", "a"]
    assert await ids(store, replace(base, technical=True)) == ["d", "c", "b", "a"]
    assert await ids(store, replace(base, companies=("HARBORLIGHT & SONS",))) == ["a"]
    assert await ids(store, replace(base, companies=("Nobody",))) == []
    assert await ids(store, replace(base, kinds=("weakened", "figure"))) == ["b"]
    assert await ids(store, replace(base, categories=(Category.CHALLENGE,))) == ["c"]
    assert await ids(store, replace(base, sources=("quillnet",))) == ["c", "b", "a"]
    assert await ids(store, replace(base, sources=("nothing",))) == []
    assert await ids(store, replace(base, document="doc_1")) == ["c", "b", "a"]


async def test_bounds_are_exact_below_a_millisecond(store: Store) -> None:
    for n in range(3):
        await store.write(tell, str(n), "We notify customers.", after=timedelta(microseconds=n))
    base = ChangeFilter(q="notify")
    one = timedelta(microseconds=1)

    assert await ids(store, replace(base, since=START + one)) == ["2", "1"]
    assert await ids(store, replace(base, until=START + one)) == ["0"]
    assert await ids(store, replace(base, since=START + one, until=START + 2 * one)) == ["1"]


@pytest.mark.parametrize("ranked", [False, True])
async def test_parts_are_stable_while_more_comes_in(store: Store, ranked: bool) -> None:
    for n in range(25):
        said = "We notify customers." + " Sometimes." * (n % 5)
        await store.write(tell, f"{n:02}", said, after=timedelta(seconds=n // 3))
    wanted = ChangeFilter(q="notify", ranked=ranked)
    seen: list[str] = []
    cursor: str | None = None
    for round_ in range(5):
        page = await store.read(list_changes, wanted, cursor=cursor, limit=5)
        seen += [one.id for one in page.items]
        cursor = page.next
        await store.write(
            tell, f"later{round_}", "We notify customers. Often.", after=timedelta(days=1 + round_)
        )

    assert cursor is None
    assert sorted(seen) == [f"chg_{n:02}" for n in range(25)]


async def test_the_best_match_first(store: Store) -> None:
    await store.write(tell, "long", "We notify customers " + "and describe what we hold " * 12)
    await store.write(tell, "short", "We notify. Notify!", after=timedelta(days=-1))

    assert await ids(store, ChangeFilter(q="notify")) == ["long", "short"]
    assert await ids(store, ChangeFilter(q="notify", ranked=True)) == ["short", "long"]
    page = await store.read(list_assurances, AssuranceFilter(q="notify", ranked=True), limit=1)
    assert [one.id for one in page.items] == ["asr_short"]
    rest = await store.read(
        list_assurances, AssuranceFilter(q="notify", ranked=True), cursor=page.next, limit=1
    )
    assert [one.id for one in rest.items] == ["asr_long"]
    assert rest.next is None


async def test_assurances_are_found_with_their_filters(store: Store) -> None:
    await store.write(tell, "a", "We notify customers.", company="Harborlight")
    await store.write(tell, "b", "We notify customers.", after=timedelta(days=1))

    async def found(**more: object) -> list[str]:
        wanted = AssuranceFilter(q="notify", **more)  # type: ignore[arg-type]
        return [one.id for one in (await store.read(list_assurances, wanted)).items]

    assert await found() == ["asr_a", "asr_b"]
    assert await found(companies=("quillnet",)) == ["asr_b"]
    assert await found(as_of=START) == ["asr_a"]
    assert await found(as_of=START, ranked=True) == ["asr_a"]
    assert (await store.read(list_assurances, AssuranceFilter(q="☂"))).items == ()
    assert (await store.read(list_assurances, AssuranceFilter(q="☂", ranked=True))).items == ()


@pytest.mark.parametrize("cursor", ["", "x", "MTp4", "MTo", "OTk5OTk5OTk5OTk5OTk5OTk5OTk6MQ"])
async def test_a_cursor_that_is_none(store: Store, cursor: str) -> None:
    await store.write(tell, "a", "We notify customers.")
    for wanted in (ChangeFilter(q="notify"), ChangeFilter(q="notify", ranked=True)):
        if cursor:
            with pytest.raises((CursorError, OverflowError)):
                await store.read(list_changes, wanted, cursor=cursor)


async def test_what_an_older_version_recorded_is_found(tmp_path: Path) -> None:
    store = Store(tmp_path / "onrecord.sqlite").open()

    def go_back_and_forth(connection: Connection) -> None:
        lay(connection)
        command.downgrade(alembic_config(connection), "0004")
        for n in range(3):
            tell(connection, str(n), "We notify customers.")
        command.upgrade(alembic_config(connection), "head")
        tell(connection, "3", "We notify customers.")

    await store.write(go_back_and_forth)
    assert sorted(await ids(store, ChangeFilter(q="notify"))) == ["0", "1", "2", "3"]
    assert len((await store.read(list_assurances, AssuranceFilter(q="notify"))).items) == 4
    await store.aclose()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(q=st.text(max_size=40))
async def test_no_search_breaks_the_question(store: Store, q: str) -> None:
    await store.read(list_changes, ChangeFilter(q=q))
    await store.read(list_assurances, AssuranceFilter(q=q, ranked=True))


async def test_sqlite_is_searched_by_its_index(store: Store) -> None:
    assert await store.read(indexed)
