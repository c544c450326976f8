"""Stored bytes on another machine: a small S3 on loopback, and a folder."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from service.configuration.settings import Settings
from service.keeping.deposit import AFTER_ERROR, PAUSE, Depositor
from service.store.blobs import blobs, get_blob, put_blob
from service.store.depot import depot
from service.store.errors import StoreError
from service.store.store import Store
from tests.service.keeping.s3 import S3

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIRST = b"We notify our customers before we disclose their data. " * 20
SECOND = FIRST + b"We publish a report twice a year."


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store(tmp_path / "onrecord.sqlite").open()
    yield opened
    await opened.aclose()


async def filled(store: Store) -> tuple[bytes, bytes]:
    first = await store.write(put_blob, FIRST)
    return first, await store.write(put_blob, SECOND, first)


def mover(store: Store, url: str) -> Depositor:
    return Depositor(store, url, clock=lambda: NOW)


async def test_bytes_go_to_s3_and_are_read_from_there(store: Store, s3: S3) -> None:
    first, second = await filled(store)
    assert await mover(store, "s3://evidence/onrecord").round() == NOW + PAUSE
    assert len(s3.blobs) == 2
    for path, body in s3.blobs.items():
        name = sha256(body).hexdigest()
        assert path == f"/evidence/onrecord/{name[:2]}/{name}"
    rows = await store.read(lambda connection: connection.execute(select(blobs)).all())
    assert [(row.depot, len(row.data)) for row in rows] == [("s3://evidence/onrecord", 32)] * 2
    depot.cache_clear()  # as after a restart: nothing is at hand
    assert await store.read(get_blob, second) == SECOND
    assert await store.read(get_blob, first) == FIRST
    assert await mover(store, "s3://evidence/onrecord").round() == NOW + PAUSE
    assert sum(one.startswith("PUT") and "/records/" not in one for one in s3.asked) == 2  # and nothing twice


async def test_while_the_storage_fails_bytes_stay_in_the_record(store: Store, s3: S3) -> None:
    _, second = await filled(store)
    s3.failing = True
    assert await mover(store, "s3://evidence/onrecord").round() == NOW + AFTER_ERROR
    assert await store.read(get_blob, second) == SECOND
    s3.failing = False
    await mover(store, "s3://evidence/onrecord").round()
    s3.failing = True
    depot.cache_clear()
    with pytest.raises(StoreError, match="blobs s3://evidence/onrecord"):
        await store.read(get_blob, second)


async def test_damage_and_loss_are_noticed_and_named(store: Store, tmp_path: Path) -> None:
    url = (tmp_path / "folder").as_uri()
    _, second = await filled(store)
    await mover(store, url).round()
    files = [
        path for path in (tmp_path / "folder").rglob("*") if path.is_file() and path.parent.name != "records"
    ]
    assert len(files) == 2
    for path in files:
        path.write_bytes(path.read_bytes()[:-1])
    depot.cache_clear()
    with pytest.raises(StoreError, match="is damaged"):
        await store.read(get_blob, second)
    for path in files:
        path.unlink()
    with pytest.raises(StoreError, match="is missing"):
        await store.read(get_blob, second)


async def test_a_write_waits_for_no_other_machine(store: Store, tmp_path: Path) -> None:
    """What is not at hand is not fetched to compress against it: the new bytes are stored whole."""
    url = (tmp_path / "folder").as_uri()
    first = await store.write(put_blob, FIRST)
    await mover(store, url).round()
    near = await store.write(put_blob, SECOND, first)
    depot.cache_clear()
    far = await store.write(put_blob, SECOND + b"!", first)
    rows = await store.read(lambda connection: connection.execute(select(blobs)).all())
    bases = {row.sha256: row.base for row in rows}
    assert (bases[near], bases[far]) == (first, None)


async def test_the_service_brings_its_evidence_there(
    settings: Callable[..., Settings], running: Any, world: Any, tmp_path: Path
) -> None:
    page = "<p>We notify customers before we disclose their data to the police, and say why.</p>"
    url = world.put("/page", f"<html><body><main><h1>Requests</h1>{page * 3}</main></body></html>")
    made = settings(
        [{"name": "p", "company": "Quillnet", "kind": "page", "url": url}],
        blobs=(tmp_path / "evidence").as_uri(),
    )
    async with running(made) as app, asyncio.timeout(60):
        await world.polled("/page", 3)
        await mover(app.store, made.blobs).round()
        rows = await app.store.read(lambda connection: connection.execute(select(blobs)).all())
    assert rows
    assert {row.depot for row in rows} == {made.blobs}
    assert any(path.is_file() for path in (tmp_path / "evidence").rglob("*"))


@pytest.mark.parametrize("wrong", ["bucket", "http://x.example/", "s3://", "file://folder"])
def test_what_is_no_storage_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="blobs"):
        Settings(blobs=wrong)
