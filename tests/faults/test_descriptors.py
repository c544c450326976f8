"""No file can be opened any more: it is said, nothing is taken for news, and all goes on when there are some again."""

from __future__ import annotations

import resource

import pytest

from tests.acceptance.conftest import Onrecord, Town
from tests.faults.conftest import ADDED, PROMISE, Begin, kinds_told


def allow(program: Onrecord, files: int) -> None:
    """How many descriptors the running daemon may hold."""
    assert program.daemon is not None
    _, hard = resource.prlimit(program.daemon.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(program.daemon.pid, resource.RLIMIT_NOFILE, (files, hard))


@pytest.mark.slow
def test_it_says_so_and_goes_on(begin: Begin, town: Town) -> None:
    program = begin()
    log = program.home / "log"
    before, asked = log.stat().st_size, town.asked["/promise"]
    allow(program, 5)
    town.put("/promise", PROMISE + ADDED)

    def said() -> str:
        with log.open("rb") as file:
            file.seek(before)
            return file.read().decode()

    program.until(lambda: "Too many open files" in said())
    assert program.daemon is not None
    assert program.daemon.poll() is None

    allow(program, 1024)
    program.until(lambda: program.get("/readyz").status == 200)
    town.until(lambda: kinds_told(town) == ["new"])
    town.polled("/promise")
    assert town.asked["/promise"] > asked
    source = program.get("/api/v1/sources").json["items"][0]
    assert source["failures"] == 0
    assert program.stop() == 0
    assert kinds_told(town) == ["new"], "nothing was withdrawn meanwhile"
