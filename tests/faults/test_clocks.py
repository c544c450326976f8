"""The clock of the machine jumps by a day, forward and back, while a page is watched and an endpoint is down."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import service.looks.clockwatch
from service.app import App
from service.store.evidence import list_sources
from service.store.proof import prove
from tests.faults.conftest import ADDED, PROMISE, WEAKER

DAY = timedelta(days=1)


class Clock:
    """The time of day, and by how much it is wrong."""

    def __init__(self) -> None:
        self.wrong = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.wrong


@pytest.mark.slow
@pytest.mark.parametrize("jump", [DAY, -DAY, timedelta(hours=-1)])
async def test_nothing_is_told_for_it_and_nothing_rests(
    world: Any, settings: Any, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    monkeypatch.setattr(service.looks.clockwatch, "EVERY", 0.2)
    sources = [
        {"name": "promise", "company": "Harborlight", "kind": "page", "url": world.put("/promise", PROMISE)}
    ]
    clock, stop = Clock(), asyncio.Event()
    deliver = {"schedule": ("0.2s",) * 100}  # the endpoint is down for as long as five looks take
    async with App(settings(sources, deliver=deliver), clock=clock) as app, asyncio.timeout(120):
        work = asyncio.create_task(app.run(stop))
        await world.polled("/promise", 3)
        world.hook_status = 503
        world.put("/promise", WEAKER)
        await world.until(lambda: bool(world.attempts))

        clock.wrong = jump
        await world.polled("/promise", 5)
        tried = len(world.attempts)
        await world.until(lambda: len(world.attempts) > tried)
        world.hook_status = 200
        await world.until(lambda: len(world.hooks) == 1)
        world.put("/promise", WEAKER + ADDED)
        await world.until(lambda: len(world.hooks) == 2)

        clock.wrong = timedelta(0)
        await world.polled("/promise", 5)
        assert [source.state for source in await app.store.read(list_sources)] == ["ok"]
        assert (await app.store.read(prove)).broken == ""
        stop.set()
        await work
    assert [hook.data["kind"] for hook in world.hooks] == ["weakened", "new"]
