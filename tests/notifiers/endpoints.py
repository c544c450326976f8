"""Endpoints that behave as told, and a transport to them."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from notifiers.errors import TransportError
from notifiers.model import WebhookMessage
from notifiers.signing import new_secret
from notifiers.webhook import WebhookTransport, open_session

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
