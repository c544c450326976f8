"""A dead man's switch, beating against a real server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from service.process.heartbeat import Heartbeat, trouble_url

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://hc.example/ping/abc", "https://hc.example/ping/abc/fail"),
        ("https://hc.example/abc/?rid=1", "https://hc.example/abc/fail?rid=1"),
        ("https://hc.example", "https://hc.example/fail"),
    ],
)
def test_trouble_has_an_address_of_its_own(url: str, expected: str) -> None:
    assert trouble_url(url) == expected


async def test_it_says_how_we_are_and_comes_back_sooner_when_nobody_heard() -> None:
    asked: list[str] = []
    state = {"well": True, "status": 200}

    async def listen(request: web.Request) -> web.Response:
        asked.append(f"{request.method} {request.path}")
        return web.Response(status=state["status"])

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", listen)
    async with aiohttp.ClientSession() as session:
        async with TestServer(app) as server:
            heart = Heartbeat(
                session,
                str(server.make_url("/abc")),
                300.0,
                ready=lambda: (bool(state["well"]), ""),
                user_agent="onrecord/test",
                clock=lambda: NOW,
            )
            assert await heart.beat() == NOW + timedelta(minutes=5)
            state["well"] = False
            assert await heart.beat() == NOW + timedelta(minutes=5)
            state["status"] = 503
            assert await heart.beat() == NOW + timedelta(seconds=30)
        assert await heart.beat() == NOW + timedelta(seconds=30), "the server is gone"
    assert asked == ["GET /abc", "GET /abc/fail", "GET /abc/fail"]
