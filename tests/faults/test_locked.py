"""Another process holds the database: it is waited for, then said, and nothing is lost."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import Any

import pytest

import service.store.engine
from tests.faults.conftest import PROMISE, WEAKER


async def test_what_changes_while_another_holds_the_file_is_told_when_it_lets_go(
    world: Any, settings: Any, running: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.store.engine, "BUSY_MS", 300)
    url = world.put("/promise", PROMISE)
    sources = [{"name": "promise", "company": "Harborlight", "kind": "page", "url": url}]
    async with running(settings(sources)) as app:
        await world.polled("/promise", 3)
        with closing(sqlite3.connect(app.store.place, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            world.put("/promise", WEAKER)
            async with asyncio.timeout(60):
                while "locked" not in app._ready()[1]:
                    await world.polled("/promise", 1)
            assert app._ready()[0] is False
            assert world.attempts == []
            other.execute("ROLLBACK")
        await world.until(lambda: bool(world.hooks))
        await world.polled("/promise", 3)
        assert app._ready() == (True, "")
    assert [hook.data["kind"] for hook in world.hooks] == ["weakened"]
