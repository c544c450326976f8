"""What is wrong with a record or its work is found by the check that is for it, and mended where that is safe."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from benchmarks.postgres import Server
from service.keeping.examination import Finding, State, examine_record
from service.store.attempts import begin_attempt
from service.store.blobs import put_blob
from service.store.deliveries import due_deliveries
from service.store.proof import prove
from service.store.store import FILE_NAME, Place, Store, locate
from tests.service.keeping import growing
from tests.service.keeping.growing import DAY, START

NOW = START + DAY + timedelta(minutes=5)
HOUR = timedelta(hours=1)


@pytest.fixture
async def store(begun: Place) -> AsyncIterator[Store]:
    opened = Store(begun).open()
    await growing.begin(opened)
    await growing.weaken(
        opened, await growing.baseline(opened, rest=" More." * 99), START + DAY, " More." * 98
    )
    yield opened
    await opened.aclose()


def examined(store: Store, now: datetime = NOW, *, fix: bool = False) -> dict[str, Finding]:
    return {found.check: found for found in examine_record(store.place, now, fix=fix)}


def amiss(found: dict[str, Finding]) -> dict[str, State]:
    return {name: one.state for name, one in found.items() if one.state is not State.OK and name != "disk"}


async def test_a_record_that_is_well(store: Store) -> None:
    found = examined(store)
    assert amiss(found) == {}
    assert list(found) == [
        "disk", "schema", "database", "chain", "evidence", "orphans", "clock", "looks", "sources", "deliveries",
        "subscriptions", "jobs", "storage",
    ]  # fmt: skip
    assert found["chain"].detail == "2 looks, 3 versions and changes"


@pytest.mark.parametrize(
    ("harm", "check", "state", "told"),
    [
        ("DELETE FROM polls WHERE link = 1", "chain", "trouble", "link 1 is missing"),
        ("UPDATE versions SET title = 'x' WHERE number = 2", "chain", "trouble", "link 2 is broken: ver_"),
        ("DELETE FROM blobs WHERE base IS NOT NULL", "evidence", "trouble", "missing: "),
        ("DELETE FROM blobs WHERE base IS NULL", "evidence", "trouble", "missing: "),
        ("UPDATE blobs SET data = substr(data, 1, 9)", "evidence", "trouble", "is damaged: "),
        ("UPDATE alembic_version SET version_num = '0001'", "schema", "trouble", "0001, this program wants"),
        ("UPDATE watches SET failures = 3, error = 'no answer'", "sources", "note", "1 failing: requests (no answer)"),
        ("UPDATE watches SET last_poll_at = NULL", "sources", "note", "1 never looked at: requests"),
        ("UPDATE watches SET next_poll_at = next_poll_at - 7200000000", "looks", "trouble", "1 overdue since 2026-"),
        ("UPDATE subscriptions SET state = 'disabled'", "subscriptions", "trouble", " (disabled, 1 wait)"),
        ("UPDATE subscriptions SET failing_since = 0", "subscriptions", "trouble", " (failing, 1 wait)"),
        ("UPDATE deliveries SET next_attempt_at = 1772370000000000", "deliveries", "trouble", "1 overdue since 2026-"),
        ("UPDATE watches SET last_poll_at = last_poll_at + 3600000000", "clock", "trouble", "has been written to at"),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_found_by_its_check(
    store: Store, harm: str, check: str, state: str, told: str
) -> None:
    await store.write(lambda connection: connection.execute(text(harm)))
    found = examined(store)
    assert set(amiss(found)) == {check}
    assert found[check].state == state
    assert told in found[check].detail


async def test_a_delivery_given_up_is_trouble_for_a_week(store: Store) -> None:
    await store.write(
        lambda c: c.execute(text("UPDATE deliveries SET state = 'dead', finished_at = created_at"))
    )
    assert examined(store)["subscriptions"].detail == "1 deliveries given up in 7 days"
    assert amiss(examined(store, NOW + 30 * DAY)) == {"looks": State.TROUBLE}


async def test_bytes_that_nothing_refers_to_are_removed_and_no_others(store: Store) -> None:
    idle = await store.write(put_blob, b"once in a feed" * 99)
    await store.write(put_blob, b"once in a feed, and edited" * 99, idle)

    assert amiss(examined(store)) == {"orphans": State.NOTE}
    assert examined(store)["orphans"].detail.startswith("2 that nothing refers to, ")
    assert examined(store, fix=True)["orphans"].fixed.startswith("removed 2, ")
    assert amiss(examined(store)) == {}
    assert (await store.read(prove)).broken == ""


async def test_what_a_version_is_compressed_against_is_no_orphan(store: Store) -> None:
    """The version before is not referred to any more, but the bytes of the next one hang on it."""

    def forget(connection: Connection) -> None:
        connection.execute(
            text("UPDATE versions SET raw_hash = (SELECT raw_hash FROM versions WHERE number = 2)")
        )
        connection.execute(
            text("UPDATE versions SET text_hash = (SELECT text_hash FROM versions WHERE number = 2)")
        )

    await store.write(forget)
    found = examined(store, fix=True)
    assert found["orphans"].detail.startswith("0 that"), found["orphans"]
    assert found["evidence"].state is State.OK


async def test_an_attempt_that_never_ended_is_released(store: Store) -> None:
    (owed,) = await store.read(due_deliveries, NOW, 10)
    await store.write(begin_attempt, [owed.id], NOW, NOW + DAY)
    assert amiss(examined(store, NOW + timedelta(minutes=9))) == {}, "it may be under way"

    later = NOW + timedelta(minutes=11)
    assert examined(store, later)["jobs"].detail.startswith(
        "1 attempts without an end since 2026-03-02 12:05"
    )
    assert examined(store, later, fix=True)["jobs"].fixed == "released 1"

    assert amiss(examined(store, later)) == {}
    assert [due.id for due in await store.read(due_deliveries, later, 10)] == [owed.id]


@pytest.mark.slow
async def test_jobs_of_workers_that_are_gone_are_released(postgres: Server, tmp_path: Path) -> None:
    from service.queue import _prepare  # noqa: PLC0415 - needs the extra

    store = Store(locate(postgres.database(), tmp_path)).open()
    await growing.begin(store)
    await store.write(_prepare)
    for worker, age in ((1, "1 hour"), (2, "1 second")):
        await store.write(_hire, worker, age)
    assert examined(store, START)["jobs"].detail == "1 jobs of workers that are gone"
    assert examined(store, START, fix=True)["jobs"].fixed == "released 1"
    left = await store.read(
        lambda c: c.execute(text("SELECT worker_id FROM procrastinate_jobs")).scalars().all()
    )
    await store.aclose()
    assert left == [2]


_WORKER = text(
    "INSERT INTO procrastinate_workers OVERRIDING SYSTEM VALUE VALUES (:worker, now() - CAST(:age AS interval))"
)
_JOB = text(
    "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id, lock)"
    " VALUES ('onrecord', 'poll', 'doing', :worker, CAST(:worker AS text))"
)


def _hire(connection: Connection, worker: int, age: str) -> None:
    connection.execute(_WORKER, {"worker": worker, "age": age})
    connection.execute(_JOB, {"worker": worker})


def test_pages_that_were_overwritten_are_found_wherever_they_are(tmp_path: Path) -> None:
    """Each page of the file in turn, but those that are free."""
    Store(tmp_path / FILE_NAME).open()._let_go()
    good = tmp_path / "good.sqlite"
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = raw.execute("PRAGMA page_size").fetchone()
        raw.execute("VACUUM INTO ?", (str(good),))
    whole, bad = good.read_bytes(), tmp_path / "bad.sqlite"
    for page in range(0, len(whole) // size, 11):
        for end in ("", "-wal", "-shm"):
            bad.with_name(bad.name + end).unlink(missing_ok=True)
        bad.write_bytes(whole[: page * size] + b"\xa5" * size + whole[(page + 1) * size :])
        found = list(examine_record(bad, START))
        wrong = [one for one in found if one.state is State.TROUBLE]
        assert wrong, f"page {page + 1}"
        assert any("damaged" in one.detail and "docs/operations.md" in one.detail for one in wrong), wrong
