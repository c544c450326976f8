"""kind = "apprise": a change arrives in a chat."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from service.app import App
from service.configuration.settings import Settings

NOTICE = "We will notify affected users before we disclose their data to any government agency."
PAGE = "<html><head><title>Requests</title></head><body><main><h1>Requests</h1><p>{}</p></main></body></html>"


async def test_a_weakened_promise_is_told_in_a_chat(
    world: Any,
    settings: Callable[..., Settings],
    running: Callable[[Settings], AbstractAsyncContextManager[App]],
) -> None:
    pytest.importorskip("apprise", exc_type=ImportError)
    told: list[dict[str, Any]] = []

    async def take(request: web.Request) -> web.Response:
        told.append(await request.json())
        await world.happened()
        return web.Response()

    app = web.Application()
    app.router.add_post("/room", take)
    world.put("/requests", PAGE.format(NOTICE))
    source = {"name": "requests", "company": "Harborlight", "kind": "page", "url": f"{world.url}/requests"}
    async with TestServer(app, host="127.0.0.1") as room:
        url = f"json://127.0.0.1:{room.port}/room"
        async with running(settings([source], notify=[{"kind": "apprise", "url": url}])):
            await world.polled("/requests", 3)
            world.put("/requests", PAGE.format(NOTICE.replace("will", "may")))
            await world.until(lambda: bool(told))
            await world.polled("/requests", 2)
    (message,) = told
    assert message["title"].startswith("Weakened: Harborlight")
    assert "[-will-]" in message["message"]
