"""What the server says to those who send no request that the application could see."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from service.configuration.listening import listen
from service.store.store import Store
from service.web.server import make_app
from service.web.wire import SECURITY, make_runner
from tests.service.web.conftest import make_site

GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /api/v1/sources HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
UNREADABLE = "The request cannot be read as HTTP, or has too many headers."


@pytest.fixture
async def port(store: Store) -> AsyncIterator[int]:
    """Of the server as the daemon runs it."""
    runner = make_runner(make_app(make_site(store)))
    await runner.setup()
    address = await listen(runner, "127.0.0.1:0", None)
    yield urlsplit(address).port or 0
    await runner.cleanup()


async def say(port: int, sent: bytes) -> list[tuple[int, dict[str, str], bytes]]:
    """Every answer to these bytes, until the server hangs up: status, headers by their names, body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    answers = []
    try:
        async with asyncio.timeout(10):
            while head := await reader.readline():
                lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
                headers = dict(line.split(": ", 1) for line in lines)
                body = await reader.readexactly(int(headers["Content-Length"]))
                answers.append((int(head.split()[1]), headers, body))
    finally:
        writer.close()
    return answers


@pytest.mark.parametrize(
    ("sent", "detail"),
    [
        (b"nonsense\r\n\r\n", UNREADABLE),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", UNREADABLE),
        (b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n", UNREADABLE),
        (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", UNREADABLE),
        (GET + b"Not a header\r\n\r\n", UNREADABLE),
        (GET + b"Content-Length: -1\r\n\r\n", UNREADABLE),
        (GET + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", UNREADABLE),
        (GET + b"A: b\r\n" * 2000 + b"\r\n", UNREADABLE),
        (GET + b"A: " + b"b" * 20_000 + b"\r\n\r\n", "A line of the request is too long."),
        (
            b"GET /?q=" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
            "A line of the request is too long.",
        ),
        (GET + b"\r\n" + b"nonsense\r\n\r\n", UNREADABLE),
    ],
)
async def test_what_is_no_request_is_refused_like_any_other(port: int, sent: bytes, detail: str) -> None:
    *_, (status, headers, body) = await say(port, sent)
    assert status == 400
    assert headers["Server"] == "onrecord"
    assert headers["Content-Type"] == "application/problem+json"
    assert SECURITY.items() <= headers.items()
    assert json.loads(body)["detail"] == detail
    assert b"aiohttp" not in body


@pytest.mark.parametrize(
    "sent",
    [
        GET + b"Expect: tea\r\nConnection: close\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n\r\n",
        POST + b"Content-Encoding: gzip\r\nContent-Length: 4\r\nConnection: close\r\n\r\nnope",
        b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"BREW /healthz HTTP/1.0\r\n\r\n",
        b"GET /%00%ff%zz HTTP/1.0\r\n\r\n",
        b"GET /../../etc/passwd HTTP/1.0\r\n\r\n",
        GET + b"Connection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n",
    ],
)
async def test_no_answer_tells_what_the_server_is_made_of(port: int, sent: bytes) -> None:
    answers = await say(port, sent)
    assert answers
    for _, headers, _ in answers:
        assert headers["Server"] == "onrecord"
        assert SECURITY.items() <= headers.items()
