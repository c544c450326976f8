"""What is owed by mail, over log-ins and recipients that are refused. The clock is moved by hand."""

from __future__ import annotations

from datetime import timedelta

from notifiers.errors import TransportError
from service.store.subscriptions import (
    list_subscriptions,
)
from tests.service.desk import START, Desk, ids

# ------------------------------------------------------------------ mail


async def test_a_log_in_that_is_refused_loses_no_alert(desk: Desk) -> None:
    desk.post.answer = lambda _: TransportError("refused the log-in", permanent=True, status=535)
    deliverer = await desk.start(mails=("desk@courier.example",))
    await desk.happen(3)
    await desk.live(deliverer, START + timedelta(hours=2))
    desk.post.answer = lambda _: None
    await desk.live(deliverer, START + timedelta(hours=6))
    assert [mail.id for mail in desk.post.sent] == ids(1, 3)


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
