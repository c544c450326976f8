from __future__ import annotations

import asyncio
import gzip
import json
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
import trustme
from aiohttp import web
from standardwebhooks import Webhook

from notifiers.errors import TransportError
from notifiers.model import WebhookMessage
from notifiers.signing import new_secret
from notifiers.webhook import ANSWER_BYTES, WebhookTransport, open_session, retry_after

SECRET = new_secret()
BODY = json.dumps({"id": "evt_1", "text": "“nein”"}, ensure_ascii=False).encode()
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def message(url: str, **fields: Any) -> WebhookMessage:
    facts: dict[str, Any] = {
        "id": "evt_1",
        "url": url,
        "body": BODY,
        "content_type": "application/cloudevents+json",
        "secrets": (SECRET,),
    }
    return WebhookMessage(**facts | fields)


@asynccontextmanager
async def transport(seconds: float = 5, **connector: Any) -> AsyncIterator[WebhookTransport]:
    async with open_session(aiohttp.TCPConnector(force_close=True, **connector)) as session:
        yield WebhookTransport(
            session, timeout=seconds, user_agent="onrecord/1", now=lambda: datetime.now(UTC)
        )


@asynccontextmanager
async def endpoint(handle: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    """A well-behaved server for a handler."""
    runner = web.ServerRunner(web.Server(handle), shutdown_timeout=1)  # type: ignore[arg-type]  # its stub wants BaseRequest
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def raw(serve: Serve, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A server that speaks what `serve` writes; the request is read before."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(len(BODY))
            await serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls)
    async with server:
        scheme = "https" if tls else "http"
        yield f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"


def canned(answer: bytes) -> Serve:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    return serve


async def failure(url: str, seconds: float = 5, **fields: Any) -> TransportError:
    async with transport(seconds) as webhook:
        with pytest.raises(TransportError) as caught:
            await webhook.send(message(url, **fields))
    assert "\n" not in caught.value.message
    return caught.value


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


async def test_an_endless_answer_is_read_no_further_than_16_kib() -> None:
    hung_up = asyncio.Event()
    sent = 0

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            while True:
                writer.write(b"x" * 1024)
                await writer.drain()
                sent += 1024
        finally:
            hung_up.set()

    async with raw(serve) as url, transport() as webhook:
        receipt = await webhook.send(message(url))
        await asyncio.wait_for(hung_up.wait(), 5)
    assert (receipt.status, receipt.response) == (200, "x" * 1024)
    assert sent >= ANSWER_BYTES


async def test_a_compressed_answer_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    head = b"HTTP/1.1 500 No\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    async with raw(canned(head + bomb)) as url:
        error = await failure(url)
    assert (error.status, len(error.response.encode()) <= 1024) == (500, True)


@pytest.mark.parametrize(
    "rest", [b"Content-Length: 9\r\n\r\nhal", b"Transfer-Encoding: chunked\r\n\r\n9\r\nhal"]
)
async def test_a_status_counts_though_its_body_breaks_off(rest: bytes) -> None:
    async with raw(canned(b"HTTP/1.1 200 OK\r\n" + rest)) as url, transport(seconds=0.5) as webhook:
        assert (await webhook.send(message(url))).status == 200


async def test_a_slow_body_does_not_undo_the_status() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal")
        await reader.read()

    async with raw(serve) as url, transport(seconds=0.3) as webhook:
        assert (await webhook.send(message(url))).response == "hal"


async def test_silence_and_dribble_end_at_the_time_limit() -> None:
    async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async def dribble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nX: ")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.01)

    async def continuing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            await writer.drain()
            await asyncio.sleep(0.01)

    for serve in (silent, dribble, continuing):
        async with raw(serve) as url:
            error = await failure(url, seconds=0.3)
        assert (error.message, error.permanent, error.status) == ("no answer within 0.3 s", False, None)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"220 mail.example ESMTP\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200_000 + b"\r\n",
        b"HTTP/1.1 2OO OK\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_a_failure_without_a_status(answer: bytes) -> None:
    async with raw(canned(answer)) as url:
        error = await failure(url)
    assert (error.status, error.permanent, error.gone) == (None, False, False)
    assert len(error.message) <= 300


async def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    error = await failure(f"http://127.0.0.1:{port}/")
    assert (error.permanent, error.status) == (False, None)
    assert "refused" in error.message.lower() or "failed" in error.message


async def test_the_certificate_is_checked() -> None:
    authority = trustme.CA()
    server, client = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(server)
    async with raw(canned(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), tls=server) as url:
        error = await failure(url)
        assert error.message.startswith("TLS failed: ")
        assert not error.permanent
        authority.configure_trust(client)
        async with transport(ssl=client) as webhook:
            assert (await webhook.send(message(url))).status == 200


class Inside(Exception):  # noqa: N818 - stands for a guard's own error, which this room does not know
    pass


async def test_a_guards_refusal_is_told_in_its_own_words() -> None:
    def refuse(_: object) -> socket.socket:
        raise OSError("guarded") from Inside("127.0.0.1 is not a public address")

    async with transport(socket_factory=refuse) as webhook:
        with pytest.raises(TransportError) as caught:
            await webhook.send(message("http://127.0.0.1:9/"))
    assert caught.value.message == "the request failed: 127.0.0.1 is not a public address"
    assert caught.value.status is None


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
