"""A record with subscriptions, endpoints that do as told, and a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Connection

from notifiers.email import MailTransport
from notifiers.errors import TransportError
from notifiers.model import MailMessage, Receipt, WebhookMessage
from notifiers.webhook import WebhookTransport
from service.delivery.deliver import Deliverer, Mailbox, Terms
from service.events import envelope
from service.store.deliveries import next_delivery
from service.store.journal import Matter, append
from service.store.outbox import list_deliveries
from service.store.store import Store
from service.store.subscriptions import (
    Subscriber,
    list_subscriptions,
    sync_subscribers,
)
from tests.keys import KEYRING

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECRET, NEXT = "whsec_" + "c2FsdG1hcnNoIHNhbHRtYXJzaCBzYWx0", "whsec_" + "bWFyc2hzYWx0IG1hcnNoc2FsdCBtYXJz"
SCHEDULE = (5.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0, 50400.0, 72000.0, 86400.0)
KINDS = ("weakened", "disabled", "undelivered")


@dataclass
class Endpoint:
    """Every subscriber's endpoint: which of them are down, which events each of them cannot stand."""

    got: list[tuple[str, str]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    down: set[str] = field(default_factory=set)
    hated: set[str] = field(default_factory=set)
    exempt: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    """Events that are taken, and the answer to them is lost once."""
    secrets: tuple[str, ...] = ()

    async def send(self, message: WebhookMessage) -> Receipt:
        name = message.url.removeprefix("https://").removesuffix(".example/")
        self.asked.append((name, message.id))
        self.secrets = message.secrets
        if name in self.down or (message.id in self.hated and name not in self.exempt):
            raise TransportError("the endpoint answered 500", status=500)
        self.got.append((name, message.id))
        if message.id in self.lost:
            self.lost.remove(message.id)
            raise TransportError("the request failed: Connection reset by peer")
        return Receipt(200)

    def ids(self, name: str) -> list[str]:
        return [event for who, event in self.got if who == name]


@dataclass
class Post:
    """A mail server that answers as it is told to."""

    answer: Callable[[MailMessage], TransportError | None] = lambda _: None
    sent: list[MailMessage] = field(default_factory=list)
    asked: int = 0

    async def send(self, message: MailMessage) -> Receipt:
        self.asked += 1
        error = self.answer(message)
        if error:
            raise error
        self.sent.append(message)
        return Receipt(250)


@dataclass
class Desk:
    """A record, endpoints, a clock."""

    store: Store
    endpoint: Endpoint = field(default_factory=Endpoint)
    post: Post = field(default_factory=Post)
    now: datetime = START
    schedule: tuple[float, ...] = SCHEDULE
    disable_after: float = 432000.0
    public_url: str = ""

    async def start(self, *names: str, mails: tuple[str, ...] = (), digest: str = "none") -> Deliverer:
        wanted = [
            Subscriber(f"webhook:{n}", "webhook", f"https://{n}.example/", KINDS, secret=SECRET)
            for n in names
        ] + [Subscriber(f"email:{m}", "email", m, KINDS, digest=digest) for m in mails]
        await self.store.write(sync_subscribers, wanted, lambda: SECRET, self.now, KEYRING)
        box = Mailbox(cast(MailTransport, self.post), "onrecord@courier.example")
        return Deliverer(
            self.store,
            cast(WebhookTransport, self.endpoint),
            {s.identity: box for s in wanted if s.channel == "email"},
            keyring=KEYRING,
            terms=Terms(self.schedule, self.disable_after),
            base="http://here",
            public_url=self.public_url,
            clock=lambda: self.now,
            chance=lambda: 0.5,
        )

    async def happen(self, count: int = 1) -> None:
        await self.store.write(_happen, count, self.now)

    async def send_due(self, deliverer: Deliverer) -> None:
        """Until nothing is due now, as the daemon does."""
        for _ in range(1000):
            before = len(self.endpoint.asked) + self.post.asked
            await deliverer.dispatch()
            await deliverer.drain()
            if len(self.endpoint.asked) + self.post.asked == before:
                return

    async def live(self, deliverer: Deliverer, until: datetime) -> None:
        """Send what falls due up to then, each at its time."""
        while True:
            await self.send_due(deliverer)
            following = await self.store.read(next_delivery, self.now)
            if following is None or following > until:
                self.now = until
                return
            self.now = following

    async def tries(self) -> dict[str, int]:
        (view, *_) = await self.store.read(list_subscriptions)
        page = await self.store.read(list_deliveries, view.id, limit=500)
        return {one.event_id: len(one.attempts) for one in page.items}


def _happen(connection: Connection, count: int, now: datetime) -> None:
    for _ in range(count):

        def build(_: str, sequence: int) -> dict[str, Any]:
            return envelope(
                "onrecord.assurance.weakened",
                {"kind": "weakened", "company": "Quillnet"},
                event_id=f"evt_{sequence}",
                sequence=sequence,
                at=now,
                source="s",
                subject="Quillnet",
            )

        append(connection, Matter("weakened", "Quillnet", source="s"), build, now)


def ids(first: int, last: int) -> list[str]:
    return [f"evt_{n}" for n in range(first, last + 1)]
