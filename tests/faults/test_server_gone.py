"""PostgreSQL is restarted, or out of reach for one of those who write: nobody waits for ever, nothing is lost."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

import service.store.postgres
from benchmarks.postgres import Server
from service.store.errors import StoreError
from service.store.history import events_after, last_sequence
from service.store.proof import prove
from service.store.store import Store, locate
from tests.faults.conftest import ADDED, PROMISE, WEAKER
from tests.service.keeping import growing
from tests.service.keeping.growing import DAY, START


class Wire:
    """Carries bytes to a server, until it is cut: then neither end hears the other, or that it is so."""

    def __init__(self, port: int) -> None:
        self._there = ("127.0.0.1", port)
        self._open = threading.Event()
        self._open.set()
        self._ends: list[socket.socket] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self) -> None:
        self._open.clear()

    def close(self) -> None:
        """Both ends learn of it."""
        self._door.close()
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._open.set()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._door.accept()
                far = socket.create_connection(self._there)
                self._ends += [near, far]
                for a, b in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(a, b), daemon=True).start()

    def _carry(self, a: socket.socket, b: socket.socket) -> None:
        with suppress(OSError):
            while data := a.recv(1 << 16):
                self._open.wait()
                b.sendall(data)


@pytest.fixture
def wire(postgres: Server) -> Iterator[Wire]:
    made = Wire(postgres.port)
    yield made
    made.close()


@pytest.mark.slow
async def test_a_writer_out_of_reach_holds_up_the_others_for_a_while_only(
    postgres: Server, wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It holds the lock that every write of every process wants."""
    monkeypatch.setattr(service.store.postgres, "IDLE_SECONDS", 2)
    url = postgres.database()
    here = Store(locate(url, tmp_path)).open()
    await growing.begin(here)
    lineage = await growing.baseline(here)
    far = Store(locate(url.replace(f":{postgres.port}/", f":{wire.port}/"), tmp_path)).open()
    loop, holding = asyncio.get_running_loop(), asyncio.Event()

    def hold(connection: Any) -> None:
        connection.execute(text("UPDATE watches SET url = 'https://nowhere.example/'"))
        wire.cut()
        loop.call_soon_threadsafe(holding.set)
        connection.execute(text("SELECT 1"))

    held = asyncio.create_task(far.write(hold))
    await holding.wait()
    async with asyncio.timeout(30):
        recorded = await growing.weaken(here, lineage, START + DAY)
    assert len(recorded.changes) == 1

    wire.close()
    with pytest.raises(StoreError):
        await held
    assert (await growing.the_watch(here)).url == growing.URL, "what it had begun is undone"
    proof = await here.read(prove)
    assert (proof.broken, proof.links) == ("", 2)
    await far.aclose()
    await here.aclose()


@pytest.mark.slow
async def test_a_restart_is_said_and_what_changed_meanwhile_is_told_once(
    postgres: Server, world: Any, settings: Any, running: Any
) -> None:
    url = world.put("/promise", PROMISE)
    sources = [{"name": "promise", "company": "Harborlight", "kind": "page", "url": url}]
    async with running(settings(sources, database=postgres.database())) as app:
        await world.polled("/promise", 3)
        world.put("/promise", WEAKER)
        await world.until(lambda: len(world.hooks) == 1)

        await asyncio.to_thread(postgres.stop)
        world.put("/promise", WEAKER + ADDED)
        async with asyncio.timeout(60):
            while not app.store.failing:
                with suppress(StoreError):
                    await app.store.write(last_sequence)
                await asyncio.sleep(0.1)
        assert app._ready()[0] is False
        assert len(world.hooks) == 1
        await asyncio.to_thread(postgres.start)

        await world.until(lambda: len(world.hooks) == 2)
        await world.polled("/promise", 3)
        events = await app.store.read(events_after, 0)
        assert (await app.store.read(prove)).broken == ""
        async with asyncio.timeout(60):
            while not app._ready()[0]:
                await world.polled("/promise", 1)
    assert [event.sequence for event in events] == [1, 2]
    assert {hook.data["kind"] for hook in world.hooks} == {"weakened", "new"}
