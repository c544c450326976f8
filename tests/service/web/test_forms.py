"""Buttons: who may press them, what they do, and what a refused form looks like."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from aiohttp import FormData

from service.delivery.verify import Trial
from service.store.evidence import list_sources
from service.store.store import Store
from service.store.subscriptions import list_subscriptions
from service.store.tokens import create_token
from service.store.watchlist import source_specs
from service.web.guesses import GUESSES_MAX

TOKEN = "right-token"
NEW = {
    "name": "oak",
    "url": "https://oak.example/policy",
    "kind": "page",
    "role": "company",
    "company": "Oak & Co",
}
OPML = b"""<opml version="2.0"><body>
<outline text="One" xmlUrl="https://one.example/feed" company="One"/>
<outline text="harborlight" xmlUrl="https://other.example/feed"/></body></opml>"""


async def names(store: Store) -> set[str]:
    return {source.name for source in await store.read(list_sources)}


async def arrives(_subscription: str) -> Trial:
    return Trial("evt_1", 200, "", 0.1)


async def test_add_poll_remove_without_a_token_from_this_machine(store: Store, serve: Any) -> None:
    woken: list[int] = []
    client = await serve(store, poll_now=lambda: woken.append(1))

    added = await client.post("/sources", data=NEW)
    assert added.status == 200
    assert added.url.path == "/sources/oak"
    assert "It is watched from now on" in await added.text()
    assert (await client.post("/sources/oak/poll", data={"x": ""})).url.query["done"] == "polled"
    assert len(woken) == 2
    removed = await client.post("/sources/oak/remove", data={"x": ""})
    assert removed.url.path == "/sources"
    assert "oak" not in await names(store)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/sources", NEW),
        ("/sources/import", {"file": "x"}),
        ("/sources/harborlight/poll", {}),
        ("/sources/harborlight/remove", {}),
        ("/subscriptions", {"url": "https://hooks.example/x"}),
    ],
)
async def test_with_a_token_configured_every_button_needs_it(
    store: Store, serve: Any, path: str, data: dict[str, str]
) -> None:
    client = await serve(store, token=TOKEN)
    before = await names(store)

    for given in ({}, {"token": "wrong"}):
        answer = await client.post(path, data={**data, **given, "x": "1"}, allow_redirects=False)
        assert answer.status == 401, path
        assert answer.content_type == "text/html"
        text = await answer.text()
        assert "Not done." in text
        assert "wrong" not in text
    assert await names(store) == before
    assert len(await store.read(list_subscriptions)) == 1


async def test_the_token_in_the_form_is_enough(store: Store, serve: Any) -> None:
    client = await serve(store, token=TOKEN)

    assert 'name="token"' in await (await client.get("/sources")).text()
    assert (await client.post("/sources", data={**NEW, "token": TOKEN})).status == 200
    assert "oak" in await names(store)


async def test_how_long_is_waited_is_taken_from_the_form(store: Store, serve: Any) -> None:
    client = await serve(store)
    assert (await client.post("/sources", data={**NEW, "confirm": "2h", "grace": "5d"})).status == 200
    oak = next(spec for spec in await store.read(source_specs) if spec.name == "oak")
    assert (oak.confirm, oak.grace) == (7200, 5 * 86_400)

    wrong = await client.post("/sources", data={**NEW, "name": "elm", "grace": "soon"})
    assert wrong.status == 400
    told = await wrong.text()
    assert "grace" in told
    assert 'value="soon"' in told


async def test_no_cookie_is_ever_set(store: Store, serve: Any) -> None:
    client = await serve(store, token=TOKEN)
    answer = await client.post("/sources", data={**NEW, "token": TOKEN}, allow_redirects=False)

    assert answer.status == 303
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.example"},
    ],
)
async def test_a_foreign_page_presses_no_button(store: Store, serve: Any, headers: dict[str, str]) -> None:
    client = await serve(store)
    answer = await client.post("/sources", data=NEW, headers=headers)

    assert answer.status == 403
    assert "oak" not in await names(store)


async def test_a_refused_form_is_shown_again_with_what_was_typed(client: Any) -> None:
    answer = await client.post("/sources", data={**NEW, "url": "ftp://oak.example", "company": '"><b>x'})
    text = await answer.text()

    assert answer.status == 400
    assert "Not done." in text
    assert 'value="&#34;&gt;&lt;b&gt;x"' in text
    assert answer.headers["Cache-Control"] == "no-store"


async def test_private_addresses_and_taken_names(client: Any) -> None:
    assert (await client.post("/sources", data={**NEW, "url": "http://127.0.0.1/"})).status == 400
    assert (await client.post("/sources", data={**NEW, "name": "harborlight"})).status == 409
    assert (await client.post("/sources/nobody/poll", data={"x": ""})).status == 404


async def test_import_opml(store: Store, serve: Any) -> None:
    client = await serve(store)
    form = FormData()
    form.add_field("file", OPML, filename="feeds.opml", content_type="text/x-opml")
    answer = await client.post("/sources/import", data=form)

    assert answer.status == 200
    assert "1 added, 1 known already." in await answer.text()
    assert "one" in await names(store)


@pytest.mark.parametrize(
    "body", [b"", b"<rss/>", b'<opml><body><outline xmlUrl="http://10.0.0.1/"/></body></opml>']
)
async def test_import_of_what_cannot_be_taken(store: Store, serve: Any, body: bytes) -> None:
    client = await serve(store)
    before = await names(store)
    form = FormData()
    form.add_field("file", body, filename="feeds.opml")

    assert (await client.post("/sources/import", data=form)).status == 400
    assert await names(store) == before


async def test_large_lists_are_taken_and_larger_ones_refused_unread(store: Store, serve: Any) -> None:
    client = await serve(store)
    for size, status in ((300_000, 200), (3_000_000, 413)):
        form = FormData()
        form.add_field("file", BytesIO(OPML + b" " * size), filename="feeds.opml")
        answer = await client.post("/sources/import", data=form)
        assert answer.status == status
        assert ("larger than 2048 KiB" in await answer.text()) is (status == 413)


async def test_a_subscription_shows_its_secret_once(store: Store, serve: Any) -> None:
    client = await serve(store, verify=arrives)
    answer = await client.post(
        "/subscriptions",
        data=[("url", "https://hooks.example/new"), ("kinds", "weakened"), ("companies", "A, Inc.\nB\n")],
    )
    text = await answer.text()

    assert answer.status == 201
    assert answer.headers["Cache-Control"] == "no-store"
    made = (await store.read(list_subscriptions))[-1]
    (shown,) = set(re.findall(r"whsec_[\w+/=]+", text))
    assert shown != made.secret, "what is stored is encrypted"
    assert (made.kinds, made.companies) == (("weakened",), ("A, Inc.", "B"))
    for path in ("/subscriptions", f"/subscriptions/{made.id}"):
        again = await (await client.get(path)).text()
        assert "whsec_" not in again
        assert made.secret not in again


async def test_addresses_are_cut_for_those_who_may_not_write(store: Store, serve: Any) -> None:
    text = await (await (await serve(store, token=TOKEN)).get("/subscriptions")).text()

    assert "https://hooks.example/…" in text
    assert "secret-path" not in text


async def test_deliveries_test_and_end(store: Store, serve: Any) -> None:
    client = await serve(store, verify=arrives)
    hook = (await store.read(list_subscriptions))[0].id

    shown = await (await client.get(f"/subscriptions/{hook}")).text()
    assert re.search(
        r'Weakened</span><span class="sub"><a href="/changes/chg_\w+">[^<]+</a> · event \d+<', shown
    )
    assert (
        "test event arrived"
        in await (await client.post(f"/subscriptions/{hook}/test", data={"x": ""})).text()
    )
    assert (await client.post(f"/subscriptions/{hook}/end", data={"x": ""})).url.path == "/subscriptions"
    assert await store.read(list_subscriptions) == ()
    assert (await client.post(f"/subscriptions/{hook}/end", data={"x": ""})).status == 404


@pytest.mark.parametrize("body", [b"{}", b"--x\r\nbroken"])
async def test_what_is_no_form(client: Any, body: bytes) -> None:
    for media in ("application/json", "multipart/form-data", "multipart/form-data; boundary=x"):
        answer = await client.post("/sources", data=body, headers={"Content-Type": media})
        assert answer.status in (400, 415), media


@pytest.mark.parametrize("path", ["/sources", "/subscriptions", "/sources/harborlight/poll"])
async def test_a_form_with_a_wrong_token_is_one_guess(store: Store, serve: Any, path: str) -> None:
    """Though the page that says so asks once more what its reader may do."""
    client = await serve(store, token=TOKEN)
    statuses = [
        (await client.post(path, data={**NEW, "token": f"wrong-{n}"})).status for n in range(GUESSES_MAX + 2)
    ]

    assert statuses == [401] * GUESSES_MAX + [429] * 2
    assert (await client.post("/sources", data={**NEW, "token": TOKEN})).status == 200


async def test_named_tokens_open_forms_as_far_as_they_reach(store: Store, serve: Any) -> None:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    writes = await store.write(create_token, "desk", ("write",), at)
    reads = await store.write(create_token, "wall", ("read",), at)
    client = await serve(store, token=TOKEN)

    assert (await client.post("/sources", data={**NEW, "token": reads})).status == 403
    assert (await client.post("/sources", data={**NEW, "token": writes})).url.path == "/sources/oak"
    assert "oak" in await names(store)


async def test_guessing_named_tokens_from_elsewhere_is_slowed_too(store: Store, serve: Any) -> None:
    client = await serve(store)
    elsewhere = {"X-Forwarded-For": "203.0.113.9"}
    statuses = [
        (await client.post("/sources", data={**NEW, "token": f"wrong-{n}"}, headers=elsewhere)).status
        for n in range(GUESSES_MAX + 1)
    ]

    assert statuses == [403] * GUESSES_MAX + [429]
