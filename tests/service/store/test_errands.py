"""Several workers on one record: what is due, and that nobody records on old knowledge."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.decision import Failed, Moment, Same
from service.decision.decide import decide_failed, decide_same
from service.model import SourceKind, SourceSpec
from service.store.attempts import begin_attempts
from service.store.deliveries import due_deliveries
from service.store.errands import (
    OvertakenError,
    due_lines,
    due_sources,
    held_hosts,
    hold_host,
    record_checks_once,
    record_once,
    resume_line,
)
from service.store.journal import Matter, append
from service.store.store import Place, Store
from service.store.subscriptions import Subscriber, sync_subscribers
from service.store.watchlist import due, due_of_source, sync_sources
from tests.keys import KEYRING
from watchers.model import Validators

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SPECS = (
    SourceSpec(name="a", url="https://Quillnet.example/a", kind=SourceKind.PAGE),
    SourceSpec(name="b", url="https://harborlight.example:8443/", kind=SourceKind.FEED),
)
HOOK = Subscriber("webhook:x", "webhook", "https://desk.example/hook", ("new",), secret="whsec_x")


@pytest.fixture
async def store(place: Place) -> AsyncIterator[Store]:
    opened = Store(place).open()
    await opened.write(sync_sources, SPECS, "config", NOW)
    await opened.write(sync_subscribers, (HOOK,), lambda: "", NOW, KEYRING)
    yield opened
    await opened.aclose()


async def test_what_is_due_is_named_with_its_host(store: Store) -> None:
    assert set((await store.read(due_sources, NOW)).values()) == {
        "quillnet.example",
        "harborlight.example:8443",
    }
    assert await store.read(due_sources, NOW - timedelta(seconds=1)) == {}


async def test_a_host_that_asked_for_a_pause_is_left_out_until_it_is_over(store: Store) -> None:
    url = "https://quillnet.example/another"
    await store.write(hold_host, url, 60, NOW)
    await store.write(hold_host, url, 120, NOW)  # the last word counts
    assert await store.read(held_hosts, NOW) == {"quillnet.example"}
    assert list((await store.read(due_sources, NOW)).values()) == ["harborlight.example:8443"]
    over = NOW + timedelta(seconds=120)
    assert await store.read(held_hosts, over) == frozenset()
    assert len(await store.read(due_sources, over)) == 2


async def test_a_pause_is_what_the_server_asked_of_all(store: Store) -> None:
    watch = (await store.read(due, NOW, 10))[0]
    moment = Moment(NOW, 0.5, (3600.0,), 1)
    for status, reason, wanted in ((429, "status", 60.0), (503, "status", 60.0), (None, "held", None)):
        failed = Failed(reason, "", status=status, retry_after=60.0)
        assert decide_failed(watch, failed, moment).pause == wanted


async def test_who_was_overtaken_records_nothing(store: Store) -> None:
    watch = (await store.read(due, NOW, 10))[0]
    decision = decide_failed(watch, Failed("dns", "no such name"), Moment(NOW, 0.5, (3600.0,), 1))
    await store.write(record_once, decision, "http://here", watch)
    late = replace(decision, at=NOW + timedelta(seconds=3))
    with pytest.raises(OvertakenError, match="another worker has looked"):
        await store.write(record_once, late, "http://here", watch)
    (again,) = await store.read(due_of_source, watch.source_id, NOW + timedelta(days=9))
    assert (again.last_poll_at, again.failures) == (NOW, 1)
    await store.write(record_once, late, "http://here", again)


async def test_of_looks_that_are_written_together_only_the_overtaken_are_left_out(store: Store) -> None:
    first, second = await store.read(due, NOW, 10)
    moment = Moment(NOW, 0.5, (3600.0,), 1)
    looks = [(decide_same(watch, Same(Validators('"1"')), None, moment), watch) for watch in (first, second)]
    assert await store.write(record_checks_once, looks[:1]) == frozenset()
    later = Moment(NOW + timedelta(seconds=3), 0.5, (3600.0,), 1)
    again = [(decide_same(watch, Same(Validators('"1"')), None, later), watch) for watch in (first, second)]
    assert await store.write(record_checks_once, [*again, again[1]]) == {0, 2}
    rows = await store.read(due, NOW + timedelta(days=9), 10)
    assert {watch.id: watch.last_poll_at for watch in rows} == {first.id: NOW, second.id: later.now}


async def test_a_line_is_taken_up_where_a_dead_worker_left_it(store: Store) -> None:
    await store.write(
        append, Matter("new", "Quillnet"), lambda id_, n: {"id": id_, "type": "t", "sequence": n}, NOW
    )
    (line,) = await store.read(due_lines, NOW)
    (owed,) = await store.read(due_deliveries, NOW, 10)
    await store.write(begin_attempts, {owed.id: 1}, NOW, NOW + timedelta(hours=1))
    assert await store.read(due_lines, NOW) == ()
    await store.write(resume_line, line, NOW)
    assert await store.read(due_lines, NOW) == (line,)
    (again,) = await store.read(due_deliveries, NOW, 10)
    assert (again.id, again.event_id, again.number) == (owed.id, owed.event_id, 2)
