"""What is owed by mail, over log-ins and recipients that are refused. The clock is moved by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifiers.errors import TransportError
from service.store.history import events_after
from service.store.outbox import list_deliveries
from service.store.subscriptions import list_subscriptions
from tests.service.desk import START, Desk, ids

GONE = TransportError(
    "the mail server refused every recipient with 550", permanent=True, status=550, recipient=True
)

# ------------------------------------------------------------------ mail


@pytest.mark.parametrize("status", [504, 530, 534, 535, 538])
async def test_a_log_in_that_is_refused_loses_no_alert(desk: Desk, status: int) -> None:
    desk.post.answer = lambda _: TransportError(
        "refused the log-in", permanent=True, status=status, log_in=True
    )
    deliverer = await desk.start(mails=("desk@courier.example",))
    await desk.happen(3)
    await desk.live(deliverer, START + timedelta(hours=2))
    desk.post.answer = lambda _: None
    await desk.live(deliverer, START + timedelta(hours=6))
    assert [mail.id for mail in desk.post.sent] == ids(1, 3)


async def test_504_to_anything_but_a_log_in_ends_the_delivery(desk: Desk) -> None:
    desk.post.answer = lambda _: TransportError("refused every recipient", permanent=True, status=504)
    deliverer = await desk.start(mails=("desk@courier.example",))
    await desk.happen()
    await desk.live(deliverer, START + timedelta(hours=6))
    assert desk.post.asked == 1


async def test_a_recipient_refused_for_now_is_tried_again_and_no_other(desk: Desk) -> None:
    deliverer = await desk.start(mails=("desk@courier.example", "grey@courier.example"))
    desk.post.answer = lambda mail: TransportError("greylisted", status=451) if "grey" in mail.to[0] else None
    await desk.happen()
    await desk.send_due(deliverer)
    desk.post.answer = lambda _: None
    await desk.live(deliverer, START + timedelta(minutes=10))
    assert [mail.to[0] for mail in desk.post.sent] == ["desk@courier.example", "grey@courier.example"]
    assert {mail.id for mail in desk.post.sent} == {"evt_1"}
    assert len({mail.at for mail in desk.post.sent} - {None}) == 1, "a retry has the same Date"


async def test_a_mailbox_that_is_no_more_is_switched_off_and_the_others_are_told(desk: Desk) -> None:
    deliverer = await desk.start("well", mails=("left@courier.example", "desk@courier.example"))
    desk.post.answer = lambda mail: GONE if "left" in mail.to[0] else None
    for day in range(5):
        await desk.happen()
        await desk.live(deliverer, START + timedelta(days=day + 1))
    assert {view.state for view in await desk.store.read(list_subscriptions)} == {"active"}, "for five days"
    await desk.happen()
    await desk.live(deliverer, START + timedelta(days=7))
    asked = desk.post.asked
    await desk.happen()
    await desk.live(deliverer, START + timedelta(days=8))

    views = {view.target: view for view in await desk.store.read(list_subscriptions)}
    left = views.pop("left@courier.example")
    assert (left.state, left.reason) == ("disabled", "nothing arrived since 2026-03-01 12:00 UTC")
    assert {view.state for view in views.values()} == {"active"}
    assert desk.post.asked == asked + 1, "the other mailbox alone is written to"
    page = await desk.store.read(list_deliveries, left.id, limit=100)
    assert [one.state for one in page.items if one.state == "pending"] == ["pending"] * 2, (
        "kept for its return"
    )
    (event,) = [
        e for e in await desk.store.read(events_after, 0, 100) if e.type == "onrecord.subscription.disabled"
    ]
    assert b"courier.example" in event.body
    assert event.id in desk.endpoint.ids("well")
    assert event.id in {mail.id for mail in desk.post.sent}


async def test_a_mailbox_that_takes_one_letter_in_five_days_stays(desk: Desk) -> None:
    deliverer = await desk.start(mails=("picky@courier.example",))
    for day in range(12):
        desk.post.answer = (lambda _: None) if day == 4 else (lambda _: GONE)
        await desk.happen()
        await desk.live(deliverer, START + timedelta(days=day + 1))
        (view,) = await desk.store.read(list_subscriptions)
        assert view.state == ("disabled" if day > 9 else "active"), day


@pytest.mark.parametrize("status", [552, 554])
async def test_letters_that_are_refused_for_what_they_are_switch_nothing_off(desk: Desk, status: int) -> None:
    deliverer = await desk.start(mails=("desk@courier.example",))
    desk.post.answer = lambda _: TransportError("refused", permanent=True, status=status)
    for day in (1, 7, 13):
        await desk.happen()
        await desk.live(deliverer, START + timedelta(days=day))
    desk.post.answer = lambda _: GONE
    await desk.happen()
    await desk.live(deliverer, START + timedelta(days=14))
    (view,) = await desk.store.read(list_subscriptions)
    assert (view.state, desk.post.asked) == ("active", 4), "the mailbox has been refused once"


async def test_a_digest_that_a_mailbox_will_never_take_switches_it_off_once(desk: Desk) -> None:
    deliverer = await desk.start("well", mails=("left@courier.example",), digest="daily")
    desk.post.answer = lambda _: GONE
    for day in range(8):
        await desk.happen(3)
        await desk.live(deliverer, START + timedelta(days=day + 1))
    (left,) = [view for view in await desk.store.read(list_subscriptions) if view.channel == "email"]
    assert left.state == "disabled"
    told = await desk.store.read(events_after, 0, 100)
    assert [e.type for e in told].count("onrecord.subscription.disabled") == 1


async def test_mail_can_be_unsubscribed_from_where_strangers_reach_us(desk: Desk) -> None:
    desk.public_url = "https://record.example"
    deliverer = await desk.start(mails=("desk@courier.example",))
    await desk.happen()
    await deliverer.dispatch()
    await deliverer.drain()
    (view,) = await desk.store.read(list_subscriptions)
    headers = dict(desk.post.sent[0].headers)
    assert headers["List-Unsubscribe"] == f"<https://record.example/unsubscribe/{view.token}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert len(view.token) >= 32


# ------------------------------------------------------------------ the pause
