"""A backup holds what the record held at one moment, whoever writes meanwhile; a daemon goes on with it."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL

import service.store.copy
from benchmarks.postgres import Server, find_programs
from service.keeping.backup import DUMP, RESTORE, _dump, back_up
from service.store.chain import head
from service.store.errors import StoreError
from service.store.evidence import list_documents, list_versions, raw_bytes
from service.store.history import AssuranceFilter, ChangeFilter, list_assurances, list_changes
from service.store.proof import prove
from service.store.store import FILE_NAME, Store, locate
from tests.service.keeping import growing
from tests.service.keeping.growing import DAY, START

ADDED = "<p>We have never given any government direct access to our servers.</p>"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store(tmp_path / "data" / FILE_NAME).open()
    await growing.begin(opened)
    yield opened
    await opened.aclose()


async def test_it_is_the_record_of_one_moment_though_every_page_meets_a_writer(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.store.copy, "PAGES", 4)
    loop, days = asyncio.get_running_loop(), itertools.count(2)
    lineage = await growing.baseline(store)
    before = await store.read(head)

    def meanwhile(what: str, _done: int, _whole: int) -> None:
        """Another version is recorded between any four pages."""
        day = next(days)
        written = growing.edit(store, lineage, START + day * DAY, f" Edition {day}." * 50)
        if what == "copying" and day < 40:
            asyncio.run_coroutine_threadsafe(written, loop).result()
        else:
            written.close()

    made = await asyncio.to_thread(back_up, store.place, tmp_path / "copy.sqlite", meanwhile)

    assert made.proof is not None
    assert (made.proof.broken, made.proof.links, made.proof.head) == ("", 1, before)
    assert (await store.read(head)).number >= 10, "they did write"
    assert _files(tmp_path) == ["copy.sqlite", "data"], "one file, nothing beside it"
    assert made.path.stat().st_mode & 0o077 == 0, "it holds what webhooks are signed with"


async def test_a_daemon_goes_on_with_it(world: Any, settings: Any, running: Any, tmp_path: Path) -> None:
    promise = "<p>We notify users before we disclose their data to law enforcement{}.</p>"
    world.put("/promise", promise.format(""))
    sources = [{"name": "promise", "company": "Harborlight", "kind": "page", "url": f"{world.url}/promise"}]
    config, restored = settings(sources), tmp_path / "restored"
    restored.mkdir()
    async with running(config) as app:
        await world.polled("/promise", 3)
        world.put("/promise", promise.format(", unless a court forbids it"))
        await world.until(lambda: len(world.hooks) == 1)
        place, held = app.store.place, await _whole(app.store)
        made = await asyncio.to_thread(back_up, place, restored)

    assert made.path == restored / FILE_NAME
    assert made.proof is not None
    _bring_key(config.data_dir, restored)
    async with running(config.model_copy(update={"data_dir": restored})) as app:
        assert await _whole(app.store) == held
        world.put("/promise", promise.format(", unless a court forbids it") + ADDED)
        # What had been sent when the copy was made, but not yet noted, may come again.
        await world.until(lambda: len({hook.id for hook in world.hooks}) == 2)
        proof = await app.store.read(prove, expected=made.proof.head)
    assert proof.broken == ""
    assert proof.links > made.proof.links


def _files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _bring_key(origin: Path, target: Path) -> None:
    """What secrets in the record are encrypted with, if they are, is no part of a backup."""
    for key in origin.glob("*.key"):
        shutil.copy(key, target)


async def _whole(store: Store) -> list[Any]:
    """What the record says, with the bytes behind it; when it was last looked at goes on by itself."""
    said = (await store.read(list_assurances, AssuranceFilter())).items
    found: list[Any] = [
        (await store.read(list_changes, ChangeFilter(technical=True))).items,
        [replace(one, checked_at=None) for one in said],
    ]
    for document in (await store.read(list_documents)).items:
        versions = (await store.read(list_versions, document.id)).items
        found.append(
            (document.id, versions, [await store.read(raw_bytes, version.id) for version in versions])
        )
    return found


def _spoil(file: Path) -> None:
    """One page of a table is overwritten."""
    with closing(sqlite3.connect(file)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'wordings'").fetchone()
        (size,) = raw.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as opened:
        opened.seek((page - 1) * size)
        opened.write(b"\xa5" * size)


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (_spoil, "damaged"),
        (lambda file: file.write_bytes(b"\0" * 20_000), "not a database"),
        (lambda file: (file.parent.parent / "copy.sqlite").touch(), "not overwritten"),
        (lambda file: (file.parent.parent / "copy.sqlite.partial").touch(), "another backup"),
        (lambda file: (file.parent.parent / "copy.sqlite").symlink_to("elsewhere"), "not overwritten"),
    ],
)
async def test_what_stands_in_the_way_is_said_and_nothing_is_left(
    tmp_path: Path, harm: Callable[[Path], object], told: str
) -> None:
    file = tmp_path / "data" / FILE_NAME
    store = Store(file).open()
    await growing.begin(store)
    await growing.baseline(store)
    await store.aclose()
    harm(file)
    there = _files(tmp_path)

    with pytest.raises(StoreError, match=told) as refused:
        back_up(file, tmp_path / "copy.sqlite")

    assert str(refused.value).count("\n") == 0
    assert _files(tmp_path) == there


async def test_a_record_that_was_altered_is_copied_and_called_broken(store: Store, tmp_path: Path) -> None:
    await growing.baseline(store)
    with closing(sqlite3.connect(str(store.place))) as raw, raw:
        raw.execute("UPDATE versions SET title = 'Another'")
    made = back_up(store.place, tmp_path / "copy.sqlite")
    assert made.proof is not None
    assert "broken" in made.proof.broken
    assert made.path.exists()


def _restore(dump: Path, database: str) -> None:
    subprocess.run(["pg_restore", f"--dbname={database}", str(dump)], check=True)


@pytest.mark.slow
async def test_a_dump_of_postgresql_comes_back_with_its_own_tool(postgres: Server, tmp_path: Path) -> None:
    programs = find_programs()
    if not shutil.which("pg_dump") or programs is None:
        pytest.skip("there is no pg_dump here")
    origin, target = postgres.database(), postgres.database()
    store = Store(locate(f"{origin}?sslpassword=hush", tmp_path)).open()  # so that it goes by a service file
    await growing.begin(store)
    await growing.weaken(store, await growing.baseline(store), START + DAY)
    held = await _whole(store)
    made = await asyncio.to_thread(back_up, store.place, tmp_path / "dump")
    await store.aclose()

    _restore(made.path, target)
    restored = Store(locate(target, tmp_path)).open()
    assert await _whole(restored) == held
    assert (await restored.read(prove)).broken == ""
    await restored.aclose()

    with pytest.raises(StoreError, match=r"pg_dump: error: .*refused"):
        back_up(locate("postgresql://onrecord:hush@127.0.0.1:1/none", tmp_path), tmp_path / "other")
    assert not (tmp_path / "other").exists()


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Programs that write down what they are given, in files of this folder."""
    for program in (DUMP, RESTORE):
        script = tmp_path / program
        script.write_text(
            f'#!/bin/sh\ncd {tmp_path}\necho "$@" >> arguments\necho "$PGPASSWORD" >> given\nf=$PGSERVICEFILE\n'
            '[ -z "$f" ] || { stat -c "%a %n" "$f"; cat "$f"; } >> file\n'
        )
        script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return tmp_path


