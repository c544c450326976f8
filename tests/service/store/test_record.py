"""A real SQLite file: what a decision becomes, and what questions then answer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from service.decision import (
    DocumentState,
    Failed,
    FeedSeen,
    Matched,
    Moment,
    Same,
    Seen,
    Shown,
    Subject,
    Watch,
)
from service.decision.decide import decide_failed, decide_feed, decide_same, decide_seen
from service.model import Category, Kind, SourceKind, SourceSpec, Speaker, Statement
from service.store.deliveries import (
    Attempted,
    Subscriber,
    begin_attempt,
    due_deliveries,
    finish_attempt,
    sync_subscribers,
)
from service.store.documents import document_state, known_entries
from service.store.evidence import document, list_sources, list_versions, raw_bytes, text, totals
from service.store.history import (
    AssuranceFilter,
    ChangeFilter,
    CursorError,
    change,
    events_after,
    list_assurances,
    list_changes,
    list_companies,
)
from service.store.record import Recorded, record
from service.store.store import Place, Store
from service.store.watchlist import due, sync_sources
from tests.keys import KEYRING
from watchers.model import Entry, Fetched, Validators

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://harborlight.example/requests"
PAGE = SourceSpec(name="requests", url=URL, kind=SourceKind.PAGE, company="Harborlight", confirm=0.0)
FEED = SourceSpec(
    name="blog", url="https://harborlight.example/feed", kind=SourceKind.FEED, company="Harborlight"
)
NEVER, NOT_YET = "We have never received a secret order.", "We do not currently receive secret orders."
SECRET = "whsec_" + "c2VjcmV0IHNlY3JldCBzZWNyZXQh"
HOOK = Subscriber(
    "webhook:x", "webhook", "https://desk.example/hook", ("new", "weakened", "withdrawn"), secret=SECRET
)


def statement(words: str, *categories: Category) -> Statement:
    return Statement(
        words, "Harborlight", Speaker("Ida Moor", "General Counsel"), categories or (Category.NEVER,), "", 0.9
    )


def fetched(body: bytes) -> Fetched:
    return Fetched(
        url=URL, final_url=URL, permanent_url=None, status=200, headers=(("Content-Type", "text/html"),), body=body,
        sha256="ab" * 32, media_type="text/html", charset=None, validators=Validators('"1"', "today"), fresh_for=None,
    )  # fmt: skip


def seen(words: str, matched: Matched | None) -> Seen:
    return Seen(
        text=words.encode(), text_hash=words.encode()[:32], title="Requests", published=None, media="html",
        matched=matched, fetched=fetched(f"<p>{words}</p>".encode()),
    )  # fmt: skip


@pytest.fixture
async def store(place: Place) -> AsyncIterator[Store]:
    opened = Store(place).open()
    await opened.write(sync_sources, (PAGE, FEED), "config", NOW)
    await opened.write(sync_subscribers, (HOOK,), lambda: SECRET, NOW, KEYRING)
    yield opened
    await opened.aclose()


async def the_watch(store: Store, subject: Subject, now: datetime = NOW + timedelta(days=40)) -> Watch:
    return next(w for w in await store.read(due, now, 100) if w.subject is subject)


async def state_of(store: Store, watch: Watch, now: datetime = NOW) -> DocumentState:
    return await store.read(document_state, watch.document_id, now)


async def look(store: Store, words: str, matched: Matched | None, now: datetime) -> Recorded:
    watch = await the_watch(store, Subject.PAGE)
    decision = decide_seen(
        watch, await state_of(store, watch, now), seen(words, matched), Moment(now, 0.5, (3600.0,), 1)
    )
    return await store.write(record, decision, "http://here")


async def baseline(store: Store) -> str:
    """The first look; returns the lineage of its one assurance."""
    await look(store, NEVER, Matched(begun=((statement(NEVER), 0.9, ""),)), NOW)
    watch = await the_watch(store, Subject.PAGE)
    return (await state_of(store, watch)).known[0].assurance


async def test_a_baseline_is_on_record_and_not_told(store: Store) -> None:
    await baseline(store)
    (said,) = (await store.read(list_assurances, AssuranceFilter(companies=("harborlight",)))).items
    assert (said.text, said.status, said.since) == (NEVER, "current", NOW)
    assert said.speaker == Speaker("Ida Moor", "General Counsel")
    assert (await store.read(list_changes, ChangeFilter())).items == ()
    assert await store.read(events_after, 0) == ()


async def test_a_change_is_told_once_with_both_sides(store: Store) -> None:
    lineage = await baseline(store)
    altered = Matched(
        altered=((lineage, Kind.WEAKENED, statement(NOT_YET), 0.8, "'never' became 'not currently'"),)
    )
    later = NOW + timedelta(hours=1)
    recorded = await look(store, NOT_YET, altered, later)
    assert (recorded.events, recorded.deliveries) == (1, 1)
    found = await store.read(change, recorded.changes[0])
    assert found is not None
    assert found.old is not None
    assert found.new is not None
    assert (found.old.text, found.new.text, found.version, found.previous_version) == (NEVER, NOT_YET, 2, 1)
    assert found.previous_version_id
    (event,) = await store.read(events_after, 0)
    body = json.loads(event.body)
    assert (body["sequence"], body["type"], body["subject"]) == (
        "1",
        "onrecord.assurance.weakened",
        "Harborlight",
    )
    assert body["data"]["document"]["previous_version"] == 1
    (owed,) = await store.read(due_deliveries, later, 10)
    assert owed.event_id == event.id == body["id"]


async def test_what_was_said_on_that_day(store: Store) -> None:
    lineage = await baseline(store)
    altered = Matched(altered=((lineage, Kind.WEAKENED, statement(NOT_YET), 0.8, ""),))
    await look(store, NOT_YET, altered, NOW + timedelta(days=2))
    await look(store, "nothing", Matched(missing=((lineage, 0.9, ""),)), NOW + timedelta(days=4))

    async def said(days: float, status: str = "current") -> list[str]:
        wanted = AssuranceFilter(as_of=NOW + timedelta(days=days), status=status)
        return [a.text for a in (await store.read(list_assurances, wanted)).items]

    assert [await said(-1), await said(1), await said(3), await said(5)] == [[], [NEVER], [NOT_YET], []]
    assert await said(5, "withdrawn") == [NOT_YET]
    now = await store.read(list_assurances, AssuranceFilter(status="withdrawn"))
    assert [(a.text, a.status) for a in now.items] == [(NOT_YET, "withdrawn")]


async def test_a_withdrawn_assurance_that_returns_goes_on_with_its_lineage(store: Store) -> None:
    lineage = await baseline(store)
    await look(store, "nothing", Matched(missing=((lineage, 0.9, ""),)), NOW + timedelta(days=1))
    back = Matched(begun=((statement(NEVER), 0.9, ""),))
    recorded = await look(store, NEVER + " Again.", back, NOW + timedelta(days=30))
    found = await store.read(change, recorded.changes[0])
    assert found is not None
    assert (found.kind, found.note, found.assurance) == ("new", "back", lineage)


async def test_evidence_comes_back_byte_for_byte(store: Store) -> None:
    await baseline(store)
    await look(store, NOT_YET, Matched(), NOW + timedelta(hours=1))
    watch = await the_watch(store, Subject.PAGE)
    versions = (await store.read(list_versions, watch.document_id)).items
    assert [v.number for v in versions] == [2, 1]
    assert await store.read(raw_bytes, versions[1].id) == f"<p>{NEVER}</p>".encode()
    assert await store.read(text, versions[0].id) == NOT_YET
    assert versions[0].headers == (("Content-Type", "text/html"),)


async def test_every_look_is_logged(store: Store) -> None:
    await baseline(store)
    watch = await the_watch(store, Subject.PAGE)
    for hour in (1, 2):
        moment = Moment(NOW + timedelta(hours=hour), 0.5, (3600.0,), 1)
        await store.write(record, decide_same(watch, Same(Validators()), None, moment), "")
    found = await store.read(document, watch.document_id)
    assert found is not None
    assert (found.checks, found.checked_at) == (3, NOW + timedelta(hours=2))


async def test_a_failure_shows_at_the_source_and_keeps_everything(store: Store) -> None:
    await baseline(store)
    watch = await the_watch(store, Subject.PAGE)
    failed = Failed("dns", "harborlight.example has no address")
    await store.write(
        record, decide_failed(watch, failed, Moment(NOW + timedelta(hours=1), 0.5, (3600.0,), 1)), ""
    )
    health = {s.name: s for s in await store.read(list_sources)}
    assert (health["requests"].state, health["requests"].reason) == ("failing", "dns")
    assert health["blog"].state == "waiting"
    assert (await store.read(totals)).assurances == 1


async def test_a_feeds_posts_become_documents_known_by_guid_and_by_link(store: Store) -> None:
    watch = await the_watch(store, Subject.FEED)
    entry = Entry("guid-1", "https://harborlight.example/letter", "A letter", NOW, NOW, "", "<p>Dear all</p>")
    feed = FeedSeen(
        fetched(b"<rss/>"),
        1,
        (Shown(entry, b"digest", ("guid-1", "link:https://harborlight.example/letter")),),
    )
    await store.write(record, decide_feed(watch, feed, Moment(NOW, 0.5, (3600.0,), 1)), "")
    known = await store.read(
        known_entries, watch.source_id, ("guid-1", "link:https://harborlight.example/letter", "no")
    )
    assert set(known) == {"guid-1", "link:https://harborlight.example/letter"}
    post = await the_watch(store, Subject.POST)
    assert (post.url, post.announce) == (entry.url, False)
    assert (await state_of(store, post)).feed_content == b"<p>Dear all</p>"


async def test_lists_go_on_where_they_stopped_though_more_came_in(store: Store) -> None:
    lineage = await baseline(store)
    for day in range(1, 6):
        kind = Matched(altered=((lineage, Kind.WEAKENED, statement(f"{NOT_YET} {day}"), 0.8, ""),))
        await look(store, f"{NOT_YET} {day}", kind, NOW + timedelta(days=day))
    first = await store.read(list_changes, ChangeFilter(), limit=2)
    kind = Matched(altered=((lineage, Kind.WEAKENED, statement("more"), 0.8, ""),))
    await look(store, "more", kind, NOW + timedelta(days=9))
    second = await store.read(list_changes, ChangeFilter(), cursor=first.next, limit=2)
    third = await store.read(list_changes, ChangeFilter(), cursor=second.next, limit=2)
    days = [c.observed_at for part in (first, second, third) for c in part.items]
    assert days == [NOW + timedelta(days=d) for d in (5, 4, 3, 2, 1)]
    assert third.next is None
    with pytest.raises(CursorError):
        await store.read(list_changes, ChangeFilter(), cursor="nonsense")


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (ChangeFilter(companies=("HARBORLIGHT",)), 1),
        (ChangeFilter(companies=("Quillnet",)), 0),
        (ChangeFilter(categories=(Category.NEVER,)), 1),
        (ChangeFilter(categories=(Category.NOTICE,)), 0),
        (ChangeFilter(kinds=("weakened", "new")), 1),
        (ChangeFilter(kinds=("new",)), 0),
        (ChangeFilter(sources=("requests",)), 1),
        (ChangeFilter(q="currently SECRET"), 1),
        (ChangeFilter(q="100%"), 0),
        (ChangeFilter(since=NOW + timedelta(hours=1)), 1),
        (ChangeFilter(until=NOW + timedelta(hours=1)), 0),
    ],
)
async def test_filters(store: Store, wanted: ChangeFilter, count: int) -> None:
    lineage = await baseline(store)
    altered = Matched(altered=((lineage, Kind.WEAKENED, statement(NOT_YET), 0.8, ""),))
    await look(store, NOT_YET, altered, NOW + timedelta(hours=1))
    assert len((await store.read(list_changes, wanted)).items) == count
    (company,) = await store.read(list_companies)
    assert (company.name, company.assurances, company.changes) == ("Harborlight", 1, 1)


async def test_attempts_are_counted_before_they_are_made(store: Store) -> None:
    lineage = await baseline(store)
    for day in (1, 2):
        altered = Matched(altered=((lineage, Kind.WEAKENED, statement(f"{NOT_YET} {day}"), 0.8, ""),))
        await look(store, f"{NOT_YET} {day}", altered, NOW + timedelta(days=day))
    now = NOW + timedelta(days=3)
    first, second = await store.read(due_deliveries, now, 10)
    assert (first.sequence, second.sequence) == (1, 2)
    retry = now + timedelta(seconds=5)
    rows = await store.write(begin_attempt, [first.id], now, retry)
    failed = Attempted(
        first.id,
        first.subscription_id,
        rows[first.id],
        now,
        delivered=False,
        next_attempt_at=retry,
        error="500",
    )
    await store.write(finish_attempt, failed)
    assert await store.read(due_deliveries, now, 10) == ()  # what follows waits for the first retry
    again = await store.read(due_deliveries, retry, 10)
    assert [(d.sequence, d.attempts) for d in again] == [(1, 1), (2, 0)]
    rows = await store.write(begin_attempt, [first.id], retry, None)
    done = failed._replace(attempt=rows[first.id], delivered=True, next_attempt_at=None, at=retry)
    await store.write(finish_attempt, done)
    assert [d.sequence for d in await store.read(due_deliveries, retry, 10)] == [2]


async def test_a_crash_between_count_and_answer_leaves_it_owed(store: Store) -> None:
    lineage = await baseline(store)
    await look(store, NOT_YET, Matched(altered=((lineage, Kind.WEAKENED, statement(NOT_YET), 0.8, ""),)), NOW)
    (owed,) = await store.read(due_deliveries, NOW, 10)
    await store.write(begin_attempt, [owed.id], NOW, NOW + timedelta(seconds=5))
    place = store.place
    await store.aclose()
    reopened = Store(place).open()
    (again,) = await reopened.read(due_deliveries, NOW + timedelta(seconds=5), 10)
    assert (again.id, again.event_id, again.attempts) == (owed.id, owed.event_id, 1)
    await reopened.aclose()
