"""What nothing refers to is deleted on the storage too; what is needed, young or another's never is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from service.keeping.clearing import OLD, Strays, clear_strays, find_strays
from service.keeping.deposit import Depositor
from service.keeping.examination import State, examine_record
from service.store.blobs import blobs, get_blob, put_blob
from service.store.depot import depot
from service.store.errors import StoreError
from service.store.holdings import Amount
from service.store.store import Store
from service.store.strays import condemn
from tests.service.keeping.s3 import NOW, S3

URL = "s3://evidence/onrecord"
NEEDED, IDLE, YOUNG = (f"{word} {list(range(200))}".encode() for word in ("needed", "idle", "young"))

pytest.importorskip("obstore")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store(tmp_path / "onrecord.sqlite").open()
    yield opened
    await opened.aclose()


async def bring(store: Store, data: bytes, url: str = URL) -> bytes:
    """Put it on the storage."""
    digest = await store.write(put_blob, data)
    await Depositor(store, url, clock=lambda: NOW).round()
    return digest


async def forget(store: Store, digest: bytes) -> None:
    await store.write(lambda c: c.execute(delete(blobs).where(blobs.c.sha256 == digest)))


async def found(store: Store, now: datetime = NOW, url: str = URL) -> list[Strays]:
    """In another thread: the storage is served by this one."""
    return await asyncio.to_thread(lambda: list(find_strays(store.place, url, now)))


async def cleared(store: Store, now: datetime = NOW, url: str = URL) -> list[Strays]:
    return await asyncio.to_thread(lambda: list(clear_strays(store.place, url, now)))


async def filled(store: Store, s3: S3) -> bytes:
    """Three objects: one needed, and two that are not, of which one is young."""
    s3.age = OLD + timedelta(minutes=1)
    needed = await bring(store, NEEDED)
    await forget(store, await bring(store, IDLE))
    s3.age = OLD - timedelta(minutes=1)
    await forget(store, await bring(store, YOUNG))
    s3.objects["/evidence/onrecord/minutes.txt"] = b"somebody else's"
    s3.ages["/evidence/onrecord/minutes.txt"] = timedelta(days=1000)
    return needed


async def test_old_objects_that_nothing_refers_to_are_deleted(store: Store, s3: S3) -> None:
    needed = await filled(store, s3)
    (told,) = await found(store)
    assert (told.found.number, len(s3.blobs)) == (1, 4)

    assert await cleared(store) == [told]

    assert len(s3.blobs) == 3
    assert "/evidence/onrecord/minutes.txt" in s3.objects
    depot.cache_clear()
    assert await store.read(get_blob, needed) == NEEDED
    assert [one.found for one in await cleared(store)] == [Amount()]
    assert [one.found.number for one in await cleared(store, NOW + OLD)] == [1]


async def test_a_storage_that_another_record_uses_is_left_alone(store: Store, s3: S3, tmp_path: Path) -> None:
    await filled(store, s3)
    other = Store(tmp_path / "other" / "onrecord.sqlite").open()
    theirs = await bring(other, b"of another record" * 20)
    (told,) = await cleared(store, NOW + OLD + timedelta(days=1))
    assert told.shared
    assert len(s3.blobs) == 5
    depot.cache_clear()
    assert await other.read(get_blob, theirs) == b"of another record" * 20
    await other.aclose()


async def test_bytes_that_come_back_while_they_are_deleted_stay_in_the_record(store: Store, s3: S3) -> None:
    """Deposited under a name that was condemned meanwhile: the object may be gone the next moment."""
    await filled(store, s3)
    name = of(s3, IDLE)
    assert await store.write(condemn, [name], NOW) == {name}
    digest = await bring(store, IDLE)
    row = (await store.read(lambda c: c.execute(blobs.select().where(blobs.c.sha256 == digest)).all()))[0]
    assert row.depot is None
    later = NOW + timedelta(days=2)
    assert [one.found.number for one in await cleared(store, later)] == [1], "the young one, old now"
    assert of(s3, IDLE) == name, "it waits to be brought"
    await bring(store, b"another" * 9)
    depot.cache_clear()
    assert await store.read(get_blob, digest) == IDLE


def of(s3: S3, data: bytes) -> bytes:
    """The name of the object that holds these bytes, which were brought in this order."""
    return bytes.fromhex(list(s3.blobs)[(NEEDED, IDLE, YOUNG).index(data)][-64:])


async def test_bytes_that_wait_to_be_brought_keep_their_object(store: Store, s3: S3) -> None:
    """A deposit that did not get as far as the record: the object is there, and will be named."""
    digest = await filled(store, s3)
    name = of(s3, NEEDED)
    packed = depot(URL).get([name])[name]
    mine = blobs.c.sha256 == digest
    await store.write(lambda c: c.execute(update(blobs).where(mine).values(depot=None, data=packed)))
    assert await store.write(condemn, [name, of(s3, IDLE)], NOW) == {of(s3, IDLE)}


async def test_the_doctor_tells_and_removes(store: Store, s3: S3) -> None:
    await filled(store, s3)

    async def storage(*, fix: bool = False) -> tuple[State, str, str]:
        all_found = await asyncio.to_thread(
            lambda: list(examine_record(store.place, NOW, fix=fix, blobs=URL))
        )
        (one,) = (one for one in all_found if one.check == "storage")
        return one.state, one.detail, one.fixed

    state, detail, _ = await storage()
    assert (state, detail.startswith(f"{URL}: 1 objects that nothing refers to, ")) == (State.NOTE, True)
    assert (await storage(fix=True))[2] == "removed 2", "no version refers to the needed one"
    assert (await storage())[0] is State.OK
    s3.failing = True
    assert (await storage())[0] is State.TROUBLE


async def test_a_folder_is_a_storage_like_others(store: Store, tmp_path: Path) -> None:
    url = (tmp_path / "depot").as_uri()
    needed, idle = await bring(store, NEEDED, url), await bring(store, IDLE, url)
    await forget(store, idle)
    later = datetime.now(NOW.tzinfo) + OLD * 2
    assert [one.found.number for one in await cleared(store, later, "")] == [1]
    depot.cache_clear()
    assert await store.read(get_blob, needed) == NEEDED


async def test_a_storage_that_does_not_answer_is_named(store: Store, s3: S3) -> None:
    await filled(store, s3)
    s3.failing = True
    with pytest.raises(StoreError, match="blobs s3://evidence/onrecord"):
        await cleared(store)
    s3.failing = False
    assert len(s3.blobs) == 4
