"""One statement in many documents: sightings, moves between a company's pages, and what is told of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.decide import decide_failed, decide_same, decide_seen
from service.decision import Failed, Moment, Same, Seen, Watch
from service.examine import match
from service.model import Attribution, Category, Reading, Role, SourceKind, SourceSpec, Speaker, Statement
from service.store.documents import document_state
from service.store.history import AssuranceFilter, ChangeFilter, events_after, list_assurances, list_changes
from service.store.record import record
from service.store.store import Place, Store
from service.store.views import AssuranceView
from service.store.watchlist import named, retire_source, sync_sources
from watchers.model import Fetched, Validators

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CONFIRM = 3600.0
STORIES = tuple(f"story-{n}" for n in range(10))
OWN = "We have never given any government direct access to our customers' mail."
QUOTE = (
    "“We have never given any government direct access to our customers’ mail,” said Ida Moor, its lawyer."
)
NOTICE = "We notify customers before we disclose their mail to a government."
MAYBE = "We may notify customers before we disclose their mail to a government."
LOGS = "We keep no logs of what our customers read."


def source(
    name: str, role: Role = Role.COMPANY, company: str = "Harborlight", confirm: float = CONFIRM
) -> SourceSpec:
    url = f"https://{name}.example/"
    return SourceSpec(
        name, url, SourceKind.PAGE, role, company if role is Role.COMPANY else "", confirm=confirm
    )


class Watching:
    """The record, and looks at pages that hold given sentences."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = NOW

    async def watch(self, name: str) -> Watch:
        (found,) = await self.store.read(named, (name,))
        return found

    async def see(
        self, name: str, *texts: str, company: str = "Harborlight", later: timedelta = timedelta(minutes=1)
    ) -> None:
        """Look at a page that holds these sentences, each a statement of the company."""
        self.now += later
        watch = await self.watch(name)
        state = await self.store.read(document_state, watch.document_id, self.now)
        body = "\n".join(texts)
        digest = hashlib.sha256(body.encode()).digest()
        moment = Moment(self.now, 0.5, (3600.0,), 1)
        if digest == state.text_hash:
            waiting = state if watch.pending else None
            decision = decide_same(watch, Same(Validators()), waiting, moment)
        else:
            statements = tuple(_statement(text, company, watch, n) for n, text in enumerate(texts))
            before = tuple(state.text.split("\n")) if state.version else ()
            matched = match(state.known, before, Reading(statements, texts))
            seen = Seen(body, digest, name.title(), None, "html", company, matched, _fetched(body, watch.url))
            decision = decide_seen(watch, state, seen, moment)
        await self.store.write(record, decision, "http://here")

    async def gone(self, name: str) -> None:
        self.now += timedelta(minutes=1)
        watch = await self.watch(name)
        decision = decide_failed(watch, Failed("gone", "410"), Moment(self.now, 0.5, (3600.0,), 1))
        await self.store.write(record, decision, "http://here")

    async def confirm(self, name: str, *texts: str) -> None:
        """Two more looks, each half of `confirm` later."""
        for _ in range(2):
            await self.see(name, *texts, later=timedelta(minutes=31))

    async def told(self) -> list[tuple[str, str]]:
        """Kind and words of each event, but for mere rewording."""
        return [one for one in await self.events() if one[0] != "reworded"]

    async def events(self) -> list[tuple[str, str]]:
        bodies = [json.loads(event.body) for event in await self.store.read(events_after, 0)]
        return [(b["data"]["kind"], (b["data"]["new"] or b["data"]["old"])["text"]) for b in bodies]

    async def said(self, company: str = "", **wanted: Any) -> tuple[AssuranceView, ...]:
        chosen = AssuranceFilter(companies=(company,) if company else (), **wanted)
        return (await self.store.read(list_assurances, chosen, limit=500)).items


def _statement(text: str, company: str, watch: Watch, position: int) -> Statement:
    news = watch.source.role is Role.NEWS
    speaker = Speaker("Ida Moor", "", Attribution.QUOTED) if news else Speaker()
    category = next((c for word, c in _ABOUT.items() if word in text), Category.NEVER)
    return Statement(text, company, speaker, (category,), "", 0.9, position=position)


_ABOUT = {"notify": Category.NOTICE, "logs": Category.NO_DATA}


