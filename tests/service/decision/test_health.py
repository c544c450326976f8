"""When a failing source is told: pure, then through a real record."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.decision import Decision, Failed, Moment, Same, Subject, Watch
from service.decision.decide import decide_failed, decide_same
from service.decision.health import judge_health
from service.model import SourceKind, SourceSpec
from service.store.deliveries import Subscriber, list_subscriptions, sync_subscribers
from service.store.history import events_after
from service.store.record import record
from service.store.store import Place, Store
from service.store.watchlist import due, sync_sources
from tests.keys import KEYRING
from watchers.model import Validators

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LIMIT = timedelta(hours=6)
SOURCE = SourceSpec("blog", "https://harborlight.example/feed", SourceKind.FEED, company="Harborlight")
DOWN = Failed("timeout", "no answer within 30 s")


def watch(**changes: Any) -> Watch:
    known = Watch(1, 1, SOURCE, Subject.FEED, SOURCE.url, first_ok_at=NOW - LIMIT, last_ok_at=NOW)
    return replace(known, **changes)


def fails(seen: Watch, at: datetime, failed: Failed = DOWN) -> Decision:
    return judge_health(seen, decide_failed(seen, failed, _moment(at)), LIMIT)


def works(seen: Watch, at: datetime) -> Decision:
    return judge_health(seen, decide_same(seen, Same(Validators()), None, _moment(at)), LIMIT)


def _moment(at: datetime) -> Moment:
    return Moment(at, 0.5, (3600.0,), 1)


def test_six_hours_of_failing_are_an_alert_and_less_is_none() -> None:
    failing = watch(failing_since=NOW, failures=5)
    assert fails(failing, NOW + timedelta(hours=5)).alert is None
    alert = fails(failing, NOW + LIMIT).alert
    assert alert is not None
    assert (alert.kind, alert.since, alert.failures) == ("failing", NOW, 6)
    assert (alert.company, alert.reason, alert.error) == ("Harborlight", "timeout", "no answer within 30 s")


def test_one_failed_look_is_no_failing_source() -> None:
    seldom = watch(last_ok_at=NOW - timedelta(days=30))
    assert fails(seldom, NOW).alert is None


def test_what_has_never_worked_is_not_told() -> None:
    assert fails(watch(last_ok_at=None, failing_since=NOW, failures=9), NOW + 2 * LIMIT).alert is None


def test_a_lost_post_is_no_failing_source() -> None:
    post = watch(subject=Subject.POST, failing_since=NOW, failures=9)
    assert fails(post, NOW + 2 * LIMIT).alert is None


def test_the_look_that_tells_comes_in_time() -> None:
    """After five failures the next would be eight hours off."""
    failing = watch(failing_since=NOW, failures=4)
    assert fails(failing, NOW + timedelta(hours=3)).update.next_poll_at == NOW + LIMIT
    later = fails(failing, NOW + timedelta(hours=7)).update.next_poll_at
    assert later is not None
    assert later > NOW + timedelta(hours=12)


def test_a_pause_that_the_server_asked_for_is_kept() -> None:
    asked = Failed("status", "429", status=429, retry_after=86_000.0)
    found = fails(watch(failing_since=NOW, failures=1), NOW + timedelta(hours=1), asked).update.next_poll_at
    assert found is not None
    assert found >= NOW + timedelta(seconds=86_000)


def test_success_after_failing_is_an_alert_and_after_success_is_none() -> None:
    assert works(watch(), NOW).alert is None
    alert = works(watch(failing_since=NOW, failures=3), NOW + LIMIT).alert
    assert alert is not None
    assert alert.kind == "recovered"


# ------------------------------------------------------------------ through the record


@pytest.fixture
async def store(begun: Place) -> AsyncIterator[Store]:
    made = Store(begun).open()
    await made.write(sync_sources, (SOURCE,), "config", NOW)
    wanted = Subscriber("webhook:x", "webhook", "https://x.example/", ("failing", "recovered"))
    await made.write(sync_subscribers, (wanted,), lambda: "whsec_" + "c2FsdG1hcnNo" * 3, NOW, KEYRING)
    yield made
    await made.aclose()


async def look(store: Store, hours: float, *, up: bool) -> int:
    """One look; how many events it led to."""
    at = NOW + timedelta(hours=hours)
    (found,) = await store.read(due, at + timedelta(days=9), 10)
    recorded = await store.write(record, works(found, at) if up else fails(found, at), "http://here")
    return recorded.events


async def test_told_once_and_once_more_when_it_works_again(store: Store) -> None:
    assert await look(store, 0, up=True) == 0
    told = [await look(store, hours, up=False) for hours in (1, 3, 7, 8, 20)]
    assert told == [0, 0, 1, 0, 0]
    assert [await look(store, hours, up=True) for hours in (21, 22)] == [1, 0]
    assert [await look(store, hours, up=False) for hours in (23, 24, 30)] == [0, 0, 1]
    failing, recovered, again = [json.loads(e.body) for e in await store.read(events_after, 0, 10)]
    assert [e["type"] for e in (failing, recovered, again)] == [
        "onrecord.source.failing",
        "onrecord.source.recovered",
        "onrecord.source.failing",
    ]
    assert (failing["source"], failing["subject"], failing["sequence"]) == (
        "/sources/blog",
        "Harborlight",
        "1",
    )
    assert failing["data"] == {
        "kind": "failing",
        "company": "Harborlight",
        "url": SOURCE.url,
        "failing_since": "2026-03-01T13:00:00Z",
        "reason": "timeout",
        "error": "no answer within 30 s",
        "failures": 3,
    }
    assert recovered["data"]["failing_since"] == "2026-03-01T13:00:00Z"
    (view,) = await store.read(list_subscriptions)
    assert view.pending == 3


async def test_short_troubles_are_never_told(store: Store) -> None:
    await look(store, 0, up=True)
    for hours in (1, 2, 3):
        assert await look(store, hours, up=False) == 0
    assert await look(store, 4, up=True) == 0


async def test_a_start_without_a_network_says_nothing(store: Store) -> None:
    assert [await look(store, hours, up=False) for hours in (0, 7, 30)] == [0, 0, 0]
    assert await look(store, 31, up=True) == 0
