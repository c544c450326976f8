"""What goes to and fro: told once a wording, and in the end whatever stays. A real record, no clock."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from service.decision import Failed, Matched, Moment, Past, Same, Seen, Subject, Telling, Watch
from service.decision.decide import decide_failed, decide_same, decide_seen
from service.decision.flapping import patience
from service.model import Category, Kind, SourceKind, SourceSpec, Speaker, Statement
from service.store.documents import document_state
from service.store.history import ChangeFilter, events_after, list_changes
from service.store.record import record
from service.store.store import Place, Store
from service.store.watchlist import due, force, sync_sources
from watchers.model import Fetched, Validators

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://harborlight.example/requests"
PAGE = SourceSpec("harborlight", URL, SourceKind.PAGE, company="Harborlight", confirm=0.0)
NEVER = "We never hand over keys."
MAY = "We may hand over keys."
SHALL = "We may hand over keys and passwords."
TWICE = f"{NEVER} {NEVER}"
BOTH = {NEVER: Kind.STRENGTHENED, MAY: Kind.WEAKENED, SHALL: Kind.REWORDED}
MINUTES = timedelta(minutes=15)
WORDLESS = text("UPDATE changes SET old_wording = NULL, new_wording = NULL WHERE note = 'settled'")


def statement(words: str) -> Statement:
    return Statement(words, "Harborlight", Speaker(), (Category.ENCRYPTION,), "", 0.9)


class Page:
    """A page that says one sentence, or none."""

    def __init__(self, store: Store) -> None:
        self.store, self.now = store, NOW

    async def watch(self) -> Watch:
        (found,) = await self.store.read(due, NOW + timedelta(days=4000), 10)
        return found

    async def says(self, words: str) -> None:
        """One look, a quarter of an hour later."""
        self.now += MINUTES
        watch = await self.watch()
        state = await self.store.read(document_state, watch.document_id, self.now)
        moment = Moment(self.now, 0.5, (3600.0,), 1)
        if state.text == words.encode() and state.version:
            waiting = state if watch.pending else None
            decision = decide_same(watch, Same(Validators()), waiting, moment)
        else:
            decision = decide_seen(watch, state, self._seen(state.known, words), moment)
        await self.store.write(record, decision, "http://here")

    @staticmethod
    def _seen(known: tuple, words: str) -> Seen:  # type: ignore[type-arg]
        if not words:
            matched = Matched(missing=tuple((k.assurance, 0.9, "") for k in known))
        elif known and known[0].statement.text == words:
            matched = Matched(kept=((known[0].assurance, statement(words)),))
        elif known:
            matched = Matched(altered=((known[0].assurance, BOTH[words], statement(words), 0.8, "why"),))
        else:
            said = [NEVER, NEVER] if words == TWICE else [words]
            matched = Matched(begun=tuple((statement(one), 0.9, "") for one in said))
        body = words.encode()
        fetched = Fetched(
            url=URL, final_url=URL, permanent_url=None, status=200, headers=(), body=body, sha256="ab" * 32,
            media_type="text/html", charset=None, validators=Validators(), fresh_for=None,
        )  # fmt: skip
        return Seen(
            words.encode(), body[:32] or b"-", "Requests", None, "html", matched=matched, fetched=fetched
        )

    async def stands(self, words: str, days: float, looks: int = 8) -> None:
        """It says so for days, with so many looks."""
        begun = self.now
        for n in range(looks):
            self.now = begun + n * timedelta(days=days) / looks
            await self.says(words)
        self.now = begun + timedelta(days=days)

    async def data(self) -> list[dict[str, Any]]:
        events = await self.store.read(events_after, 0)
        return [json.loads(e.body)["data"] for e in events]

    async def told(self) -> list[str]:
        return [data["kind"] for data in await self.data()]


@pytest.fixture
async def page(begun: Place) -> AsyncIterator[Page]:
    store = Store(begun).open()
    await store.write(sync_sources, (PAGE,), "config", NOW)
    page = Page(store)
    await page.says(NEVER)
    yield page
    await store.aclose()


async def test_what_was_kept_back_is_told_once_it_has_stood(page: Page) -> None:
    for words in (MAY, NEVER, MAY):
        await page.says(words)
    assert await page.told() == ["weakened", "strengthened"]
    for _ in range(23):
        await page.says(MAY)
    assert await page.told() == ["weakened", "strengthened"]
    for _ in range(40):
        await page.says(MAY)
    assert await page.told() == ["weakened", "strengthened", "weakened"]


async def test_what_has_settled_is_on_record_with_its_words_and_versions(page: Page) -> None:
    for words in (MAY, NEVER, *[MAY] * 60, *[NEVER] * 110):
        await page.says(words)
    found = await page.store.read(list_changes, ChangeFilter())
    settled = [
        (c.kind, c.previous_version, c.version, c.old, c.new) for c in found.items if c.note == "settled"
    ]
    assert [(*one[:3], *(side and side.text for side in one[3:])) for one in settled] == [
        ("strengthened", 4, 5, MAY, NEVER),
        ("weakened", 3, 4, NEVER, MAY),
    ]


async def test_what_an_earlier_release_let_settle_is_known_by_the_change_before(page: Page) -> None:
    """It wrote no words with it; without them readers would be told that the promise is new."""
    for words in (MAY, NEVER, *[MAY] * 60):
        await page.says(words)
    await page.store.write(lambda connection: connection.execute(WORDLESS))
    for _ in range(60):
        await page.says(NEVER)
    assert [kind for kind in await page.told() if kind != "unstable"][3:] == ["strengthened"]
    await page.says("")
    assert (await page.told())[-1] == "withdrawn"


async def test_what_ends_where_it_was_told_is_told_no_more(page: Page) -> None:
    for words in (MAY, NEVER, MAY, NEVER, *[NEVER] * 60):
        await page.says(words)
    assert await page.told() == ["weakened", "strengthened"]


async def test_a_withdrawal_that_comes_and_goes_is_told_once_until_it_stays(page: Page) -> None:
    for words in ("", NEVER, "", NEVER, ""):
        await page.says(words)
    assert await page.told() == ["withdrawn", "new", "unstable"]
    for _ in range(60):
        await page.says("")
    assert await page.told() == ["withdrawn", "new", "unstable", "withdrawn"]


async def test_of_two_copies_that_come_and_go_the_same_is_told(page: Page) -> None:
    """Told as one each time, by the lineage that was told before: else the other's going would be news again."""
    for words in ("", TWICE, "", TWICE, "", TWICE, ""):
        await page.says(words)
    assert await page.told() == ["withdrawn", "new", "unstable"]