def _fetched(body: str, url: str) -> Fetched:
    return Fetched(
        url=url, final_url=url, permanent_url=None, status=200, headers=(), body=body.encode(),
        sha256=hashlib.sha256(body.encode()).hexdigest(), media_type="text/html", charset=None,
        validators=Validators(), fresh_for=None,
    )  # fmt: skip


@pytest.fixture
async def world(place: Place) -> AsyncIterator[Watching]:
    store = Store(place).open()
    specs = [source(name) for name in ("policy", "guide")]
    specs += [source(name, Role.NEWS) for name in STORIES]
    specs.append(source("quillnet", company="Quillnet"))
    await store.write(sync_sources, specs, "config", NOW)
    watching = Watching(store)
    for name in STORIES:
        await watching.see(name, "Nothing of note happened today.", company="Nobody")
    yield watching
    await store.aclose()


# ------------------------------------------------------------------ one statement, many reports


async def test_ten_stories_one_assurance_one_alert(world: Watching) -> None:
    for name in STORIES:
        await world.see(name, QUOTE)

    assert await world.told() == [("new", QUOTE)]
    (said,) = await world.said(company="Harborlight")
    assert [one.source for one in said.sightings] == list(STORIES)
    assert said.first_seen == said.sightings[0].since < said.sightings[9].since
    assert [
        c.kind for c in (await world.store.read(list_changes, ChangeFilter(companies=("Harborlight",)))).items
    ] == ["new"]
    (change,) = (await world.store.read(list_changes, ChangeFilter(companies=("Harborlight",)))).items
    assert len(change.sightings) == 10


async def test_a_story_that_quotes_a_sentence_twice_has_one_statement(world: Watching) -> None:
    await world.see("story-0", QUOTE, OWN.replace("customers'", "customers’"))

    assert len(await world.told()) == 1
    assert len(await world.said(company="Harborlight")) == 1


async def test_a_quotation_of_the_companys_page_is_no_news(world: Watching) -> None:
    await world.see("policy", OWN, LOGS)
    await world.see("story-0", QUOTE)

    assert await world.told() == []
    said = {one.text: one for one in await world.said(company="Harborlight")}
    assert set(said) == {OWN, LOGS}
    assert [one.source for one in said[OWN].sightings] == ["policy", "story-0"]
    assert [one.speaker.attribution.value for one in said[OWN].sightings] == ["first_party", "quoted"]


async def test_other_substance_is_other_news(world: Watching) -> None:
    await world.see("policy", OWN)
    lost = QUOTE.replace("never given", "not currently given")
    more = QUOTE.replace("mail,”", "mail, unless a court orders it,”")
    await world.see("story-0", lost)
    await world.see("story-1", more)
    await world.see("story-2", QUOTE, company="Quillnet")

    assert await world.told() == [("new", lost), ("new", more), ("new", QUOTE)]


async def test_an_old_statement_quoted_again_is_not_new(world: Watching) -> None:
    await world.see("policy", OWN, LOGS)
    await world.see("policy", LOGS)
    await world.confirm("policy", LOGS)
    assert await world.told() == [("withdrawn", OWN)]

    await world.see("story-0", QUOTE, later=timedelta(days=400))
    assert await world.told() == [("withdrawn", OWN)]
    (past,) = await world.said(company="Harborlight", status="withdrawn")
    assert [one.source for one in past.sightings] == ["policy", "story-0"]


async def test_stories_do_not_keep_a_promise_that_the_company_withdrew(world: Watching) -> None:
    await world.see("policy", OWN, LOGS)
    for name in STORIES[:3]:
        await world.see(name, QUOTE)
    await world.see("policy", LOGS)
    await world.confirm("policy", LOGS)

    assert await world.told() == [("withdrawn", OWN)]


async def test_a_story_that_drops_the_quotation_leaves_the_others(world: Watching) -> None:
    for name in STORIES[:3]:
        await world.see(name, QUOTE)
    await world.see("story-0", "Nothing of note happened today.", company="Nobody")
    await world.confirm("story-0", "Nothing of note happened today.")

    assert await world.told() == [("new", QUOTE)]
    (said,) = await world.said(company="Harborlight")
    assert said.source == "story-1"
    assert [one.source for one in said.sightings if one.until is None] == ["story-1", "story-2"]


