"""A record that grows: one page of an invented company, looked at again and again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from service.decision import Matched, Moment, Same, Seen, Watch
from service.decision.decide import decide_same, decide_seen
from service.model import Category, Kind, SourceKind, SourceSpec, Speaker, Statement
from service.store.documents import document_state
from service.store.record import Recorded, record
from service.store.store import Store
from service.store.subscriptions import Subscriber, sync_subscribers
from service.store.watchlist import due, sync_sources
from tests.keys import KEYRING
from watchers.model import Fetched, Validators

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
URL = "https://harborlight.example/requests"
PAGE = SourceSpec(name="requests", url=URL, kind=SourceKind.PAGE, company="Harborlight", confirm=0.0)
NEVER, NOT_YET = "We have never received a secret order.", "We do not currently receive secret orders."
SECRET = "whsec_" + "c2VjcmV0IHNlY3JldCBzZWNyZXQh"
HOOK = Subscriber("webhook:x", "webhook", "https://desk.example/hook", ("new", "weakened"), secret=SECRET)


async def begin(store: Store) -> None:
    """A source and a subscriber; nothing was looked at yet."""
    await store.write(sync_sources, (PAGE,), "config", START)
    await store.write(sync_subscribers, (HOOK,), lambda: SECRET, START, KEYRING)


async def the_watch(store: Store) -> Watch:
    return (await store.read(due, START + 4000 * DAY, 1))[0]


async def see(store: Store, words: str, matched: Matched | None, at: datetime) -> Recorded:
    """One look that finds another text: `words` and what they come to."""
    watch = await the_watch(store)
    state = await store.read(document_state, watch.document_id, at)
    body = f"<p>{words}</p>".encode()
    fetched = Fetched(
        url=URL, final_url=URL, permanent_url=None, status=200, headers=(("Content-Type", "text/html"),), body=body,
        sha256="ab" * 32, media_type="text/html", charset=None, validators=Validators('"1"', "today"), fresh_for=None,
    )  # fmt: skip
    found = Seen(
        text=words.encode(), text_hash=words.encode()[:32], title="Requests", published=None, media="html",
        matched=matched, fetched=fetched,
    )  # fmt: skip
    return await store.write(
        record, decide_seen(watch, state, found, Moment(at, 0.5, (3600.0,), 1)), "http://here"
    )


async def same(store: Store, at: datetime) -> None:
    """One look that finds nothing new."""
    decision = decide_same(await the_watch(store), Same(Validators('"1"')), None, Moment(at, 0.5, (), 1))
    await store.write(record, decision, "http://here")


def said(words: str) -> Statement:
    return Statement(words, "Harborlight", Speaker(), (Category.NEVER,), "", 0.9)


async def baseline(store: Store, at: datetime = START, rest: str = "") -> str:
    """The first look; returns the lineage of the one promise that the page makes."""
    await see(store, NEVER + rest, Matched(begun=((said(NEVER), 0.9, ""),)), at)
    state = await store.read(document_state, (await the_watch(store)).document_id, at)
    return state.known[0].assurance


async def weaken(store: Store, lineage: str, at: datetime, rest: str = "") -> Recorded:
    """The promise is taken back by half."""
    altered = Matched(
        altered=((lineage, Kind.WEAKENED, said(NOT_YET), 0.8, "'never' became 'not currently'"),)
    )
    return await see(store, NOT_YET + rest, altered, at)


async def edit(store: Store, lineage: str, at: datetime, rest: str, words: str = NEVER) -> None:
    """Something else on the page changes; the promise stands."""
    await see(store, words + rest, Matched(kept=((lineage, said(words)),)), at)
