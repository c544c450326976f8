"""Letters through a real SMTP server that greylists, refuses, loses its answer, and pages that try to write headers."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import UnthreadedController

from service.app import App
from service.configuration.settings import Settings
from service.store.deliveries import list_subscriptions
from service.store.outbox import DeliveryView, list_deliveries

MakeSettings = Callable[..., Settings]
Running = Callable[[Settings], AbstractAsyncContextManager[App]]
PAGE = (
    "<html><head><title>Requests&#13;&#10;Bcc: everybody@courier.example&#13;&#10;&#13;&#10;Dear reader</title></head>"
    "<body><main><h1>Requests</h1><p>{}</p></main></body></html>"
)
NOTICE = "We will notify affected users before we disclose their data to any government agency."
UNLESS = NOTICE[:-1] + ", unless we are legally prohibited from doing so."
MAY = UNLESS.replace("We will notify", "We may notify")
GREY, GONE, LOST, GOOD = (f"{name}@desk.example" for name in ("grey", "gone", "lost", "good"))


class Postmaster:
    """A mail server with a mind: what it does depends on the recipient."""

    def __init__(self) -> None:
        self.asked: defaultdict[str, int] = defaultdict(int)
        self.taken: defaultdict[str, list[EmailMessage]] = defaultdict(list)
        self.changed = asyncio.Event()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        self.asked[address] += 1
        self.changed.set()
        if address == GREY and self.asked[address] == 1:
            return "451 4.7.1 Greylisted, come back later"
        if address == GONE:
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        (address,) = envelope.rcpt_tos
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.taken[address].append(mail)
        self.changed.set()
        if address == LOST and len(self.taken[address]) == 1:
            server.transport.abort()  # the letter is here, the answer is not
        return "250 OK"

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for letters."""
        async with asyncio.timeout(60):
            while not true():
                self.changed.clear()
                await self.changed.wait()


@pytest.fixture
async def post() -> AsyncIterator[tuple[Postmaster, str]]:
    """The server, and its address as the configuration has it."""
    master = Postmaster()
    mail = UnthreadedController(master, hostname="127.0.0.1", port=0, loop=asyncio.get_running_loop())
    mail.server = await asyncio.get_running_loop().create_server(mail._factory_invoker, "127.0.0.1", 0)
    yield master, f"smtp://127.0.0.1:{mail.server.sockets[0].getsockname()[1]}"
    mail.server.close()
    await mail.server.wait_closed()


async def test_each_recipient_for_itself(
    world: Any, settings: MakeSettings, running: Running, post: tuple[Postmaster, str]
) -> None:
    master, smtp = post
    world.put("/requests", PAGE.format(NOTICE))
    made = settings(
        [{"name": "requests", "company": "Harborlight", "kind": "page", "url": f"{world.url}/requests"}],
        notify=[
            {
                "kind": "email",
                "to": [GREY, GONE, LOST, GOOD],
                "from": "record@courier.example",
                "smtp": smtp,
                "kinds": ["weakened", "strengthened"],  # not that a letter to another was given up
            }
        ],
        http={"listen": "127.0.0.1:0", "public_url": "https://record.example"},
    )
    async with running(made) as app:
        await world.polled("/requests", 3)
        world.put("/requests", PAGE.format(UNLESS))
        await master.until(
            lambda: all(map(len, (master.taken[GREY], master.taken[GOOD], master.taken[LOST][1:])))
        )
        world.put("/requests", PAGE.format(MAY))
        await master.until(
            lambda: (
                [len(master.taken[who]) for who in (GREY, LOST, GOOD)] == [2, 3, 2]
                and master.asked[GONE] == 2
            )
        )
        await app.deliverer.drain()
        owed = {address: await deliveries_of(app, address) for address in (GREY, GONE, LOST, GOOD)}

    letter, later = master.taken[GOOD]
    assert [one["Message-ID"] for one in master.taken[LOST][:2]] == [letter["Message-ID"]] * 2
    assert master.taken[GREY][0]["Message-ID"] == letter["Message-ID"]
    assert master.taken[GONE] == []
    assert master.asked[GONE] == 2, "once for each event, never again"
    assert [(one.state, len(one.attempts)) for one in owed[GONE]] == [("dead", 1)] * 2
    assert [attempt.status for attempt in owed[GREY][-1].attempts][:1] == [451]
    assert all(one.state == "delivered" for address in (GREY, LOST, GOOD) for one in owed[address])

    assert letter["Message-ID"] != later["Message-ID"]
    assert letter["References"] == later["References"] == letter["In-Reply-To"]
    for one in (letter, later):
        assert one["Bcc"] is None
        assert one["To"] == GOOD
        assert not one["Subject"].startswith("Dear")
        assert "\n" not in one["Subject"]
        assert one["List-Unsubscribe"].strip().startswith("<https://record.example/unsubscribe/")
        assert one["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["List-Unsubscribe"] != master.taken[GREY][0]["List-Unsubscribe"]


async def deliveries_of(app: App, address: str) -> tuple[DeliveryView, ...]:
    """What became of the letters to one recipient, newest event first."""
    (found,) = [one for one in await app.store.read(list_subscriptions) if one.target == address]
    page = await app.store.read(list_deliveries, found.id)
    return tuple(one for one in page.items if one.event_type.startswith("onrecord.assurance."))
