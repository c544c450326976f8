"""The disk is full: nothing is acknowledged that is not stored, it is said, and it ends when there is room."""

from __future__ import annotations

import hashlib
import resource
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from service.store.errors import StoreError
from service.store.history import ChangeFilter, events_after, list_changes
from service.store.proof import prove
from service.store.store import FILE_NAME, Store
from tests.acceptance.conftest import Onrecord, Town
from tests.faults.conftest import WEAKER, Begin, kinds_told
from tests.service.keeping import growing
from tests.service.keeping.growing import DAY, START


async def test_whichever_write_finds_no_room_all_of_a_look_is_recorded_or_nothing(tmp_path: Path) -> None:
    """The file may grow by no page, by one, by two, and so on, until the look fits."""
    store = Store(tmp_path / FILE_NAME).open()
    await growing.begin(store)
    lineage = await growing.baseline(store)
    noise = "".join(f" {hashlib.sha256(b'%d' % n).hexdigest()}" for n in range(600))
    size = await store.read(lambda c: c.exec_driver_sql("PRAGMA page_count").scalar_one())
    refused, recorded = 0, None
    while recorded is None:
        limit = f"PRAGMA max_page_count={size + refused}"
        await store.write(lambda c, limit=limit: c.exec_driver_sql(limit).scalar())  # type: ignore[misc]
        with suppress(StoreError):
            recorded = await growing.weaken(store, lineage, START + DAY, noise)
            continue
        refused += 1
        assert "database or disk is full" in store.failing
        assert (await store.read(list_changes, ChangeFilter())).items == ()
        proof = await store.read(prove)
        assert (proof.broken, proof.links) == ("", 1)
    assert refused > 5
    assert (len(recorded.changes), recorded.events, recorded.deliveries, store.failing) == (1, 1, 1, "")
    assert [event.sequence for event in await store.read(events_after, 0)] == [1]
    proof = await store.read(prove)
    assert (proof.broken, proof.links) == ("", 2)
    await store.aclose()


class SmallDisk:
    """A file system of its own, filled to its last byte."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, _program: Onrecord) -> None:
        with (self.folder / "filler").open("wb", buffering=0) as filler:
            try:
                while filler.write(bytes(1 << 12)):
                    pass
            except OSError:
                return

    def empty(self, _program: Onrecord) -> None:
        (self.folder / "filler").unlink()


class Limit:
    """No file of the program may grow, its log neither."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, program: Onrecord) -> None:
        assert program.daemon is not None
        resource.prlimit(program.daemon.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

    def empty(self, program: Onrecord) -> None:
        assert program.daemon is not None
        free = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(program.daemon.pid, resource.RLIMIT_FSIZE, free)


@pytest.fixture(params=["file system", "limit"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SmallDisk | Limit]:
    folder = tmp_path / "data"
    folder.mkdir()
    if request.param == "limit":
        yield Limit(folder)
        return
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "onrecord-test", str(folder)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip("may not mount a file system here")
    yield SmallDisk(folder)
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.slow
def test_a_full_disk_is_said_and_what_changed_meanwhile_is_told_when_there_is_room(
    begin: Begin, town: Town, disk: SmallDisk | Limit
) -> None:
    program = begin(disk.folder)
    disk.fill(program)
    town.put("/promise", WEAKER)
    program.until(lambda: program.get("/readyz").status == 503)
    reason = program.get("/readyz").json["reason"]
    assert "full" in reason or "disk I/O error" in reason
    assert program.get("/healthz").status == 200
    assert program.get("/api/v1/assurances").status == 200, "what is on record can be read"
    assert kinds_told(town) == []

    disk.empty(program)
    program.until(lambda: program.get("/readyz").status == 200)
    program.until(lambda: kinds_told(town) == ["weakened"])
    town.polled("/promise")
    assert program.stop() == 0
    assert kinds_told(town) == ["weakened"]
    assert program("verify").returncode == 0