async def test_a_page_that_flips_poll_by_poll_is_unstable_once(page: Page) -> None:
    for n in range(60):
        await page.says((MAY, NEVER)[n % 2])
    assert await page.told() == ["weakened", "strengthened", "unstable"]


async def test_another_wording_is_told_though_the_page_is_restless(page: Page) -> None:
    for words in (MAY, NEVER, MAY, NEVER):
        await page.says(words)
    await page.says("")
    assert (await page.told())[-1] == "withdrawn"


@pytest.mark.parametrize("other", [MAY, ""])
@pytest.mark.parametrize(
    ("days", "times", "told"), [(1, 60, 3), (3, 60, 5), (10, 18, 7), (20, 9, 8), (45, 8, 8)]
)
async def test_a_page_that_alternates_for_months_is_told_a_handful_of_times(
    page: Page, other: str, days: int, times: int, told: int
) -> None:
    await page.stands(NEVER, 3)
    for n in range(times):
        await page.stands((other, NEVER)[n % 2], days)
    to, fro = (Kind.WEAKENED, Kind.STRENGTHENED) if other else (Kind.WITHDRAWN, Kind.NEW)
    assert [kind for kind in await page.told() if kind != "unstable"] == [*(to, fro) * 4][:told]


@pytest.mark.parametrize("seed", [0, 1, 2])
async def test_what_stands_for_days_by_chance_is_told_seldom_and_in_the_end(page: Page, seed: int) -> None:
    chance, spans = random.Random(seed), [0.0]  # noqa: S311 - reproducible, and no secret
    while sum(spans) < 180:
        spans.append(chance.expovariate(1 / 4) + 0.1)
    for n, days in enumerate(spans[1:]):
        await page.stands((MAY, NEVER)[n % 2], days)
    last = NEVER if len(spans) % 2 else MAY
    assert len(await page.told()) <= 10 < len(spans) / 3
    await page.stands(last, 40)
    told = [data for data in await page.data() if data["kind"] != "unstable"]
    assert (len(told) <= 9, told[-1]["new"]["text"]) == (True, last)


async def test_what_stays_in_the_end_is_told_and_when_it_was_last_seen(page: Page) -> None:
    for _ in range(4):
        await page.stands("", 2)
        await page.stands(NEVER, 2)
    told, seen = await page.told(), (await page.watch()).last_ok_at
    await page.stands("", 1.9, looks=30)
    assert await page.told() == told
    await page.stands("", 1)
    *before, last = await page.data()
    assert (len(before), last["kind"]) == (len(told), "withdrawn")
    assert seen is not None
    assert last["document"]["last_seen"] == f"{seen:%Y-%m-%dT%H:%M:%SZ}"


