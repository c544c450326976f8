from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from standardwebhooks import Webhook

from notifiers.signing import new_secret
from notifiers.webhook import WebhookTransport, open_session, retry_after
from tests.notifiers.endpoints import BODY, SECRET, canned, endpoint, failure, message, raw, transport


async def test_what_arrives_is_the_signed_bytes_and_nothing_else() -> None:
    seen: list[tuple[web.Request, bytes]] = []

    async def handle(request: web.Request) -> web.Response:
        seen.append((request, await request.read()))
        return web.Response(status=202, text="thanks\r\n")

    async with endpoint(handle) as url, transport() as webhook:
        receipt = await webhook.send(message(url))
        again = await webhook.send(message(url))
    assert (receipt.status, receipt.response) == (202, "thanks")
    assert again == receipt
    request, body = seen[0]
    assert (request.method, body) == ("POST", BODY)
    assert Webhook(SECRET).verify(body, dict(request.headers)) == json.loads(BODY)
    assert request.headers["Content-Type"] == "application/cloudevents+json"
    assert request.headers["User-Agent"] == "onrecord/1"
    assert request.headers["Content-Length"] == str(len(BODY))
    assert seen[1][0].headers["webhook-id"] == request.headers["webhook-id"] == "evt_1"
    assert seen[1][1] == body


async def test_a_rotated_key_still_verifies() -> None:
    signatures: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        signatures.append(request.headers["webhook-signature"])
        Webhook(old).verify(await request.read(), dict(request.headers))
        return web.Response()

    old = new_secret()
    async with endpoint(handle) as url, transport() as webhook:
        assert (await webhook.send(message(url, secrets=(SECRET, old)))).status == 200
    assert len(signatures[0].split()) == 2


@pytest.mark.parametrize("status", [200, 201, 204, 299])
async def test_every_2xx_is_a_receipt(status: int) -> None:
    async with (
        raw(canned(b"HTTP/1.1 %d Fine\r\nContent-Length: 0\r\n\r\n" % status)) as url,
        transport() as webhook,
    ):
        assert (await webhook.send(message(url))).status == status


@pytest.mark.parametrize("status", [400, 401, 404, 408, 429, 500, 502, 503, 504])
async def test_other_answers_fail_and_may_be_tried_again(status: int) -> None:
    async with raw(canned(b"HTTP/1.1 %d No\r\nContent-Length: 4\r\n\r\nwhy?" % status)) as url:
        error = await failure(url)
    assert (error.status, error.permanent, error.gone) == (status, False, False)
    assert error.retry_after is None
    assert str(status) in error.message
    assert error.response == "why?"


async def test_gone_asks_to_be_forgotten() -> None:
    async with raw(canned(b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n")) as url:
        error = await failure(url)
    assert (error.gone, error.status) == (True, 410)


@pytest.mark.parametrize("status", [301, 302, 303, 304, 307, 308])
async def test_a_redirect_is_a_failure_and_not_followed(status: int) -> None:
    visited: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        visited.append(request.path)
        return web.Response(status=status, headers={"Location": "/elsewhere"})

    async with endpoint(handle) as url:
        error = await failure(url)
    assert (error.status, error.permanent, visited) == (status, False, ["/hook"])
    assert "not followed" in error.message


@pytest.mark.parametrize("status", [429, 503])
async def test_a_pause_is_heeded_where_it_means_one(status: int) -> None:
    answer = b"HTTP/1.1 %d Later\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n"
    async with raw(canned(answer % status)) as url:
        assert (await failure(url)).retry_after == timedelta(seconds=120)
    async with raw(canned(answer % 500)) as url:
        assert (await failure(url)).retry_after is None


NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        (" 7 ", 7),
        ("86400", 86400),
        ("86401", 86400),
        ("9" * 300, 86400),
        ("9" * 5000, None),
        ("-1", None),
        ("1.5", None),
        ("٣", None),
        ("", None),
        ("soon", None),
        ("Sun, 22 Nov 2026 12:01:00 GMT", 60),
        ("Sun, 22 Nov 2026 12:01:00 -0000", 60),
        ("Sunday, 22-Nov-26 12:01:00 GMT", 60),
        ("Sun, 22 Nov 2026 11:59:00 GMT", None),
        ("Sun, 22 Nov 2099 12:00:00 GMT", 86400),
        ("Sun, 99 Nov 2026 12:00:00 GMT", None),
        ("Sun, 22 Nov 99999 12:00:00 GMT", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after(value, NOW) == (None if seconds is None else timedelta(seconds=seconds))


async def test_cookies_are_neither_kept_nor_sent() -> None:
    cookies: list[str | None] = []

    async def handle(request: web.Request) -> web.Response:
        cookies.append(request.headers.get("Cookie"))
        return web.Response(headers={"Set-Cookie": "a=b; Path=/"})

    async with endpoint(handle) as url, transport() as webhook:
        for _ in range(2):
            await webhook.send(message(url.replace("127.0.0.1", "localhost")))
    assert cookies == [None, None]


async def test_the_environments_proxies_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    async with raw(canned(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as url, transport() as webhook:
        assert (await webhook.send(message(url))).status == 200


@pytest.mark.parametrize("options", [{}, {"cookie_jar": None}, {"trust_env": True, "cookie_jar": "dummy"}])
async def test_an_unfit_session_is_refused_at_once(options: dict[str, Any]) -> None:
    if options.get("cookie_jar") == "dummy":
        options = options | {"cookie_jar": aiohttp.DummyCookieJar()}
    async with aiohttp.ClientSession(**options) as session:
        with pytest.raises(ValueError, match="without cookies"):
            WebhookTransport(session, timeout=1, user_agent="onrecord/1", now=lambda: NOW)


@pytest.mark.parametrize("agent", ["", "a\r\nX: y", "\x7f", "\u202e", " a", "x" * 513])
async def test_a_user_agent_that_cannot_be_a_header_is_refused_at_once(agent: str) -> None:
    async with open_session(aiohttp.TCPConnector()) as session:
        with pytest.raises(ValueError, match="user agent"):
            WebhookTransport(session, timeout=1, user_agent=agent, now=lambda: NOW)


@pytest.mark.parametrize(
    "fields",
    [
        {"content_type": "a\r\nX: y"},
        {"content_type": ""},
        {"id": "a\r\nX: y"},
        {"secrets": ()},
        {"secrets": ("whsec_???",)},
        {"body": b"\xff"},
        {"url": "ftp://127.0.0.1/"},
        {"url": "http://"},
        {"url": "/hook"},
        {"url": "http://[::1/"},
        {"url": "http://127.0.0.1:99999/"},
    ],
)
async def test_what_cannot_be_sent_is_not_tried_again(fields: dict[str, Any]) -> None:
    error = await failure(fields.pop("url", "http://127.0.0.1:9/"), **fields)
    assert error.permanent
    assert "???" not in error.message


async def test_being_stopped_is_not_a_failure() -> None:
    asked = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        asked.set()
        await reader.read()

    async with raw(serve) as url, transport() as webhook:
        task = asyncio.create_task(webhook.send(message(url)))
        await asyncio.wait_for(asked.wait(), 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