async def test_what_a_story_quoted_first_is_at_home_on_the_companys_page(world: Watching) -> None:
    await world.see("story-0", QUOTE)
    await world.see("policy", LOGS)
    await world.see("policy", LOGS, OWN)

    assert await world.told() == [("new", QUOTE)]
    said = {one.source: one for one in await world.said(company="Harborlight") if one.text == OWN}
    assert [one.source for one in said["policy"].sightings] == ["story-0", "policy"]
    await world.see("policy", LOGS)
    await world.confirm("policy", LOGS)
    assert await world.told() == [("new", QUOTE), ("withdrawn", OWN)]


async def test_what_stood_at_a_time_counts_what_was_seen_till_then(world: Watching) -> None:
    await world.see("policy", OWN)
    then = world.now
    await world.see("story-0", QUOTE)

    (before,) = await world.said(company="Harborlight", as_of=then)
    assert [one.source for one in before.sightings] == ["policy"]


# ------------------------------------------------------------------ from page to page


@pytest.mark.parametrize("first", ["old page", "new page"])
async def test_a_move_keeps_the_lineage(world: Watching, first: str) -> None:
    await world.see("policy", OWN, LOGS)
    await world.see("guide", NOTICE)
    (lineage,) = {one.id for one in await world.said() if one.text == OWN}
    looks = [("policy", (LOGS,)), ("guide", (NOTICE, OWN))]
    for name, texts in looks if first == "old page" else reversed(looks):
        await world.see(name, *texts)
    await world.confirm("policy", LOGS)
    await world.confirm("guide", NOTICE, OWN)

    assert await world.events() == [("reworded", OWN)]
    said = {one.text: one for one in await world.said(company="Harborlight")}
    assert (said[OWN].id, said[OWN].source, said[OWN].status) == (lineage, "guide", "current")
    (change,) = (await world.store.read(list_changes, ChangeFilter(companies=("Harborlight",)))).items
    assert (change.note, change.source, change.moved_from_url) == (
        "moved",
        "guide",
        "https://policy.example/",
    )
    assert change.version == 2
    assert await world.said(company="Harborlight", status="withdrawn") == ()
    (today,) = await world.said(assurance=lineage)
    assert (today.text, today.source) == (OWN, "guide")


@pytest.mark.parametrize("first", ["old page", "new page"])
async def test_a_move_that_weakens_is_a_weakening(world: Watching, first: str) -> None:
    await world.see("policy", NOTICE, LOGS)
    await world.see("guide", OWN)
    (lineage,) = {one.id for one in await world.said() if one.text == NOTICE}
    looks = [("policy", (LOGS,)), ("guide", (OWN, MAYBE))]
    for name, texts in looks if first == "old page" else reversed(looks):
        await world.see(name, *texts)
    assert await world.events() == []
    await world.confirm("policy", LOGS)
    await world.confirm("guide", OWN, MAYBE)

    assert await world.events() == [("weakened", MAYBE)]
    said = {one.text: one for one in await world.said(company="Harborlight")}
    assert (said[MAYBE].id, said[MAYBE].source) == (lineage, "guide")
    (change,) = (await world.store.read(list_changes, ChangeFilter(companies=("Harborlight",)))).items
    assert (change.old and change.old.text, change.note, change.assurance) == (NOTICE, "moved", lineage)
    assert NOTICE not in said


async def test_a_moved_promise_can_be_weakened_and_withdrawn_where_it_stands_now(world: Watching) -> None:
    await world.see("policy", NOTICE, LOGS)
    await world.see("guide", OWN)
    await world.see("policy", LOGS)
    await world.see("guide", OWN, NOTICE)
    await world.see("guide", OWN, MAYBE)
    await world.see("guide", OWN)
    await world.confirm("guide", OWN)

    assert await world.told() == [("weakened", MAYBE), ("withdrawn", MAYBE)]


async def test_a_like_sentence_beside_one_that_stays_is_new_after_a_look_at_the_other(
    world: Watching,
) -> None:
    await world.see("policy", NOTICE, LOGS)
    await world.see("guide", OWN)
    await world.see("guide", OWN, MAYBE)
    assert (await world.watch("policy")).pokes == 1
    assert await world.told() == []
    await world.see("policy", NOTICE, LOGS)
    await world.see("guide", OWN, MAYBE)

    assert await world.told() == [("new", MAYBE)]
    assert len(await world.said(company="Harborlight")) == 4


