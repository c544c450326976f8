"""Statements that move between a company's pages, and what is told of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from service.decision import Moment, Same
from service.decision.decide import decide_same
from service.store.documents import document_state
from service.store.history import ChangeFilter, list_changes
from service.store.record import record
from service.store.store import Place
from service.store.watchlist import retire_source
from tests.service.store.newsroom import (
    LOGS,
    MAYBE,
    NOTICE,
    OWN,
    Watching,
    watching,
)
from watchers.model import Validators


@pytest.fixture
async def world(begun: Place) -> AsyncIterator[Watching]:
    async with watching(begun) as made:
        yield made


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


async def test_a_page_that_fails_is_not_asked_at_every_turn_of_another(world: Watching) -> None:
    await world.see("policy", OWN, LOGS)
    await world.see("guide", NOTICE)
    for _ in range(2):
        await world.gone("guide")
    before = await world.watch("guide")
    await world.see("policy", LOGS)

    assert (await world.watch("guide")).pokes == before.pokes


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
