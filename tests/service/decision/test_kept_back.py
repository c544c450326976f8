"""What became of a change while it was kept back: dates renewed, pages changed, words gone. Real texts and record."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from service.decision import Moment, Watch
from service.decision.decide import decide_same, decide_seen
from service.decision.look import Same
from service.looks.examine import READER_VERSION, Look, examine
from service.model import SourceKind, SourceSpec
from service.store.documents import document_state
from service.store.history import ChangeFilter, events_after, list_changes
from service.store.record import record
from service.store.store import Place, Store
from service.store.watchlist import due, sync_sources
from watchers.model import Fetched, Validators

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAGES = tuple(
    SourceSpec(name, f"https://harborlight.example/{name}", SourceKind.PAGE, company="Harborlight")
    for name in ("policy", "guide")
)
WHERE = (
    "Harborlight keeps letters for the towns along the coast.",
    "This page says how we deal with what is asked of us.",
    "The halls near the harbour are heated in winter.",
)
NEVER = "We never hand over encryption keys to any government."
MAY = "We may hand over encryption keys to a government."
NOTICE = "We notify customers before we disclose their letters to a government agency."
NONE = "As of {} 1, 2026, Harborlight has never received a national security letter."
SOME = "As of {} 1, 2026, Harborlight has received no more than two national security letters."
REPORT = "We publish a transparency report every year."
HOUR = timedelta(hours=1)


class Site:
    """Two pages of a company, looked at when a test says so."""

    def __init__(self, store: Store) -> None:
        self.store, self.now = store, NOW

    async def watch(self, name: str) -> Watch:
        found = await self.store.read(due, NOW + timedelta(days=4000), 10)
        return next(watch for watch in found if watch.source.name == name)

    async def says(self, *said: str, page: str = "policy", after: timedelta = HOUR) -> None:
        """One look at a page, so long after the one before."""
        self.now += after
        watch = await self.watch(page)
        state = await self.store.read(document_state, watch.document_id, self.now)
        moment = Moment(self.now, 0.5, (3600.0,), READER_VERSION)
        body = "".join(f"<p>{one}</p>" for one in (*WHERE, *said)).encode()
        digest = hashlib.sha256(body).hexdigest()
        if watch.body_hash == bytes.fromhex(digest):
            decision = decide_same(watch, Same(Validators()), state if watch.pending else None, moment)
        else:
            fetched = Fetched(
                url=watch.url, final_url=watch.url, permanent_url=None, status=200, headers=(), body=body,
                sha256=digest, media_type="text/html", charset="utf-8", validators=Validators(), fresh_for=None,
            )  # fmt: skip
            look = Look(
                watch.url, "Harborlight", watch.source.role, fetched,
                old_text=state.text, old_hash=state.text_hash, known=state.known, at=self.now,
            )  # fmt: skip
            decision = decide_seen(watch, state, examine(look), moment)
        await self.store.write(record, decision, "http://here")

    async def told(self) -> list[tuple[str, str, str]]:
        """Kind, old words and new ones of every change that was told."""
        events = [json.loads(e.body)["data"] for e in await self.store.read(events_after, 0)]
        return [
            (data["kind"], *((data[side] or {"text": ""})["text"] for side in ("old", "new")))
            for data in events
            if "old" in data
        ]


@pytest.fixture
async def site(begun: Place) -> AsyncIterator[Site]:
    store = Store(begun).open()
    await store.write(sync_sources, PAGES, "config", NOW)
    yield Site(store)
    await store.aclose()


async def flaps(site: Site, one: str, other: str) -> list[tuple[str, str, str]]:
    """The page goes from one wording to the other, back, and there again, which is kept back; what was told."""
    for words in (one, other, one):
        await site.says(words, NOTICE)
    told = await site.told()
    await site.says(other, NOTICE)
    assert (await site.told(), len(told)) == (told, 2)
    return told


async def test_what_is_missing_at_the_look_at_which_it_would_settle_is_not_told(site: Site) -> None:
    told = await flaps(site, NEVER, MAY)
    await site.says(NOTICE, after=timedelta(days=2))
    assert await site.told() == told
    await site.says(MAY, NOTICE)
    assert await site.told() == [*told, ("weakened", NEVER, MAY)]


async def test_what_is_missing_still_does_not_settle(site: Site) -> None:
    told = await flaps(site, NEVER, MAY)
    await site.says(NOTICE)
    await site.says(NOTICE, after=timedelta(days=2))
    assert await site.told() == told


async def test_the_withdrawal_of_what_was_kept_back_is_one_of_what_readers_believe(site: Site) -> None:
    """Told of the words that stood last, who never heard of them would take it for good news."""
    told = await flaps(site, NEVER, MAY)
    for _ in range(3):
        await site.says(NOTICE)
    assert await site.told() == [*told, ("withdrawn", NEVER, "")]
    found = await site.store.read(list_changes, ChangeFilter())
    assert (found.items[0].old and found.items[0].old.text, found.items[0].previous_version) == (NEVER, 3)
    (*_, event) = await site.store.read(events_after, 0)
    assert json.loads(event.body)["data"]["document"]["last_seen"] == "2026-03-01T16:00:00Z"


async def test_a_renewed_date_swallows_nothing_that_was_kept_back(site: Site) -> None:
    told = await flaps(site, NONE.format("March"), SOME.format("March"))
    await site.says(SOME.format("April"), NOTICE)
    assert await site.told() == told
    await site.says(SOME.format("April"), NOTICE, after=timedelta(days=2))
    *before, last = await site.told()
    assert (before, last[1:]) == (told, (NONE.format("March"), SOME.format("April")))


async def test_what_stands_on_another_page_meanwhile_is_not_withdrawn(site: Site) -> None:
    """Its withdrawal was kept back when the other page took it up."""
    await site.says(REPORT, page="guide")
    for _ in range(2):
        await site.says(NEVER, NOTICE)
        for _ in range(3):
            await site.says(NOTICE)
    assert [one[0] for one in await site.told()] == ["withdrawn", "new"]
    await site.says(REPORT, NEVER, page="guide")
    told = await site.told()
    for _ in range(3):
        await site.says(NOTICE, after=timedelta(days=2))
        await site.says(REPORT, NEVER, page="guide")
    assert await site.told() == told


async def test_what_was_kept_back_is_told_where_it_stands_now(site: Site) -> None:
    """The page on which it was kept back may never be seen again."""
    await site.says(REPORT, page="guide")
    told = await flaps(site, NEVER, MAY)
    await site.says(NOTICE)
    await site.says(REPORT, MAY, page="guide")
    assert (await site.told())[-1][0] == "reworded"
    await site.says(REPORT, MAY, page="guide", after=timedelta(days=2))
    assert (await site.told())[len(told) + 1 :] == [("weakened", NEVER, MAY)]
    found = await site.store.read(list_changes, ChangeFilter())
    assert (found.items[0].source, found.items[0].old and found.items[0].old.text) == ("guide", NEVER)


async def test_what_became_on_another_page_what_readers_believe_is_not_told(site: Site) -> None:
    await site.says(REPORT, page="guide")
    told = await flaps(site, NEVER, MAY)
    await site.says(NOTICE)
    await site.says(REPORT, MAY, page="guide")
    await site.says(REPORT, NEVER, page="guide")
    for _ in range(2):
        await site.says(NOTICE, after=timedelta(days=2))
        await site.says(REPORT, NEVER, page="guide")
    assert "weakened" not in [one[0] for one in (await site.told())[len(told) :]]
