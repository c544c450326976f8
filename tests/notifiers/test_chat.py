"""Chats by way of apprise, against a real server that speaks its plainest notation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from notifiers.chat import ChatTransport
from notifiers.errors import TransportError
from notifiers.model import TextMessage

MESSAGE = TextMessage(
    "Weakened: Harborlight\x07 on notice", "We [-will-] {+may+} notify.\n\nWhy: 'will' became 'may'"
)


@dataclass
class Room:
    """Keeps what it is told, or does not."""

    told: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    wait: float = 0.0
    url: str = ""
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        await asyncio.sleep(self.wait)
        self.told.append(await request.json())
        self.heard.set()
        return web.Response(status=self.status)


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    pytest.importorskip("apprise", exc_type=ImportError)
    made = Room()
    app = web.Application()
    app.router.add_post("/room", made.take)
    async with TestServer(app, host="127.0.0.1") as server:
        made.url = f"json://127.0.0.1:{server.port}/room"
        yield made


async def test_a_text_arrives_cleaned(room: Room) -> None:
    receipt = await ChatTransport(room.url, timeout=20).send(MESSAGE)
    assert receipt.status == 200
    (told,) = room.told
    assert told["title"] == "Weakened: Harborlight on notice"
    assert told["message"].splitlines()[0] == "We [-will-] {+may+} notify."


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("@everyone, @channel", "@\u200beveryone, @\u200bchannel"),
        ("<!channel> <@U1> <b>", "<\u200b!channel> <\u200b@\u200bU1> <\u200bb>"),
        ("[click](http://evil.example)", "[click]\u200b(http://evil.example)"),
        ("law@desk.example, https://courier.example/@desk, 1 < 2, [-will-]{+may+}", None),
    ],
)
async def test_a_strangers_words_call_nobody_and_hide_no_address(
    room: Room, said: str, told: str | None
) -> None:
    await ChatTransport(room.url, timeout=20).send(TextMessage(said, said))
    (message,) = room.told
    assert message["title"] == message["message"] == (told or said)


async def test_a_refusal_can_be_tried_again(room: Room) -> None:
    room.status = 500
    with pytest.raises(TransportError, match="did not take") as caught:
        await ChatTransport(room.url, timeout=20).send(MESSAGE)
    assert not caught.value.permanent


async def test_it_is_not_waited_for_without_end(room: Room) -> None:
    room.wait = 1.0
    with pytest.raises(TransportError, match=r"within 0\.2 s"):
        await ChatTransport(room.url, timeout=0.2).send(MESSAGE)
    await room.heard.wait()  # the library's thread is still there: let it end


def test_what_is_secret_is_not_shown(room: Room) -> None:
    token = "TIiajkdnlazkcOXrIdevi7FQ"
    shown = ChatTransport(f"slack://T1JJ3T3L2/A1BRTD4JD/{token}/#general", timeout=1).address
    assert shown.startswith("slack://")
    assert token not in shown


@pytest.mark.parametrize("url", ["nonsense://x", "hello", "", "slack://"])
def test_an_unknown_address_is_said(room: Room, url: str) -> None:
    with pytest.raises(ValueError, match="none that apprise knows"):
        ChatTransport(url, timeout=1)
