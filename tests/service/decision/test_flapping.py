"""What goes to and fro: told once a wording, and in the end whatever stays. A real record, no clock."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from service.decision import Failed, Matched, Moment, Same, Seen, Watch
from service.decision.decide import decide_failed, decide_same, decide_seen
from service.model import Category, Kind, SourceKind, SourceSpec, Speaker, Statement
from service.store.documents import document_state
from service.store.history import ChangeFilter, events_after, list_changes
from service.store.record import record
from service.store.store import Store
from service.store.watchlist import due, force, sync_sources
from watchers.model import Fetched, Validators

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://harborlight.example/requests"
PAGE = SourceSpec("harborlight", URL, SourceKind.PAGE, company="Harborlight", confirm=0.0)
NEVER = "We never hand over keys."
MAY = "We may hand over keys."
TWICE = f"{NEVER} {NEVER}"
BOTH = {NEVER: Kind.STRENGTHENED, MAY: Kind.WEAKENED}
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

    async def told(self) -> list[str]:
        events = await self.store.read(events_after, 0)
        return [json.loads(e.body)["data"]["kind"] for e in events]


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    store = Store(tmp_path / "onrecord.sqlite").open()
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
    for words in (MAY, NEVER, *[MAY] * 30, *[NEVER] * 30):
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
    for words in (MAY, NEVER, *[MAY] * 30):
        await page.says(words)
    await page.store.write(lambda connection: connection.execute(WORDLESS))
    for _ in range(30):
        await page.says(NEVER)
    assert [kind for kind in await page.told() if kind != "unstable"][3:] == ["strengthened"]


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
