"""The deadlines of canaries on record: each is told once, and moves on with the next statement."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from service.decision import Decision, Matched, Moment, NewPost, Same, Seen, Shown, Subject, Watch
from service.decision.canaries import judge_canary
from service.decision.decide import decide_same, decide_seen
from service.looks.replay import quiet
from service.model import Category, Outcome, SourceKind, SourceSpec, Speaker, Statement
from service.statements.figures.canary import Canary
from service.store.canaries import canaries_of
from service.store.documents import document_state
from service.store.evidence import list_versions
from service.store.history import events_after
from service.store.record import Recorded, record
from service.store.store import Place, Store
from service.store.watchlist import due, sync_sources
from watchers.model import Entry, Fetched, Validators

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
URL = "https://quillnet.example/canary.txt"
PAGE = SourceSpec("canary", URL, SourceKind.PAGE, company="Quillnet", confirm=0.0, grace=0.0)
FEED = SourceSpec("blog", "https://quillnet.example/feed", SourceKind.FEED, company="Quillnet", grace=0.0)
NEVER = "We have never received a secret order."
MARCH = Canary(date(2026, 3, 1), date(2026, 6, 7), "The next statement is due by 7 June.", named=True)
JUNE = Canary(date(2026, 6, 3), date(2026, 9, 7), "The next statement is due by 7 September.", named=True)
PASSED = datetime(2026, 6, 8, tzinfo=UTC)


def statement() -> Statement:
    return Statement(NEVER, "Quillnet", Speaker(), (Category.NEVER,), "", 0.9)


def fetched(body: bytes) -> Fetched:
    return Fetched(
        url=URL, final_url=URL, permanent_url=None, status=200, headers=(), body=body, sha256="ab" * 32,
        media_type="text/plain", charset=None, validators=Validators(), fresh_for=None,
    )  # fmt: skip


def seen(words: str, canary: Canary | None, **more: Any) -> Seen:
    values: dict[str, Any] = {
        "matched": Matched(begun=((statement(), 0.9, ""),)),
        "fetched": fetched(words.encode()),
        "media": "pgp",
    }
    return Seen(words.encode(), words.encode()[:32], "Canary", None, **{**values, **more}, canary=canary)


@pytest.fixture
async def store(begun: Place) -> AsyncIterator[Store]:
    opened = Store(begun).open()
    await opened.write(sync_sources, (PAGE, FEED), "config", NOW)
    yield opened
    await opened.aclose()


async def the_watch(store: Store, subject: Subject = Subject.PAGE, document: str = "") -> Watch:
    watches = await store.read(due, NOW + 9999 * DAY, 100)
    return next(w for w in watches if w.subject is subject and document in ("", w.document_id))


def moment(now: datetime) -> Moment:
    return Moment(now, 0.5, (3600.0,), 1)


async def look(store: Store, found: Seen | None, now: datetime, watch: Watch | None = None) -> Recorded:
    """None: the page is as it was."""
    watch = watch or await the_watch(store)
    if found is None:
        decision = decide_same(watch, Same(Validators()), None, moment(now))
    else:
        state = await store.read(document_state, watch.document_id, now)
        decision = decide_seen(watch, state, found, moment(now))
    return await store.write(record, judge_canary(watch, decision), "http://here")


async def told(store: Store) -> list[dict[str, Any]]:
    """Of canaries."""
    found = [json.loads(event.body) for event in await store.read(events_after, 0)]
    return [event for event in found if event["type"].startswith("onrecord.canary.")]


async def test_a_deadline_is_told_once(store: Store) -> None:
    await look(store, seen("one", MARCH), NOW)
    assert (await the_watch(store)).deadline == MARCH.due
    assert (await look(store, None, PASSED - timedelta(seconds=1))).events == 0
    assert (await look(store, None, PASSED)).events == 1
    assert (await the_watch(store)).deadline is None
    assert (await look(store, None, PASSED + DAY)).events == 0
    (event,) = await told(store)
    assert (event["type"], event["sequence"], event["source"]) == (
        "onrecord.canary.overdue",
        "1",
        "/sources/canary",
    )
    data = event["data"]
    assert (data["due"], data["stated"], data["document"]["version"]) == ("2026-06-07", "2026-03-01", 1)
    assert data["links"]["document"].startswith("http://here/documents/")
    assert data["reason"] == (
        "the next statement was due by 2026-06-07; the last statement of 2026-03-01 still stands"
    )
    (view,) = await store.read(canaries_of, company="quillnet")
    assert (view.due, view.overdue_since) == (MARCH.due, PASSED)


async def test_a_look_on_old_knowledge_tells_nothing_twice(store: Store) -> None:
    await look(store, seen("one", MARCH), NOW)
    before = await the_watch(store)
    assert (await look(store, None, PASSED, before)).events == 1
    assert (await look(store, None, PASSED + DAY, before)).events == 0


async def test_the_next_statement_moves_the_deadline(store: Store) -> None:
    await look(store, seen("one", MARCH), NOW)
    await look(store, seen("two", JUNE), PASSED + DAY)
    assert await told(store) == []
    assert [v.due for v in await store.read(canaries_of)] == [JUNE.due]
    assert [v.due for v in await store.read(canaries_of, as_of=NOW + DAY)] == [MARCH.due]
    await look(store, None, datetime(2026, 9, 8, tzinfo=UTC))
    assert [event["data"]["due"] for event in await told(store)] == ["2026-09-07"]


async def test_a_statement_that_names_no_day_any_more_claims_nothing(store: Store) -> None:
    await look(store, seen("one", MARCH), NOW)
    await look(store, seen("two", Canary()), NOW + DAY)
    assert await store.read(canaries_of) == ()
    await look(store, None, PASSED)
    assert await told(store) == []


async def test_a_text_that_goes_to_and_fro_tells_no_deadline_twice(store: Store) -> None:
    await look(store, seen("one", MARCH), NOW)
    await look(store, None, PASSED)
    await look(store, seen("two", Canary()), PASSED + DAY)
    await look(store, seen("one", MARCH), PASSED + 2 * DAY)
    await look(store, None, PASSED + 3 * DAY)
    assert len(await told(store)) == 1


async def test_a_day_without_its_year_stays_what_it_was(store: Store) -> None:
    undated = replace(MARCH, stated=None)
    await look(store, seen("one", undated), NOW)
    await look(store, seen("a comma was put in", replace(undated, due=date(2027, 6, 7))), PASSED)
    (view,) = await store.read(canaries_of)
    assert view.due == date(2026, 6, 7)


async def test_what_lapsed_before_the_first_look_is_told_only_where_the_day_is_named(store: Store) -> None:
    await look(store, seen("one", replace(MARCH, named=False)), PASSED + DAY)
    await look(store, None, PASSED + 2 * DAY)
    assert await told(store) == []
    (view,) = await store.read(canaries_of)
    assert view.overdue_since == PASSED + DAY
    await look(store, seen("two", replace(MARCH, due=date(2026, 6, 8))), PASSED + 3 * DAY)
    assert [event["data"]["due"] for event in await told(store)] == ["2026-06-08"]


async def test_an_imported_history_is_never_overdue(store: Store) -> None:
    watch = await the_watch(store)
    state = await store.read(document_state, watch.document_id, PASSED)
    decision = quiet(decide_seen(watch, state, seen("one", MARCH), moment(PASSED)))
    await store.write(record, decision, "")
    assert await told(store) == []


# ------------------------------------------------------------------ feeds


async def add_post(store: Store, guid: str, now: datetime) -> str:
    """A post that appeared in the feed; returns its document."""
    feed = await the_watch(store, Subject.FEED)
    entry = Entry(guid, f"https://quillnet.example/{guid}", guid, None, None, "", "")
    post = NewPost(Shown(entry, b"", (guid,)), announce=True, next_poll_at=now)
    quiet_look = decide_same(feed, Same(Validators()), None, moment(now))
    decision: Decision = replace(quiet_look, outcome=Outcome.CHANGED, posts=(post,))
    await store.write(record, judge_canary(feed, decision), "http://here")
    watches = await store.read(due, NOW + 9999 * DAY, 100)
    return max(w.document_id for w in watches if w.subject is Subject.POST)


async def read_post(store: Store, document: str, found: Seen, now: datetime) -> Recorded:
    return await look(store, found, now, await the_watch(store, Subject.POST, document))


async def look_at_feed(store: Store, now: datetime) -> Recorded:
    return await look(store, None, now, await the_watch(store, Subject.FEED))


async def test_in_a_feed_another_post_keeps_the_promise(store: Store) -> None:
    first = await add_post(store, "march", NOW)
    await read_post(store, first, seen("one", MARCH), NOW)
    second = await add_post(store, "june", PASSED + DAY)
    assert (await look_at_feed(store, PASSED + DAY)).events == 0  # the new post has not been read yet
    await read_post(store, second, seen("two", JUNE), PASSED + DAY)
    assert (await look_at_feed(store, PASSED + 2 * DAY)).events == 0
    await read_post(store, first, seen("one more", MARCH), PASSED + 2 * DAY)  # an old post, touched up
    assert [v.due for v in await store.read(canaries_of)] == [JUNE.due]
    assert (await look_at_feed(store, datetime(2026, 9, 8, tzinfo=UTC))).events == 1
    (event,) = await told(store)
    assert (event["data"]["due"], event["source"]) == ("2026-09-07", "/sources/blog")


async def test_posts_from_before_are_history(store: Store) -> None:
    post = await add_post(store, "march", PASSED + DAY)
    await read_post(store, post, seen("one", MARCH), PASSED + DAY)
    await look_at_feed(store, PASSED + 3 * DAY)
    assert await told(store) == []
    assert await store.read(canaries_of) == ()


# ------------------------------------------------------------------ signatures


async def test_another_key_is_told_and_recorded_even_over_the_same_words(store: Store) -> None:
    same = {"matched": None, "signers": ("BBBB",)}
    await look(store, seen("one", MARCH, signers=("AAAA",)), NOW)
    await look(store, seen("one", None, matched=None, signers=("AAAA",)), NOW + DAY)
    assert await told(store) == []
    await look(store, seen("one", None, **same), NOW + 2 * DAY)
    await look(store, seen("one", None, **same), NOW + 3 * DAY)
    (event,) = await told(store)
    assert event["type"] == "onrecord.canary.signature"
    assert (event["data"]["old_keys"], event["data"]["new_keys"]) == (["AAAA"], ["BBBB"])
    document = (await the_watch(store)).document_id
    versions = (await store.read(list_versions, document)).items
    assert [(v.number, v.signers) for v in versions] == [(2, ("BBBB",)), (1, ("AAAA",))]


async def test_a_signature_that_vanishes_is_told_and_one_that_appears_is_not(store: Store) -> None:
    await look(store, seen("one", MARCH), NOW)
    await look(store, seen("two", MARCH, signers=("AAAA",)), NOW + DAY)
    assert await told(store) == []
    await look(store, seen("three", MARCH, media="text"), NOW + 9 * DAY)
    (event,) = await told(store)
    assert (event["data"]["new_keys"], "no signature" in event["data"]["reason"]) == ([], True)


async def test_keys_that_take_turns_are_told_once_each(store: Store) -> None:
    for day, key in enumerate(("AAAA", "BBBB", "AAAA", "BBBB")):
        await look(store, seen(str(day), MARCH, signers=(key,)), NOW + day * DAY)
    assert [event["data"]["new_keys"] for event in await told(store)] == [["BBBB"]]
