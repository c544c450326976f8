"""Whatever goes wrong with a delivery, no secret comes into the log, the record of attempts or an answer."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
import structlog

from service.process.logs import configure
from tests.conftest import SECRET
from tests.hostile import pages

TOKEN, PASSWORD = "token-that-nobody-sees", "password-that-nobody-sees"


async def test_no_secret_comes_out(
    world: Any,
    settings: Callable[..., Any],
    running: Callable[..., Any],
    unused_tcp_port: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = io.StringIO()
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    monkeypatch.setattr(sys, "stderr", out)
    configure(verbose=True)
    world.hook_status = 500
    url = world.put("/a", pages.GOOD)
    made = settings(
        [{"name": "a", "kind": "page", "company": "Quillnet", "url": url}],
        http={"listen": f"127.0.0.1:{unused_tcp_port}", "token": TOKEN},
        notify=[
            {"kind": "webhook", "url": f"{world.url}/hook", "secret": SECRET},
            {
                "kind": "email",
                "to": ["desk@example.org"],
                "from": "onrecord@example.org",
                "smtp": f"smtp://user:{PASSWORD}@{world.smtp.removeprefix('smtp://')}",
            },
        ],
    )
    answers = []
    try:
        async with running(made):
            await world.polled("/a")
            world.put("/a", pages.GOOD.replace("214 requests", "381 requests"))
            await world.until(lambda: len(world.attempts) >= 2)
            async with aiohttp.ClientSession(f"http://127.0.0.1:{unused_tcp_port}") as session:
                for path in (
                    "/api/v1/subscriptions",
                    "/api/v1/sources",
                    "/metrics",
                    "/subscriptions",
                    "/sources",
                ):
                    for given in (TOKEN, "wrong"):
                        async with session.get(path, headers={"Authorization": f"Bearer {given}"}) as answer:
                            answers.append(await answer.text())
    finally:
        structlog.reset_defaults()
        logging.getLogger().handlers[:] = handlers
        logging.getLogger().setLevel(level)
    said = out.getvalue() + "".join(answers)
    assert "delivery.failed" in said
    for secret in (SECRET, SECRET.removeprefix("whsec_"), TOKEN, PASSWORD):
        assert secret not in said