async def test_a_wording_that_is_news_is_told_at_once_from_what_readers_believe(page: Page) -> None:
    """What came between was kept back: told from there, the worst of it would be a mere rewording."""
    for _ in range(4):
        await page.stands(MAY, 2)
        await page.stands(NEVER, 2)
    told = await page.told()
    await page.says(MAY)
    assert await page.told() == told
    await page.says(SHALL)
    *before, last = await page.data()
    assert len(before) == len(told)
    assert (last["kind"], last["old"]["text"], last["new"]["text"]) == ("weakened", NEVER, SHALL)
    found = await page.store.read(list_changes, ChangeFilter())
    assert found.items[0].old
    assert (found.items[0].old.text, found.items[0].note) == (NEVER, "")


async def test_what_readers_believe_is_no_news_however_long_nobody_looked(page: Page) -> None:
    for _ in range(4):
        await page.stands(MAY, 2)
        await page.stands(NEVER, 2)
    told = await page.told()
    await page.says(MAY)
    page.now += timedelta(days=61)
    await page.says(NEVER)
    assert await page.told() == told


async def test_a_company_that_changes_back_and_forth_within_years_is_told_at_once(page: Page) -> None:
    for n in range(6):
        await page.stands(NEVER if n % 2 else MAY, 150, looks=1)
        assert len(await page.told()) == n + 1


async def test_what_was_told_longer_than_a_year_ago_counts_no_more(page: Page) -> None:
    await page.says(MAY)
    watch = await page.watch()
    days = [364, 366]
    found = [
        await page.store.read(document_state, watch.document_id, page.now + timedelta(days=n)) for n in days
    ]
    assert [len(state.pasts) for state in found] == [1, 0]


async def test_what_was_restless_once_is_told_at_once_after_a_calm(page: Page) -> None:
    for _ in range(4):
        await page.stands(MAY, 2)
        await page.stands(NEVER, 2)
    told = await page.told()
    await page.stands(NEVER, 61)
    await page.says(MAY)
    assert await page.told() == [*told, "weakened"]
    await page.stands(MAY, 30)
    await page.says(NEVER)
    assert await page.told() == [*told, "weakened", "strengthened"]


async def test_a_document_is_unstable_once_until_it_has_been_calm(page: Page) -> None:
    async def unstable() -> int:
        await page.stands(NEVER, 8)
        for words in (MAY, NEVER) * 4:
            await page.says(words)
        return (await page.told()).count("unstable")

    assert [await unstable(), await unstable()] == [1, 1]
    await page.stands(NEVER, 61)
    await unstable()
    assert await unstable() == 2


@pytest.mark.parametrize(
    ("every", "told", "wait"),
    [
        (900.0, 1, timedelta(hours=6)),
        (900.0, 2, timedelta(hours=12)),
        (900.0, 4, timedelta(hours=48)),
        (900.0, 60, timedelta(days=30)),
        (86_400.0, 2, timedelta(days=6)),
        (11 * 86_400.0, 60, timedelta(days=33)),
    ],
)
def test_patience_doubles_with_each_return_up_to_thirty_days(
    every: float, told: int, wait: timedelta
) -> None:
    watch = Watch(1, 1, replace(PAGE, every=every), Subject.PAGE, URL)
    tellings = [Telling(NOW, "ab"[n % 2], "ba"[n % 2]) for n in range(told)]
    assert patience(watch, Past(tuple(tellings), NOW), NOW) == wait


async def test_what_was_forced_while_a_look_was_under_way_stays_due(page: Page) -> None:
    watch = await page.watch()
    soon = page.now + timedelta(seconds=1)
    await page.store.write(force, "harborlight", soon)
    decision = decide_same(watch, Same(Validators('"2"')), None, Moment(soon, 0.5, (3600.0,), 1))
    await page.store.write(record, decision, "")
    (again,) = await page.store.read(due, soon, 10)
    assert again.last_ok_at == soon
    decision = decide_same(again, Same(Validators('"3"')), None, Moment(soon, 0.5, (3600.0,), 1))
    await page.store.write(record, decision, "")
    assert await page.store.read(due, soon, 10) == ()


async def test_only_looks_at_a_collapsed_page_count_for_it(page: Page) -> None:
    async def fails(reason: str, after: timedelta) -> datetime | None:
        watch = await page.watch()
        decision = decide_failed(watch, Failed(reason, ""), Moment(NOW + after, 0.5, (3600.0,), 1))
        await page.store.write(record, decision, "")
        return decision.update.collapsed_since

    assert await fails("timeout", timedelta(0)) is None
    first = NOW + timedelta(days=4)
    assert await fails("collapsed", timedelta(days=4)) == first
    assert await fails("cut", timedelta(days=5)) == first
    await page.says(NEVER)
    assert (await page.watch()).collapsed_since is None
