"""One statement in many documents: sightings, and what is told of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from service.store.history import ChangeFilter, list_changes
from service.store.store import Place
from tests.service.store.newsroom import (
    LOGS,
    OWN,
    QUOTE,
    STORIES,
    Watching,
    watching,
)


@pytest.fixture
async def world(begun: Place) -> AsyncIterator[Watching]:
    async with watching(begun) as made:
        yield made


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


async def test_a_story_that_quotes_a_sentence_twice_has_onestatement(world: Watching) -> None:
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