def dump(address: str, folder: Path) -> None:
    place = locate(address, folder)
    assert isinstance(place, URL)
    _dump(place, folder / "copy")


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://u:S3CRET@db.example/onrecord",
        "postgresql://u@db.example/onrecord?password=S3CRET&connect_timeout=3",
        "postgresql://u:other@db.example/onrecord?password=S3CRET",
        "postgresql://u:S3CRET@db.example/onrecord?password=",
    ],
)
def test_a_dump_shows_no_password_to_who_lists_what_runs(told: Path, address: str) -> None:
    """Of two it takes the one that the program itself logs in with."""
    dump(address, told)
    assert "S3CRET" not in (told / "arguments").read_text()
    assert "db.example" in (told / "arguments").read_text()
    assert (told / "given").read_text().split() == ["S3CRET"]
    assert not (told / "file").exists()


def test_a_dump_shows_no_other_secret_either(told: Path) -> None:
    dump(
        "postgresql://u:pw@db.example/onrecord?sslkey=key.pem&sslpassword=S3%20%23CRET&sslmode=require", told
    )
    shown = (told / "arguments").read_text()
    assert "CRET" not in shown
    assert "service=onrecord" in shown
    assert "sslkey=key.pem" in shown
    mode, *lines = (told / "file").read_text().splitlines()
    assert mode.startswith("600 ")
    assert lines == ["[onrecord]", "sslpassword=S3 #CRET"]
    assert not Path(mode.removeprefix("600 ")).exists(), "gone afterwards"
    assert (told / "given").read_text().split() == ["pw"]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("sslpassword=S3CRET&service=prod", "names a service, and sslpassword beside it"),
        ("sslpassword=S3CRET%0Ahost=evil.example", "sslpassword ends with a space or holds a control"),
        ("sslpassword=S3CRET%20", "sslpassword ends with a space or holds a control"),
    ],
)
def test_what_a_service_file_cannot_hold_is_named(told: Path, query: str, wrong: str) -> None:
    with pytest.raises(StoreError, match=wrong) as raised:
        dump(f"postgresql://u@db.example/onrecord?{query}", told)
    assert "S3CRET" not in str(raised.value)
    assert not (told / "arguments").exists()