async def test_news_waits_no_longer_than_a_day_for_a_page_that_does_not_answer(world: Watching) -> None:
    await world.see("policy", NOTICE, LOGS)
    await world.see("guide", OWN)
    await world.see("guide", OWN, MAYBE)
    await world.see("guide", OWN, MAYBE, later=timedelta(hours=23))
    assert await world.told() == []
    await world.see("guide", OWN, MAYBE, later=timedelta(hours=2))
    assert await world.told() == [("new", MAYBE)]


async def test_what_stood_on_a_page_that_is_gone_lives_on_in_its_new_words(world: Watching) -> None:
    await world.see("policy", NOTICE, LOGS)
    await world.see("guide", OWN)
    await world.gone("policy")
    await world.see("guide", OWN, MAYBE, LOGS)

    assert await world.events() == [("weakened", MAYBE), ("reworded", LOGS)]
    assert {one.source for one in await world.said(company="Harborlight")} == {"guide"}


async def test_one_of_two_pages_that_say_it_falls_silent(world: Watching) -> None:
    await world.see("policy", OWN, LOGS)
    await world.see("guide", OWN, NOTICE)
    assert len(await world.said(company="Harborlight")) == 3
    await world.see("guide", NOTICE)
    await world.confirm("guide", NOTICE)

    assert await world.events() == []
    await world.see("policy", LOGS)
    await world.confirm("policy", LOGS)
    assert await world.events() == [("withdrawn", OWN)]


async def test_the_last_page_counts_where_the_other_is_watched_no_more(world: Watching) -> None:
    await world.see("policy", OWN, LOGS)
    await world.see("guide", OWN, NOTICE)
    await world.store.write(retire_source, "policy")
    await world.see("guide", NOTICE)
    assert await world.events() == []
    await world.confirm("guide", NOTICE)

    assert await world.events() == [("withdrawn", OWN)]


async def test_a_page_that_still_says_it_goes_on_when_another_weakens_it(world: Watching) -> None:
    await world.see("policy", NOTICE, LOGS)
    await world.see("guide", NOTICE, OWN)
    await world.see("policy", MAYBE, LOGS)
    assert await world.told() == [("weakened", MAYBE)]
    assert {one.text for one in await world.said(company="Harborlight")} == {NOTICE, MAYBE, LOGS, OWN}
    await world.see("guide", MAYBE, OWN)

    assert await world.told() == [("weakened", MAYBE)] * 2
    assert {one.text for one in await world.said(company="Harborlight")} == {MAYBE, LOGS, OWN}


async def test_said_again_on_another_page_after_it_was_withdrawn(world: Watching) -> None:
    await world.see("policy", OWN, LOGS)
    await world.see("guide", NOTICE)
    (lineage,) = {one.id for one in await world.said() if one.text == OWN}
    await world.see("policy", LOGS)
    await world.confirm("policy", LOGS)
    await world.see("guide", NOTICE, OWN, later=timedelta(days=30))

    assert await world.told() == [("withdrawn", OWN), ("new", OWN)]
    (back,) = (one for one in await world.said() if one.text == OWN)
    assert (back.id, back.source) == (lineage, "guide")


async def test_what_goes_missing_makes_the_other_pages_be_looked_at(world: Watching) -> None:
    await world.see("policy", OWN, LOGS)
    await world.see("guide", NOTICE)
    await world.see("quillnet", OWN, company="Quillnet")
    await world.see("policy", LOGS)

    assert [(await world.watch(name)).pokes for name in ("policy", "guide", "quillnet")] == [0, 1, 0]


async def test_a_look_that_was_overtaken_by_a_move_takes_nothing_back(world: Watching) -> None:
    await world.see("policy", OWN, LOGS)
    await world.see("guide", NOTICE)
    await world.see("policy", LOGS)
    watch = await world.watch("policy")
    stale = await world.store.read(document_state, watch.document_id, world.now)
    await world.see("guide", NOTICE, OWN)
    at = world.now + timedelta(hours=2)
    decision = decide_same(watch, Same(Validators()), stale, Moment(at, 0.5, (3600.0,), 1))
    late = decide_same(watch, Same(Validators()), stale, Moment(at + timedelta(hours=2), 0.5, (3600.0,), 1))
    for one in (decision, late):
        await world.store.write(record, one, "http://here")

    assert await world.told() == []
    assert {one.text: one.status for one in await world.said(company="Harborlight")} == {
        NOTICE: "current", LOGS: "current", OWN: "current",
    }  # fmt: skip
