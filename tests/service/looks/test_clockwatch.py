"""The clock is set back an hour while a look and a delivery wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from service.events import envelope
from service.looks.clockwatch import ClockWatch
from service.model import SourceKind, SourceSpec
from service.store.deliveries import due_deliveries, next_delivery
from service.store.journal import Matter, append
from service.store.store import Place, Store
from service.store.subscriptions import Subscriber, sync_subscribers
from service.store.watchlist import due, sync_sources
from tests.keys import KEYRING

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PAGE = SourceSpec("page", "https://harborlight.example/", SourceKind.PAGE, company="Harborlight")


@dataclass
class Clocks:
    """One on the wall, and one that nobody can set."""

    wall: datetime = NOW
    tick: float = 0.0

    def passes(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.tick += seconds


def _happen(connection: Connection, now: datetime) -> None:
    def build(event_id: str, sequence: int) -> dict[str, Any]:
        return envelope("t", {}, event_id=event_id, sequence=sequence, at=now, source="page", subject="")

    append(connection, Matter("new"), build, now)


@pytest.mark.parametrize("set_back", [HOUR, timedelta(days=400)])
async def test_what_was_due_is_due_again(place: Place, set_back: timedelta) -> None:
    store, clocks, woken = Store(place).open(), Clocks(), []
    await store.write(sync_sources, (PAGE,), "config", NOW)
    hook = Subscriber("webhook:x", "webhook", "https://x.example/", ("new",))
    await store.write(sync_subscribers, (hook,), lambda: "whsec_" + "c2FsdG1hcnNo" * 3, NOW, KEYRING)
    await store.write(_happen, NOW)
    watch = ClockWatch(
        store, clock=lambda: clocks.wall, monotonic=lambda: clocks.tick, woken=lambda: woken.append(1)
    )
    clocks.passes(5)
    assert await watch.look() == timedelta(0)
    clocks.wall -= set_back
    clocks.passes(5)
    assert await store.read(due, clocks.wall, 10) == ()
    assert await watch.look() == -set_back
    assert len(await store.read(due, clocks.wall, 10)) == 1
    assert len(await store.read(due_deliveries, clocks.wall, 10)) == 1
    assert woken == [1]
    clocks.passes(5)
    assert await watch.look() == timedelta(0), "once is enough"
    await store.aclose()


async def test_forward_and_small_steps_move_nothing(place: Place) -> None:
    store, clocks, woken = Store(place).open(), Clocks(), []
    hook = Subscriber("webhook:x", "webhook", "https://x.example/", ("new",))
    await store.write(sync_subscribers, (hook,), lambda: "whsec_" + "c2FsdG1hcnNo" * 3, NOW, KEYRING)
    await store.write(_happen, NOW)
    watch = ClockWatch(
        store, clock=lambda: clocks.wall, monotonic=lambda: clocks.tick, woken=lambda: woken.append(1)
    )
    for step in (HOUR, timedelta(seconds=-2)):
        clocks.wall += step
        clocks.passes(5)
        assert await watch.look() == step
    assert woken == []
    assert await store.read(next_delivery, NOW - HOUR) == NOW
    await store.aclose()
