"""Every call that is sent something takes so much of it and waits so long, and no more."""

from __future__ import annotations

import asyncio
import gzip
import re
from typing import Any

import pytest

from service.store.store import Store
from service.web import bodies, forms
from service.web.forms import FILE_MAX
from service.web.hubs import PUSH_MAX
from service.web.server import BODY_MAX, ROUTES

TAKING = sorted({(route.method, route.path) for route in ROUTES if route.method != "GET"})
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


def most(path: str) -> int:
    """Bytes that a call takes."""
    return PUSH_MAX if path.startswith("/websub/") else FILE_MAX if path == "/sources/import" else BODY_MAX


async def send(client: Any, method: str, path: str, headers: str, body: bytes) -> bytes:
    """What is answered, until the server hangs up."""
    reader, writer = await asyncio.open_connection(client.host, client.port)
    target = re.sub(r"\{\w+\}", "x", path)
    writer.write(f"{method} {target} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode() + body)
    async with asyncio.timeout(30):
        answer = await reader.read()
    writer.close()
    return answer


def test_these_are_the_calls() -> None:
    assert len(TAKING) > 15
    assert ("POST", "/api/v1/sources") in TAKING


@pytest.mark.parametrize(("method", "path"), TAKING)
async def test_what_is_too_large_is_refused_before_it_comes(client: Any, method: str, path: str) -> None:
    length = f"Content-Type: {FORM}\r\nContent-Length: {most(path) + 1}\r\n"
    assert (await send(client, method, path, length, b"")).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("path", "kind", "size"),
    [
        ("/api/v1/sources", JSON, BODY_MAX),
        ("/api/v1/subscriptions", JSON, BODY_MAX),
        ("/sources", FORM, BODY_MAX),
        ("/subscriptions", FORM, BODY_MAX),
        ("/sources/import", FORM, FILE_MAX),
    ],
)
async def test_what_unfolds_to_too_much_is_refused(client: Any, path: str, kind: str, size: int) -> None:
    body = gzip.compress(b"a" * (8 * size))
    assert len(body) < BODY_MAX
    headers = {"Content-Type": kind, "Content-Encoding": "gzip"}
    assert (await client.post(path, data=body, headers=headers)).status == 413


@pytest.mark.slow
async def test_half_a_body_is_not_waited_for(
    serve: Any, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.3)
    monkeypatch.setattr(forms, "BODY_SECONDS", 0.3)
    client = await serve(store)
    kinds = [(method, path, kind) for method, path in TAKING for kind in (JSON, FORM)]
    answers = await asyncio.gather(
        *(
            send(client, method, path, f"Content-Type: {kind}\r\nContent-Length: 500\r\n", b"{")
            for method, path, kind in kinds
        )
    )
    found = dict(zip(kinds, (int(answer[9:12]) for answer in answers), strict=True))
    assert found["POST", "/api/v1/sources", JSON] == 408
    assert found["POST", "/sources", FORM] == 408
    assert found["POST", "/unsubscribe/{token}", FORM] < 500
