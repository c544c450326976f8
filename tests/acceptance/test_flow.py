"""The main job, end to end: a page changes, a signed webhook and a mail arrive."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from email import message_from_bytes, policy
from typing import Any

import pytest

from service.app import App
from service.configuration.settings import Settings
from service.store.evidence import list_sources
from service.store.history import AssuranceFilter, ChangeFilter, list_assurances, list_changes

Running = Callable[[Settings], AbstractAsyncContextManager[App]]
MakeSettings = Callable[..., Settings]

NEVER = (
    "Harborlight has never received a National Security Letter or any other secret order for customer data."
)
NOTICE = "We will notify affected users before we disclose their data to any government agency."
NOTICE_UNLESS = (
    "We will notify affected users before we disclose their data to any government agency, "
    "unless we are legally prohibited from doing so."
)
COURT = "We disclose the content of messages to law enforcement only in response to a valid search warrant."
FIGURE = "In 2024 we received 12 requests for user data from law enforcement."
FIGURE_NOW = "In 2024 we received 31 requests for user data from law enforcement."
FILLER = (
    "Harborlight runs a messaging service. Our offices are in Tern Bay, next to the old mill. "
    "This page explains in plain words how we treat your information and whom you can ask about it."
)


def page(*sentences: str, extra: str = "") -> str:
    paragraphs = "".join(f"<p>{s}</p>" for s in (FILLER, *sentences))
    return (
        f"<html><head><title>Government requests</title>{extra}</head><body><nav><a href='/'>Home</a></nav>"
        f"<main><h1>Government requests</h1>{paragraphs}</main><footer>© Harborlight</footer></body></html>"
    )


def rss(url: str, *posts: tuple[str, str]) -> str:
    items = "".join(
        f"<item><title>{title}</title><link>{url}{path}</link><guid>{path}</guid></item>"
        for path, title in posts
    )
    return f"<rss version='2.0'><channel><title>Blog</title><link>{url}/</link>{items}</channel></rss>"


def requests_page(world: Any, **more: Any) -> dict[str, Any]:
    return {
        "name": "requests",
        "company": "Harborlight",
        "kind": "page",
        "url": f"{world.url}/requests",
        **more,
    }


async def test_a_weakened_promise_arrives_as_signed_webhook_and_as_mail(
    world: Any, settings: MakeSettings, running: Running
) -> None:
    world.put("/requests", page(NOTICE, COURT))
    made = settings(
        [requests_page(world)],
        notify=[
            {
                "kind": "webhook",
                "url": f"{world.url}/hook",
                "secret": "whsec_" + "c2FsdG1hcnNoIHNhbHRtYXJzaCBzYWx0",
            },
            {
                "kind": "email",
                "to": ["desk@courier.example"],
                "from": "onrecord@courier.example",
                "smtp": world.smtp,
            },
        ],
    )
    async with running(made) as app:
        await world.polled("/requests", 3)
        assert world.attempts == []
        world.put("/requests", page(NOTICE_UNLESS, COURT))
        await world.until(lambda: bool(world.hooks and world.mails))
        await world.polled("/requests", 3)
        (change,) = (await app.store.read(list_changes, ChangeFilter())).items
    (hook,) = world.hooks
    hook.verify("whsec_" + "c2FsdG1hcnNoIHNhbHRtYXJzaCBzYWx0")
    event = hook.event
    assert hook.headers["content-type"].startswith("application/cloudevents+json")
    assert (event["specversion"], event["type"], event["id"]) == (
        "1.0",
        "onrecord.assurance.weakened",
        hook.id,
    )
    assert (event["source"], event["subject"], event["sequence"]) == ("/sources/requests", "Harborlight", "1")
    assert event["data"]["old"] == {"text": NOTICE, "exception": ""}
    assert event["data"]["new"]["text"] == NOTICE_UNLESS
    assert event["data"]["new"]["exception"] == "unless we are legally prohibited from doing so"
    assert "notice" in event["data"]["categories"]
    assert (event["data"]["document"]["version"], event["data"]["document"]["previous_version"]) == (2, 1)
    assert event["data"]["links"]["change"].endswith(f"/changes/{change.id}")
    (raw,) = world.mails
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail["To"] == "desk@courier.example"
    assert "Harborlight" in mail["Subject"]
    plain, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    assert f"/changes/{change.id}" in plain
    assert "legally prohibited" in plain
    assert "<ins" in html


async def test_withdrawn_new_and_restated(world: Any, settings: MakeSettings, running: Running) -> None:
    world.put("/requests", page(NEVER, FIGURE))
    async with running(settings([requests_page(world)])):
        await world.polled("/requests", 3)
        world.put("/requests", page(FIGURE_NOW, COURT))
        await world.until(lambda: len(world.hooks) >= 3)
        await world.polled("/requests", 3)
    found = {hook.data["kind"]: hook.data for hook in world.hooks}
    assert len(world.hooks) == 3
    assert found["withdrawn"]["old"]["text"] == NEVER
    assert found["withdrawn"]["new"] is None
    assert found["new"]["new"]["text"] == COURT
    assert found["new"]["old"] is None
    assert found["figure"]["new"]["text"] == FIGURE_NOW


async def test_restyling_says_nothing(world: Any, settings: MakeSettings, running: Running) -> None:
    world.put("/requests", page(NEVER, NOTICE, COURT))
    async with running(settings([requests_page(world)])) as app:
        await world.polled("/requests", 3)
        restyled = page(
            COURT, NEVER.replace(" ", "\u00a0", 1), f"<b>{NOTICE}</b>", extra="<style>p{color:red}</style>"
        )
        world.put("/requests", restyled)
        await world.polled("/requests", 3)
        changes = (await app.store.read(list_changes, ChangeFilter())).items
    assert changes == ()
    assert world.attempts == []


async def test_a_withdrawal_that_is_undone_within_confirm_is_never_told(
    world: Any, settings: MakeSettings, running: Running
) -> None:
    world.put("/requests", page(NEVER, COURT))
    async with running(settings([requests_page(world, confirm="1h")])) as app:
        await world.polled("/requests", 3)
        world.put("/requests", page(COURT))
        await world.polled("/requests", 3)
        (waiting,) = (await app.store.read(list_assurances, AssuranceFilter(q="National"))).items
        assert waiting.status == "unconfirmed"
        world.put("/requests", page(NEVER, COURT))
        await world.polled("/requests", 3)
        (back,) = (await app.store.read(list_assurances, AssuranceFilter(q="National"))).items
    assert (back.status, back.id) == ("current", waiting.id)
    assert world.attempts == []


@pytest.mark.parametrize(
    ("body", "more"),
    [
        ("Not found", {"status": 404}),
        ("Gone", {"status": 410}),
        ("Oops", {"status": 500}),
        ("", {}),
        (
            "<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1></body></html>",
            {},
        ),
        (
            "<html><head><title>Page not found</title></head><body><p>This page does not exist.</p></body></html>",
            {},
        ),
        (b"\x1f\x8b cut", {"headers": {"Content-Encoding": "gzip"}}),
        ("<html><body><div id='root'></div><script src='/app.js'></script></body></html>", {}),
    ],
)
async def test_what_is_not_the_page_is_no_withdrawal(
    world: Any, settings: MakeSettings, running: Running, body: str | bytes, more: dict[str, Any]
) -> None:
    good = page(NEVER, NOTICE, COURT)
    world.put("/requests", good)
    async with running(settings([requests_page(world)])) as app:
        await world.polled("/requests", 3)
        world.put("/requests", body, **more)
        await world.polled("/requests", 2)
        (source,) = await app.store.read(list_sources)
        assert source.state in ("failing", "gone")
        assert source.last_error
        world.put("/requests", good)
        await world.polled("/requests", 2)
        assert len((await app.store.read(list_assurances, AssuranceFilter())).items) == 3
    assert world.attempts == []


async def test_a_feeds_old_posts_are_its_baseline_and_a_new_one_is_told(
    world: Any, settings: MakeSettings, running: Running
) -> None:
    blog = {"name": "blog", "company": "Harborlight", "kind": "feed", "url": f"{world.url}/feed"}
    world.put("/old", page(NOTICE))
    world.put("/letter", page(NEVER))
    world.put("/feed", rss(world.url, ("/old", "Old")), "application/rss+xml")
    async with running(settings([blog])):
        await world.polled("/feed", 2)
        await world.until(lambda: world.asked["/old"] > 0)
        world.put("/feed", rss(world.url, ("/letter", "Letter"), ("/old", "Old")), "application/rss+xml")
        await world.until(lambda: len(world.hooks) >= 1)
        world.put("/letter", page(NEVER.replace("has never received", "does not currently receive")))
        await world.until(lambda: len(world.hooks) >= 2)
        await world.polled("/feed", 2)
    first, second = world.hooks
    assert (first.data["kind"], first.data["new"]["text"]) == ("new", NEVER)
    assert first.data["document"]["url"] == f"{world.url}/letter"
    assert second.data["kind"] == "weakened"
    assert second.data["old"]["text"] == NEVER


async def test_what_was_recorded_arrives_after_an_outage_and_a_restart(
    world: Any, settings: MakeSettings, running: Running
) -> None:
    world.put("/requests", page(NOTICE))
    world.hook_status = 503
    made = settings([requests_page(world)], deliver={"schedule": ("0.2s",) * 9})
    async with running(made):
        await world.polled("/requests", 2)
        world.put("/requests", page(NOTICE_UNLESS))
        await world.until(lambda: len(world.attempts) >= 2)
    world.hook_status = 200
    async with running(made):
        await world.until(lambda: len(world.hooks) >= 1)
        await world.polled("/requests", 2)
    assert len(world.hooks) == 1
    assert {hook.id for hook in world.attempts} == {world.hooks[0].id}
    assert {hook.body for hook in world.attempts} == {world.hooks[0].body}
    world.hooks[0].verify()


async def test_polling_goes_on_while_one_page_hangs(
    world: Any, settings: MakeSettings, running: Running
) -> None:
    hanging = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        await hanging.wait()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    world.put("/requests", page(NOTICE))
    slow = {"name": "slow", "kind": "page", "company": "Quillnet", "url": f"http://127.0.0.1:{port}/"}
    made = settings(
        [requests_page(world), slow],
        fetch={"allow": (world.host, f"127.0.0.1:{port}"), "timeout": "30s", "per_host": 16},
    )
    async with running(made):
        await world.polled("/requests", 5)
        hanging.set()
    server.close()
