"""Feeds whose guids, links and windows misbehave, look after look against a real record."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.decision import Decision, Moment, Same, Subject
from service.decision.decide import FLOOD, decide_feed, decide_same
from service.decision.entries import asked_keys, mark, sort_entries
from service.model import SourceKind, SourceSpec
from service.store.deliveries import Subscriber, sync_subscribers
from service.store.documents import known_entries
from service.store.history import events_after
from service.store.record import record
from service.store.store import Store
from service.store.watchlist import due, sync_sources
from tests.keys import KEYRING
from watchers.model import Entry, Feed, Fetched, Validators

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://quillnet.example/feed"
HOME = "https://quillnet.example/"
BLOG = SourceSpec(name="blog", url=URL, kind=SourceKind.FEED, company="Quillnet")
SECRET = "whsec_" + "c2VjcmV0IHNlY3JldCBzZWNyZXQh"


def entry(guid: str, url: str, title: str, content: str = "", day: int = 1) -> Entry:
    return Entry(guid, url, title, datetime(2026, 2, day, tzinfo=UTC), None, "", content)


class Blog:
    """A record, and a feed that it looks at."""

    def __init__(self, store: Store) -> None:
        self.store, self.now = store, NOW

    async def look(self, *entries: Entry) -> Decision:
        """One look at this window."""
        self.now += timedelta(hours=1)
        watch = next(w for w in await self.store.read(due, self.now + timedelta(days=400), 10_000)
                     if w.subject is Subject.FEED)  # fmt: skip
        marked = tuple(mark(one) for one in entries)
        known = await self.store.read(known_entries, watch.source_id, asked_keys(marked))
        answer = Fetched(URL, URL, None, 200, (), b"x", "ab" * 32, "", None, Validators(), None)
        feed = sort_entries(answer, Feed(URL, "", entries), marked, known)
        decision = decide_feed(watch, feed, Moment(self.now, 0.5, (3600.0,), 1))
        await self.store.write(record, decision, "http://here")
        return decision

    async def titles(self, *entries: Entry) -> tuple[list[str], list[str]]:
        """What is taken for new, and what for edited."""
        decision = await self.look(*entries)
        return [p.shown.entry.title for p in decision.posts], [e.shown.entry.title for e in decision.edited]


@pytest.fixture
async def blog(tmp_path: Path) -> AsyncIterator[Blog]:
    store = Store(tmp_path / "onrecord.sqlite").open()
    await store.write(sync_sources, (BLOG,), "config", NOW)
    hook = Subscriber("webhook:x", "webhook", "https://desk.example/hook", ("flooded",), secret=SECRET)
    await store.write(sync_subscribers, (hook,), lambda: SECRET, NOW, KEYRING)
    yield Blog(store)
    await store.aclose()


async def test_a_new_post_is_seen_though_all_link_to_the_home_page(blog: Blog) -> None:
    one, two, three = (entry(f"g{n}", HOME, f"Post {n}", f"<p>Text {n}</p>", n) for n in (1, 2, 3))
    assert await blog.titles(one) == (["Post 1"], [])
    assert await blog.titles(two, one) == (["Post 2"], [])
    assert await blog.titles(three) == (["Post 3"], [])
    assert await blog.titles(three, two, one) == ([], [])


async def test_a_new_post_is_seen_though_it_copies_a_guid(blog: Blog) -> None:
    one, two = entry("g", HOME + "1", "One", "<p>1</p>"), entry("g", HOME + "2", "Two", "<p>2</p>", 2)
    assert await blog.titles(one) == (["One"], [])
    assert await blog.titles(two, one) == (["Two"], [])
    assert await blog.titles(two) == ([], [])
    assert await blog.titles(one) == ([], [])


async def test_posts_with_neither_guid_nor_page_of_their_own_are_told_apart_by_what_they_say(
    blog: Blog,
) -> None:
    one, two = entry(HOME, HOME, "One", "<p>1</p>"), entry(HOME, HOME, "Two", "", 2)
    assert await blog.titles(one) == (["One"], [])
    assert await blog.titles(two, one) == (["Two"], [])
    assert await blog.titles(two, one) == ([], [])


async def test_a_guid_that_changes_is_bridged_by_the_link(blog: Blog) -> None:
    assert await blog.titles(entry("g1", HOME + "1", "One", "<p>1</p>")) == (["One"], [])
    assert await blog.titles(entry("g2", HOME + "1", "One", "<p>1</p>")) == ([], [])
    assert await blog.titles(entry("g3", HOME + "1", "One", "<p>other</p>")) == ([], ["One"])


async def test_guid_and_link_that_change_together_are_bridged_by_the_text(blog: Blog) -> None:
    assert await blog.titles(entry("g1", HOME + "1?s=1", "One", "<p>1</p>")) == (["One"], [])
    assert await blog.titles(entry("g2", HOME + "1?s=2", "One", "<b>1</b>")) == ([], [])
    again = entry("g3", HOME + "9", "One", "<p>1</p>", 9)
    assert await blog.titles(again) == (["One"], []), "the same words under another date are another post"


async def test_guids_dealt_out_anew_among_the_posts_edit_none(blog: Blog) -> None:
    def shown(first: int) -> list[Entry]:
        guids = [f"g{(first + n) % 3}" for n in range(3)]
        return [entry(guids[n], "", f"Post {n}", f"<p>Text {n}</p>", n + 1) for n in range(3)]

    assert await blog.titles(*shown(0)) == (["Post 0", "Post 1", "Post 2"], [])
    for turn in (1, 2, 3):
        assert await blog.titles(*shown(turn)) == ([], [])
    assert await blog.titles(*shown(0)[1:], entry("g9", "", "Post 9", "<p>Text 9</p>", 9)) == (["Post 9"], [])


async def test_a_guid_that_another_post_has_now_edits_none(blog: Blog) -> None:
    """Nothing is taken back by a post that only bears the number of one that has left the window."""
    old = entry("1", f"{HOME}old", "Old", "<p>We tell everybody.</p>", 1)
    new = entry("1", f"{HOME}new", "Requests in 2026", "<p>We had four.</p>", 9)
    assert await blog.titles(old) == (["Old"], [])
    assert await blog.titles(new) == (["Requests in 2026"], [])
    assert await blog.titles(new, old) == ([], [])


@pytest.mark.parametrize(
    "now",
    [
        entry("1", f"{HOME}old", "Requests in 2026", "<p>We had four.</p>", 9),
        entry("1", f"{HOME}new", "Old, updated", "<p>We had four.</p>", 9),
        entry("1", f"{HOME}new", "Requests in 2026", "<p>We had four.</p>", 1),
    ],
    ids=["its address stands", "its title goes on", "its date stands"],
)
async def test_a_post_that_keeps_more_than_its_guid_is_edited(blog: Blog, now: Entry) -> None:
    await blog.look(entry("1", f"{HOME}old", "Old", "<p>We tell everybody.</p>", 1))
    assert await blog.titles(now) == ([], [now.title])


async def test_an_edit_is_one_wherever_the_post_stands(blog: Blog) -> None:
    one, two = entry("g1", HOME + "1", "One", "<p>1</p>"), entry("g2", HOME + "2", "Two", "<p>2</p>")
    await blog.look(one, two)
    assert await blog.titles(two, entry("g1", HOME + "1", "One", "<p>1, edited</p>")) == ([], ["One"])
    assert await blog.titles(entry("g1", HOME + "1", "One", "<p>1, edited</p>"), two) == ([], [])


async def test_an_entry_shown_twice_is_one_post(blog: Blog) -> None:
    one = entry("g1", HOME + "1", "One", "<p>1</p>")
    assert await blog.titles(one, one, entry("g9", HOME + "1", "One", "<p>1</p>")) == (["One"], [])
    assert await blog.titles(one) == ([], [])


async def test_an_empty_window_is_no_baseline(blog: Blog) -> None:
    await blog.look()
    first = await blog.look(entry("g1", HOME + "1", "One"))
    assert [p.announce for p in first.posts] == [False]
    second = await blog.look(entry("g2", HOME + "2", "Two"))
    assert [p.announce for p in second.posts] == [True]


async def test_not_modified_makes_no_baseline_of_an_empty_window(blog: Blog) -> None:
    decision = await blog.look()
    assert decision.update.first_ok_at is None
    watch = (await blog.store.read(due, NOW + timedelta(days=9), 9))[0]
    same = decide_same(watch, Same(Validators()), None, Moment(NOW, 0.5, (3600.0,), 1))
    assert same.update.first_ok_at is None


async def test_a_flood_is_told_in_one_notice(blog: Blog) -> None:
    await blog.look(entry("g", HOME + "g", "First"))
    many = tuple(entry(f"g{n}", f"{HOME}{n}", f"Post {n}") for n in range(FLOOD + 20))
    decision = await blog.look(*many)
    assert sum(p.announce for p in decision.posts) == FLOOD
    (event,) = await blog.store.read(events_after, 0, 10)
    body = json.loads(event.body)
    assert body["type"] == "onrecord.source.flooded"
    assert (body["data"]["posts"], body["data"]["told"]) == (FLOOD + 20, FLOOD)
    assert (await blog.look(*many)).flood is None
