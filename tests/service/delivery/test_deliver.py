"""Deliveries against a real record; only the transports are made up."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import Connection

from notifiers.email import MailTransport
from notifiers.errors import TransportError
from notifiers.model import MailMessage, Receipt, WebhookMessage
from notifiers.webhook import WebhookTransport
from service.delivery.deliver import Deliverer, Mailbox, Terms
from service.events import envelope
from service.model import Category
from service.store.deliveries import Subscriber, list_subscriptions, next_delivery, sync_subscribers
from service.store.journal import Matter, append, digest_due
from service.store.store import Place, Store
from tests.keys import KEYRING

START = datetime(2026, 3, 1, 12, 10, tzinfo=UTC)
SECRET = "whsec_" + "c2FsdG1hcnNoIHNhbHRtYXJzaCBzYWx0"
KINDS = ("new", "withdrawn", "weakened")


@dataclass
class Fake:
    """Takes what it is given, or answers as it was told to."""

    sent: list[Any] = field(default_factory=list)
    answer: Callable[[Any], TransportError | None] = lambda _: None

    async def send(self, message: WebhookMessage | MailMessage) -> Receipt:
        error = self.answer(message)
        if error is not None:
            raise error
        self.sent.append(message)
        return Receipt(200)


@dataclass
class Bench:
    """A record with subscribers, a clock that is moved by hand, and the deliverer under test."""

    store: Store
    hook: Fake
    mail: Fake
    now: datetime = START

    async def start(self, *subscribers: Subscriber, schedule: tuple[float, ...] = (5.0, 300.0)) -> Deliverer:
        await self.store.write(sync_subscribers, subscribers, lambda: SECRET, self.now, KEYRING)
        box = Mailbox(cast(MailTransport, self.mail), "onrecord@courier.example")
        return Deliverer(
            self.store,
            cast(WebhookTransport, self.hook),
            {s.identity: box for s in subscribers if s.channel == "email"},
            keyring=KEYRING,
            terms=Terms(schedule, disable_after=3600.0),
            base="http://here",
            clock=lambda: self.now,
            chance=lambda: 0.5,
        )

    async def happen(self, company: str, kind: str = "weakened") -> None:
        await self.store.write(_event, company, kind, self.now)

    async def round(self, deliverer: Deliverer) -> datetime | None:
        """Send what is due; when the next falls due."""
        await deliverer.dispatch()
        await deliverer.drain()
        return await self.store.read(next_delivery, self.now)


def _event(connection: Connection, company: str, kind: str, now: datetime) -> None:
    data = {
        "kind": kind, "company": company, "categories": ["notice"],
        "old": {"text": "We will tell you.", "exception": ""}, "new": {"text": "We may tell you.", "exception": ""},
        "speaker": {"name": "", "role": "", "attribution": "first_party"}, "reason": "'will' became 'may'",
        "document": {"url": "https://x.example/p", "title": "P", "published": None, "observed": "2026-03-01T12:00:00Z",
                     "version": 2, "previous_version": 1},
        "links": {"change": "http://here/changes/chg_1", "evidence": "http://here/api/v1/versions/ver_1"},
    }  # fmt: skip

    def build(_: str, sequence: int) -> dict[str, Any]:
        return envelope(
            f"onrecord.assurance.{kind}",
            data,
            event_id=f"evt_{sequence}",
            sequence=sequence,
            at=now,
            source="s",
            subject=company,
        )

    append(connection, Matter(kind, company, (Category.NOTICE,), "s"), build, now)


def _spoil(connection: Connection) -> None:
    connection.exec_driver_sql("UPDATE events SET body = 'not json'")


@pytest.fixture
async def bench(begun: Place) -> AsyncIterator[Bench]:
    store = Store(begun).open()
    yield Bench(store, Fake(), Fake())
    await store.aclose()


def hook(name: str, **more: Any) -> Subscriber:
    return Subscriber(
        f"webhook:{name}", "webhook", f"https://{name}.example/", KINDS, **{"secret": SECRET, **more}
    )


def mail(name: str, **more: Any) -> Subscriber:
    return Subscriber(f"email:{name}", "email", "desk@courier.example", KINDS, **more)


async def test_order_is_kept_and_filters_hold(bench: Bench) -> None:
    deliverer = await bench.start(hook("all"), hook("some", companies=("quillnet",)))
    for company in ("Harborlight", "Quillnet", "Harborlight"):
        await bench.happen(company)
    await bench.happen("Harborlight", "figure")
    await bench.round(deliverer)
    got = [(m.url, m.id) for m in bench.hook.sent]
    assert [i for u, i in got if "all" in u] == ["evt_1", "evt_2", "evt_3"]
    assert [i for u, i in got if "some" in u] == ["evt_2"]


async def test_a_failing_endpoint_delays_no_other(bench: Bench) -> None:
    bench.hook.answer = lambda m: TransportError("no", status=500) if "bad" in m.url else None
    deliverer = await bench.start(hook("bad"), hook("good"))
    for _ in range(3):
        await bench.happen("Harborlight")
    await bench.round(deliverer)
    assert [m.id for m in bench.hook.sent] == ["evt_1", "evt_2", "evt_3"]


async def test_retries_follow_the_schedule_then_end_in_the_open(bench: Bench) -> None:
    bench.hook.answer = lambda _: TransportError("500", status=500)
    deliverer = await bench.start(hook("bad"))
    await bench.happen("Harborlight")
    waits = []
    for _ in range(5):
        following = await bench.round(deliverer)
        if following is None:
            break
        waits.append((following - bench.now).total_seconds())
        bench.now = following
    assert waits == [5.0, 300.0]
    (view,) = await bench.store.read(list_subscriptions)
    assert (view.dead, view.pending, view.delivered) == (1, 0, 0)


async def test_a_pause_that_the_endpoint_asks_for_is_kept(bench: Bench) -> None:
    bench.hook.answer = lambda _: TransportError("busy", status=429, retry_after=timedelta(minutes=2))
    deliverer = await bench.start(hook("busy"))
    await bench.happen("Harborlight")
    assert await bench.round(deliverer) == bench.now + timedelta(minutes=2)


async def test_410_disables_and_keeps_what_is_owed(bench: Bench) -> None:
    bench.hook.answer = lambda _: TransportError("gone", status=410, gone=True)
    deliverer = await bench.start(hook("gone"))
    await bench.happen("Harborlight")
    await bench.round(deliverer)
    (view,) = await bench.store.read(list_subscriptions)
    assert (view.state, view.pending) == ("disabled", 1)
    assert await bench.round(deliverer) is None
    bench.hook.answer = lambda _: None
    bench.now += timedelta(minutes=1)
    again = await bench.start(hook("gone"))
    await bench.round(again)
    assert [m.id for m in bench.hook.sent] == ["evt_1"]


async def test_an_endpoint_that_only_fails_is_given_up(bench: Bench) -> None:
    bench.hook.answer = lambda _: TransportError("500", status=500)
    deliverer = await bench.start(hook("bad"), schedule=(5.0,) * 50)
    await bench.happen("Harborlight")
    await bench.round(deliverer)
    bench.now += timedelta(hours=2)
    await bench.round(deliverer)
    (view,) = await bench.store.read(list_subscriptions)
    assert view.state == "disabled"
    assert "nothing arrived since" in view.reason


async def test_a_permanent_refusal_is_not_repeated(bench: Bench) -> None:
    bench.mail.answer = lambda _: TransportError("no such user", permanent=True, status=550)
    deliverer = await bench.start(mail("desk"))
    await bench.happen("Harborlight")
    assert await bench.round(deliverer) is None
    (view,) = await bench.store.read(list_subscriptions)
    assert view.dead == 1


async def test_mail_is_one_letter_an_event_in_one_thread(bench: Bench) -> None:
    deliverer = await bench.start(mail("desk"))
    await bench.happen("Harborlight")
    await bench.happen("Harborlight")
    await bench.round(deliverer)
    first, second = bench.mail.sent
    assert (first.id, second.id) == ("evt_1", "evt_2")
    assert first.references == second.references
    assert first.to == ("desk@courier.example",)


async def test_a_digest_waits_for_its_hour_and_is_one_letter(bench: Bench) -> None:
    deliverer = await bench.start(mail("desk", digest="hourly"))
    await bench.happen("Harborlight")
    await bench.happen("Quillnet")
    due = await bench.round(deliverer)
    assert (bench.mail.sent, due) == ([], START.replace(hour=13, minute=0))
    bench.now = START.replace(hour=13, minute=0)
    await bench.round(deliverer)
    (letter,) = bench.mail.sent
    assert "Harborlight" in letter.text
    assert "Quillnet" in letter.text
    (view,) = await bench.store.read(list_subscriptions)
    assert view.delivered == 2


async def test_a_daily_digest_is_one_letter_a_day_at_six(bench: Bench) -> None:
    deliverer = await bench.start(mail("desk", digest="daily"))
    for _ in range(3):
        await bench.happen("Harborlight")
        bench.now += timedelta(hours=8)  # from noon: in the evening, before six, at noon
        await bench.round(deliverer)
    (letter,) = bench.mail.sent
    assert letter.subject.startswith("Digest: 3 ")
    (view,) = await bench.store.read(list_subscriptions)
    assert (view.delivered, view.pending) == (3, 0)


@pytest.mark.parametrize(
    ("digest", "clock", "hours"),
    [
        ("none", "12:00:00", 0),
        ("hourly", "12:00:00", 1),
        ("hourly", "23:30:00", 0.5),
        ("daily", "05:30:00", 0.5),
        ("daily", "06:00:00", 24),
    ],
)
def test_when_a_digest_goes_out(digest: str, clock: str, hours: float) -> None:
    now = datetime.fromisoformat(f"2026-03-01T{clock}+00:00")
    assert digest_due(digest, now) == now + timedelta(hours=hours)


async def test_what_cannot_be_told_holds_back_no_other_of_its_digest(bench: Bench) -> None:
    deliverer = await bench.start(mail("desk", digest="hourly"), schedule=(5.0,) * 9)
    await bench.happen("Harborlight")
    await bench.store.write(_spoil)
    await bench.happen("Harborlight")
    await bench.happen("Quillnet")
    bench.now += timedelta(hours=1)
    await bench.round(deliverer)
    (letter,) = bench.mail.sent
    assert "Harborlight" in letter.text
    assert "Quillnet" in letter.text
    (view,) = await bench.store.read(list_subscriptions)
    assert (view.delivered, view.pending) == (2, 1)
    for _ in range(6):
        following = await bench.round(deliverer)
        bench.now = following or bench.now + timedelta(seconds=5)
    (view,) = await bench.store.read(list_subscriptions)
    assert (view.delivered, view.dead, len(bench.mail.sent)) == (2, 1, 1)


async def test_a_message_that_cannot_be_made_is_given_up_and_the_queue_goes_on(bench: Bench) -> None:
    deliverer = await bench.start(mail("desk"), schedule=(5.0,) * 9)
    await bench.happen("Harborlight")
    await bench.store.write(_spoil)
    await bench.happen("Harborlight")
    for _ in range(6):
        following = await bench.round(deliverer)
        bench.now = following or bench.now + timedelta(seconds=5)
    assert [m.id for m in bench.mail.sent] == ["evt_2"]
    (view,) = await bench.store.read(list_subscriptions)
    assert (view.dead, view.delivered) == (1, 1)
