"""A hub on loopback: it is asked, verifies, pushes. What it pushes is a hint and nothing else."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import Connection, select

from service.configuration.settings import Settings
from service.decision import Hub
from service.looks.hubs import Signature, bounded, retry_wait
from service.model import SourceKind, SourceSpec
from service.store.hubs import (
    PACE,
    ask_again,
    confirm,
    deny,
    due_hubs,
    find_lease,
    missed,
    next_hub,
    note_hub,
    take_push,
)
from service.store.store import Store
from service.store.tables import HubRow, WatchRow
from service.store.watchlist import retire_source, sync_sources

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
hubs = HubRow.__table__
watches = WatchRow.__table__
SECRET = "5e" * 32
NAMED = Hub("https://hub.example/", "https://x.example/feed")
PROMISE = "We notify customers before we disclose their data to the police."


@dataclass
class LoopbackHub:
    """Subscribes whoever asks and answers the challenge, and pushes when told to."""

    session: aiohttp.ClientSession
    url: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    verified: asyncio.Event = field(default_factory=asyncio.Event)
    lease: int = 864_000

    async def take(self, request: web.Request) -> web.Response:
        form = {key: str(value) for key, value in (await request.post()).items()}
        self.asked.append(form)
        self._verifying = asyncio.create_task(self.verify(form))
        return web.Response(status=202)

    async def verify(self, form: dict[str, str], topic: str = "") -> tuple[int, str]:
        query = {
            "hub.mode": "subscribe",
            "hub.topic": topic or form["hub.topic"],
            "hub.challenge": "a word that nobody guesses",
            "hub.lease_seconds": str(self.lease),
        }
        async with self.session.get(form["hub.callback"], params=query) as answer:
            text = await answer.text()
        if answer.status == 200 and text == query["hub.challenge"]:
            self.verified.set()
        return answer.status, text

    async def push(self, body: bytes, method: str = "sha256", secret: str = "") -> int:
        form = self.asked[-1]
        signed = hmac.new((secret or form["hub.secret"]).encode(), body, method).hexdigest()
        headers = {"X-Hub-Signature": f"{method}={signed}", "Content-Type": "application/rss+xml"}
        async with self.session.post(form["hub.callback"], data=body, headers=headers) as answer:
            return answer.status


@pytest.fixture
async def hub() -> AsyncIterator[LoopbackHub]:
    async with aiohttp.ClientSession() as session:
        made = LoopbackHub(session)
        app = web.Application()
        app.router.add_post("/hub", made.take)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hub"
        yield made
        await runner.cleanup()


def feed(hub_url: str, own: str, *posts: str) -> str:
    items = "".join(
        f"<item><title>Post {n}</title><guid>{n}</guid><description>{text}</description></item>"
        for n, text in enumerate(posts)
    )
    return (
        "<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>News</title>"
        f"<atom:link rel='hub' href='{hub_url}'/><atom:link rel='self' href='{own}'/>{items}</channel></rss>"
    )


def here() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


@pytest.fixture
def with_hub(settings: Callable[..., Settings], world: Any, hub: LoopbackHub) -> Settings:
    """A feed that is polled every ten minutes, whose hub is on loopback."""
    listen = here()
    own = f"{world.url}/feed"
    world.put("/feed", feed(hub.url, own, "Nothing of note."), "application/rss+xml")
    return settings(
        [{"name": "news", "company": "Quillnet", "kind": "feed", "url": own, "every": "10m"}],
        http={"listen": listen, "public_url": f"http://{listen}"},
        fetch={"allow": (world.host, hub.url.split("/")[2]), "per_host": 16},
    )


def watch_row(connection: Connection) -> Any:
    return connection.execute(select(watches).where(watches.c.subject == "feed")).one()


def hub_row(connection: Connection) -> Any:
    return connection.execute(select(hubs)).one()


async def test_a_push_lets_the_feed_be_polled_and_its_news_be_told(
    with_hub: Settings, running: Any, world: Any, hub: LoopbackHub
) -> None:
    own = f"{world.url}/feed"
    async with running(with_hub) as app, asyncio.timeout(60):
        await hub.verified.wait()
        asked = hub.asked[0]
        assert (asked["hub.mode"], asked["hub.topic"]) == ("subscribe", own)
        assert len(asked["hub.secret"]) >= 32
        assert (
            await app.store.read(watch_row)
        ).pushed_until is None  # nothing has shown yet that pushes arrive
        world.put("/feed", feed(hub.url, own, "Nothing of note.", PROMISE), "application/rss+xml")
        assert await hub.push(b"what a hub sends is not read") == 202
        await world.until(lambda: any(hook.data.get("kind") == "new" for hook in world.hooks))
        row = await app.store.read(watch_row)
        stored = (await app.store.read(hub_row)).secret
    told = next(hook for hook in world.hooks if hook.data.get("kind") == "new")
    assert told.data["new"]["text"] == PROMISE
    assert asked["hub.secret"] not in stored, "what is stored is encrypted"
    assert row.pushed_until - row.last_poll_at > timedelta(days=9)
    assert row.next_poll_at - row.last_poll_at > timedelta(minutes=60)  # every is ten: the hub is relied on


async def test_what_is_not_signed_as_it_must_be_moves_nothing(
    with_hub: Settings, running: Any, hub: LoopbackHub
) -> None:
    async with running(with_hub) as app, asyncio.timeout(60):
        await hub.verified.wait()
        before = await app.store.read(watch_row)
        assert await hub.push(b"news", secret="a guess") == 202
        assert await hub.push(b"news", method="sha1") == 202
        callback = hub.asked[0]["hub.callback"]
        async with hub.session.post(callback, data=b"news") as answer:
            assert answer.status == 202
        after = await app.store.read(watch_row)
        assert (after.next_poll_at, after.pushed_until) == (before.next_poll_at, None)
        assert not (await app.store.read(hub_row)).proven
        async with hub.session.post(callback + "x", data=b"news") as answer:
            assert answer.status == 410


async def test_a_push_that_never_ends_is_not_waited_for(
    with_hub: Settings, running: Any, hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.web.hubs.PUSH_SECONDS", 0.3)
    enough = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b"news"
        await enough.wait()

    async with running(with_hub), asyncio.timeout(60):
        await hub.verified.wait()
        async with hub.session.post(hub.asked[0]["hub.callback"], data=body()) as answer:
            assert answer.status == 408
        enough.set()


async def test_only_what_was_asked_for_is_verified(
    with_hub: Settings, running: Any, hub: LoopbackHub
) -> None:
    async with running(with_hub), asyncio.timeout(60):
        await hub.verified.wait()
        asked = hub.asked[0]
        assert (await hub.verify(asked, topic="https://elsewhere.example/feed"))[0] == 404
        stranger = {**asked, "hub.callback": asked["hub.callback"] + "x"}
        assert (await hub.verify(stranger))[0] == 404
        query = {"hub.mode": "unsubscribe", "hub.topic": asked["hub.topic"], "hub.challenge": "now"}
        async with hub.session.get(asked["hub.callback"], params=query) as answer:
            assert answer.status == 404


async def test_a_hub_on_the_inside_is_not_asked(
    with_hub: Settings, running: Any, world: Any, hub: LoopbackHub
) -> None:
    inside = "http://127.0.0.1:9/hub"
    world.put("/feed", feed(inside, f"{world.url}/feed", "Nothing of note."), "application/rss+xml")
    async with running(with_hub) as app, asyncio.timeout(60):
        while not await app.store.read(lambda connection: connection.execute(select(hubs.c.error)).scalar()):
            await world.polled("/feed", 0)
            await asyncio.sleep(0.05)
        row = await app.store.read(hub_row)
    assert "127.0.0.1" in row.error
    assert not hub.asked


async def test_without_a_public_address_no_hub_is_asked(
    settings: Callable[..., Settings], running: Any, world: Any, hub: LoopbackHub
) -> None:
    own = world.put("/feed", feed(hub.url, f"{world.url}/feed", "Nothing."), "application/rss+xml")
    made = settings([{"name": "news", "company": "Quillnet", "kind": "feed", "url": own}])
    async with running(made) as app:
        await world.polled("/feed", 3)
        assert await app.store.read(lambda connection: connection.execute(select(hubs)).all()) == []


# ------------------------------------------------------------------ the record, with a clock that is moved by hand


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store(tmp_path / "onrecord.sqlite").open()
    spec = SourceSpec("news", "https://x.example/feed", SourceKind.FEED, company="Quillnet")
    await opened.write(sync_sources, [spec], "config", NOW)
    yield opened
    await opened.aclose()


async def leased(store: Store) -> str:
    """A lease of ten days, asked for and verified; returns its token."""
    await store.write(note_hub, 1, NAMED, SECRET, NOW)
    (lease,) = await store.read(due_hubs, NOW, 9)
    await store.write(ask_again, lease, NOW + timedelta(minutes=10))
    assert await store.write(confirm, lease.token, NAMED.topic, NOW + timedelta(days=10), NOW)
    return lease.token


async def test_a_lease_is_renewed_before_it_ends(store: Store) -> None:
    token = await leased(store)
    assert await store.read(next_hub, NOW) == NOW + timedelta(days=8)
    later = NOW + timedelta(days=8)
    (lease,) = await store.read(due_hubs, later, 9)
    await store.write(ask_again, lease, later + timedelta(minutes=10))
    until = later + timedelta(days=10)
    assert await store.write(confirm, token, NAMED.topic, until, later)
    assert (await store.read(hub_row)).lease_until == until


async def test_a_hub_that_does_not_answer_is_asked_again_and_again_but_ever_more_rarely(store: Store) -> None:
    await store.write(note_hub, 1, NAMED, SECRET, NOW)
    now, waits = NOW, []
    for _ in range(10):
        (lease,) = await store.read(due_hubs, now, 9)
        again = now + retry_wait(lease.tries)
        await store.write(ask_again, lease, again, "answered 500")
        assert await store.read(due_hubs, again - timedelta(seconds=1), 9) == ()
        waits.append((again - now).total_seconds())
        now = again
    assert waits[:3] == [600, 1200, 2400]
    assert waits[-1] == 86_400
    assert (await store.read(hub_row)).error == "answered 500"


async def test_a_push_makes_the_feed_due_but_not_more_often_than_is_polite(store: Store) -> None:
    token = await leased(store)
    looked = NOW + timedelta(seconds=1)

    def look(connection: Connection) -> None:
        connection.execute(
            watches.update().values(last_poll_at=looked, next_poll_at=NOW + timedelta(hours=1))
        )

    await store.write(look)
    assert await store.write(take_push, token, looked)
    row = await store.read(watch_row)
    assert row.next_poll_at == looked + PACE
    assert row.pushed_until == NOW + timedelta(days=10)
    assert row.pokes == 1
    assert await store.write(take_push, token, looked)
    assert (await store.read(watch_row)).pokes == 1


async def test_a_hub_that_missed_a_change_is_relied_on_no_more_until_it_pushes(store: Store) -> None:
    token = await leased(store)
    await store.write(take_push, token, NOW)
    await store.write(missed, 1, NOW - timedelta(hours=1))  # it had pushed since the look before
    assert (await store.read(watch_row)).pushed_until is not None
    await store.write(missed, 1, NOW + timedelta(hours=3))
    assert (await store.read(watch_row)).pushed_until is None
    await store.write(take_push, token, NOW + timedelta(hours=4))
    assert (await store.read(watch_row)).pushed_until == NOW + timedelta(days=10)


async def test_a_hub_may_refuse_and_a_feed_may_change_its_hub(store: Store) -> None:
    token = await leased(store)
    await store.write(take_push, token, NOW)
    assert await store.write(deny, token, NAMED.topic, "denied: no", NOW + timedelta(days=1))
    assert (await store.read(watch_row)).pushed_until is None
    assert await store.read(next_hub, NOW) == NOW + timedelta(days=1)
    assert await store.write(note_hub, 1, Hub("https://other.example/", NAMED.topic), SECRET, NOW)
    assert await store.read(find_lease, token) is None
    assert not await store.write(note_hub, 1, Hub(), SECRET, NOW)
    assert await store.read(lambda connection: connection.execute(select(hubs)).all()) == []


async def test_a_source_that_is_not_watched_any_more_has_no_lease(store: Store) -> None:
    token = await leased(store)
    await store.write(retire_source, "news")
    assert await store.read(find_lease, token) is None
    assert not await store.write(take_push, token, NOW)
    assert await store.read(due_hubs, NOW + timedelta(days=9), 9) == ()


@pytest.mark.parametrize("method", ["sha256", "sha384", "sha512"])
def test_signatures_of_today_are_verified(method: str) -> None:
    right = f"{method}={hmac.new(b'secret', b'one two', method).hexdigest()}"
    for header, wanted in ((right, True), (right[:-1] + "g", False), (right.upper(), True), ("", False)):
        signature = Signature(header, "secret")
        signature.feed(b"one ")
        signature.feed(b"two")
        assert signature.is_right() is wanted
    weak = f"sha1={hmac.new(b'secret', b'', hashlib.sha1).hexdigest()}"
    assert not Signature(weak, "secret").is_right()


def test_a_lease_is_believed_within_reason() -> None:
    assert bounded(timedelta(seconds=1)) == timedelta(minutes=5)
    assert bounded(timedelta(days=9999)) == timedelta(days=30)
    assert bounded(timedelta(days=3)) == timedelta(days=3)
