"""A subscription's line over long outages: order, pace, poison. The clock is moved by hand."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import Connection, text

from notifiers.model import Receipt, WebhookMessage
from service.decision.line import LONGEST, hold_until
from service.decision.line import test_again as next_test
from service.store.attempts import begin_attempts, resume_interrupted
from service.store.deliveries import due_deliveries, next_delivery
from service.store.history import events_after
from service.store.outbox import list_deliveries
from service.store.redelivery import replay, retry_delivery
from service.store.subscriptions import (
    list_subscriptions,
    remove_subscription,
    rotate_secret,
)
from tests.service.desk import NEXT, SCHEDULE, SECRET, START, Desk, Endpoint, ids


@pytest.mark.parametrize("an_hour", [40, pytest.param(417, marks=pytest.mark.slow)])
async def test_events_wait_for_a_day_and_arrive_in_order(desk: Desk, an_hour: int) -> None:
    """Ten thousand in the slow form."""
    deliverer = await desk.start("down", "well")
    desk.endpoint.down.add("down")
    for _ in range(24):
        await desk.happen(an_hour)
        await desk.live(deliverer, desk.now + timedelta(hours=1))
    assert desk.endpoint.ids("down") == []
    assert desk.endpoint.ids("well") == ids(1, 24 * an_hour)
    asked = sum(who == "down" for who, _ in desk.endpoint.asked)
    assert asked < 250, "a failing endpoint is asked a few times an hour"
    desk.endpoint.down.clear()
    await desk.live(deliverer, desk.now + timedelta(hours=1))
    assert desk.endpoint.ids("down") == ids(1, 24 * an_hour)
    (down, _) = await desk.store.read(list_subscriptions)
    assert (down.pending, down.dead, down.failing_since) == (0, 0, None)


async def test_a_single_event_follows_the_schedule_exactly(desk: Desk) -> None:
    deliverer = await desk.start("down")
    desk.endpoint.down.add("down")
    await desk.happen()
    times = []
    while True:
        await desk.send_due(deliverer)
        times.append((desk.now - START).total_seconds())
        following = await desk.store.read(next_delivery, desk.now)
        if following is None:
            break
        desk.now = following
    waits = [after - before for before, after in pairwise(times)]
    assert tuple(waits) == SCHEDULE
    (view,) = await desk.store.read(list_subscriptions)
    assert view.dead == 1


async def test_looking_whether_it_is_back_uses_up_no_ones_schedule(desk: Desk) -> None:
    deliverer = await desk.start("down")
    desk.endpoint.down.add("down")
    await desk.happen(3)
    await desk.live(deliverer, START + timedelta(hours=60))
    (view,) = await desk.store.read(list_subscriptions)
    assert (view.pending, view.dead) == (3, 0)
    desk.endpoint.down.clear()
    await desk.live(deliverer, desk.now + timedelta(hours=16))
    assert desk.endpoint.ids("down") == ids(1, 3)


async def test_a_short_outage_keeps_the_order(desk: Desk) -> None:
    deliverer = await desk.start("down")
    desk.endpoint.down.add("down")
    await desk.happen(3)
    await desk.live(deliverer, START + timedelta(minutes=1))
    assert {event for _, event in desk.endpoint.asked} == {"evt_1"}
    desk.endpoint.down.clear()
    await desk.live(deliverer, START + timedelta(minutes=10))
    assert desk.endpoint.ids("down") == ids(1, 3)


class Hall(Endpoint):
    """Counts who is inside at once."""

    inside, most = 0, 0

    async def send(self, message: WebhookMessage) -> Receipt:
        self.inside += 1
        self.most = max(self.most, self.inside)
        for _ in range(20):
            await asyncio.sleep(0)
        self.inside -= 1
        return await super().send(message)


async def test_four_at_once_to_one_host_and_no_more(desk: Desk) -> None:
    desk.endpoint = hall = Hall()
    deliverer = await desk.start(*(f"same.example/{n}" for n in range(10)))
    await desk.happen()
    await desk.send_due(deliverer)
    assert len(hall.got) == 10
    assert hall.most == 4


async def test_an_answer_that_is_lost_brings_the_same_event_again_and_no_other(desk: Desk) -> None:
    desk.endpoint.lost = {"evt_2"}
    deliverer = await desk.start("hook")
    await desk.happen(3)
    await desk.live(deliverer, START + timedelta(minutes=1))
    assert desk.endpoint.ids("hook") == ["evt_1", "evt_2", "evt_2", "evt_3"]
    (view,) = await desk.store.read(list_subscriptions)
    assert (view.pending, view.delivered) == (0, 3)


async def test_what_was_being_sent_when_the_program_died_goes_first(desk: Desk) -> None:
    deliverer = await desk.start("hook")
    await desk.happen(3)
    owed = await desk.store.read(due_deliveries, desk.now, 2)
    later = desk.now + timedelta(minutes=5)
    await desk.store.write(begin_attempts, {one.id: one.number for one in owed}, desk.now, later)
    assert [one.event_id for one in await desk.store.read(due_deliveries, desk.now, 3)] == ["evt_3"]
    assert await desk.store.write(resume_interrupted, desk.now) == 2
    await desk.send_due(deliverer)
    assert desk.endpoint.ids("hook") == ids(1, 3)
    (view,) = await desk.store.read(list_subscriptions)
    page = await desk.store.read(list_deliveries, view.id)
    outcomes = [[attempt.outcome for attempt in one.attempts] for one in page.items]
    assert outcomes == [["delivered"], ["lost", "delivered"], ["lost", "delivered"]]


@pytest.mark.parametrize("hated", [{"evt_1"}, {"evt_1", "evt_2"}, {"evt_3"}])
async def test_an_event_that_the_endpoint_cannot_stand_stops_no_other(desk: Desk, hated: set[str]) -> None:
    deliverer = await desk.start("picky")
    desk.endpoint.hated = hated
    await desk.happen(6)
    await desk.live(deliverer, START + timedelta(hours=2))
    assert desk.endpoint.ids("picky") == [one for one in ids(1, 6) if one not in hated]
    await desk.live(deliverer, START + timedelta(hours=90))
    (view,) = await desk.store.read(list_subscriptions)
    assert (view.delivered, view.dead, view.state) == (6 - len(hated), len(hated), "active")
    assert all(n >= 10 for event, n in (await desk.tries()).items() if event in hated)


async def test_after_five_days_it_is_switched_off_and_the_others_are_told(desk: Desk) -> None:
    deliverer = await desk.start("down", "well")
    desk.endpoint.down.add("down")
    for day in range(7):
        await desk.happen()
        await desk.live(deliverer, START + timedelta(days=day + 1))
    (down, well) = await desk.store.read(list_subscriptions)
    assert (down.state, well.state) == ("disabled", "active")
    assert down.reason == "nothing arrived since 2026-03-01 12:00 UTC"
    told = [
        e for e in await desk.store.read(events_after, 0, 100) if e.type == "onrecord.subscription.disabled"
    ]
    (event,) = told
    assert b"down.example" in event.body
    assert f'"source":"/subscriptions/{down.id}"'.encode() in event.body
    assert event.id in desk.endpoint.ids("well")
    page = await desk.store.read(list_deliveries, down.id, limit=100)
    assert event.id not in {one.event_id for one in page.items}
    assert len(page.items) == 7, "what it is owed is kept"


async def test_one_failure_after_a_long_silence_switches_nothing_off(desk: Desk) -> None:
    desk.schedule = (5.0,)
    deliverer = await desk.start("hook")
    desk.endpoint.hated = {"evt_1"}
    await desk.happen()
    await desk.live(deliverer, START + timedelta(days=9))
    await desk.happen()
    desk.endpoint.down.add("hook")
    await desk.send_due(deliverer)
    desk.endpoint.down.clear()
    await desk.live(deliverer, desk.now + timedelta(minutes=1))
    (view,) = await desk.store.read(list_subscriptions)
    assert (view.state, view.dead, desk.endpoint.got[-1][1]) == ("active", 1, "evt_3")


async def test_what_is_given_up_is_told_to_the_others_once_a_day(desk: Desk) -> None:
    desk.schedule = (5.0,)
    deliverer = await desk.start("picky", "well")
    desk.endpoint.hated = {"evt_1", "evt_2", "evt_3"}
    desk.endpoint.exempt = {"well"}
    await desk.happen(3)
    await desk.live(deliverer, START + timedelta(hours=1))
    told = [e for e in await desk.store.read(events_after, 0, 100) if e.type.endswith(".undelivered")]
    (event,) = told
    assert b'"event":"evt_1"' in event.body
    assert b"given up after 2 attempts" in event.body
    assert desk.endpoint.ids("well")[-1] == event.id
    assert event.id not in desk.endpoint.ids("picky")


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
async def test_a_full_disk_stops_sending_and_loses_nothing(desk: Desk) -> None:
    """What cannot be counted is not sent; what was sent and could not be written down comes again."""
    deliverer = await desk.start("hook")
    await desk.happen(400)
    pages = await desk.store.read(lambda c: c.execute(text("PRAGMA page_count")).scalar_one())
    await desk.store.write(_pragma, f"max_page_count={pages + 1}")
    for _ in range(3):
        await deliverer.dispatch()
        await deliverer.drain()
    assert "full" in desk.store.failing
    assert len(set(desk.endpoint.ids("hook"))) < 400
    await desk.store.write(_pragma, "max_page_count=1000000")
    await desk.live(deliverer, START + timedelta(hours=1))
    assert sorted(set(desk.endpoint.ids("hook")), key=lambda i: int(i[4:])) == ids(1, 400)
    (view,) = await desk.store.read(list_subscriptions)
    assert (view.pending, view.delivered) == (0, 400)


def _pragma(connection: Connection, setting: str) -> None:
    connection.exec_driver_sql(f"PRAGMA {setting}")


# ------------------------------------------------------------------ once more


async def test_a_dead_delivery_can_be_tried_again_by_hand(desk: Desk) -> None:
    desk.schedule = (5.0,)
    deliverer = await desk.start("down")
    desk.endpoint.down.add("down")
    await desk.happen()
    await desk.live(deliverer, START + timedelta(hours=1))
    (view,) = await desk.store.read(list_subscriptions)
    ((dead,), _) = (await desk.store.read(list_deliveries, view.id)).items, None
    assert dead.state == "dead"
    desk.endpoint.down.clear()
    assert await desk.store.write(retry_delivery, dead.id, desk.now) == ""
    await desk.send_due(deliverer)
    assert desk.endpoint.ids("down") == ["evt_1"]
    assert [a.number for a in (await desk.store.read(list_deliveries, view.id)).items[0].attempts] == [
        1,
        2,
        3,
    ]
    assert await desk.store.write(retry_delivery, "dlv_x", desk.now) == "missing"


async def test_a_replay_sends_what_went_before_and_what_was_never_owed(desk: Desk) -> None:
    await desk.start("early")
    await desk.happen(2)
    desk.now += timedelta(hours=1)
    await desk.happen(2)
    deliverer = await desk.start("early", "late")
    late = (await desk.store.read(list_subscriptions))[1]
    done = await desk.store.write(replay, late.id, desk.now, sequence=2)
    assert (done.deliveries, done.next_sequence) == (3, None)
    await desk.send_due(deliverer)
    assert desk.endpoint.ids("late") == ids(2, 4)
    await desk.store.write(replay, late.id, desk.now, since=START + timedelta(minutes=30))
    await desk.send_due(deliverer)
    assert desk.endpoint.ids("late") == [*ids(2, 4), *ids(3, 4)]


async def test_both_secrets_sign_for_a_day_after_a_rotation(desk: Desk) -> None:
    deliverer = await desk.start("hook")
    (view,) = await desk.store.read(list_subscriptions)
    await desk.store.write(rotate_secret, view.id, NEXT, desk.now)
    await desk.happen()
    await desk.send_due(deliverer)
    assert desk.endpoint.secrets == (NEXT, SECRET)
    desk.now += timedelta(hours=24)
    await desk.happen()
    await desk.send_due(deliverer)
    assert list(desk.endpoint.secrets) == [NEXT]


async def test_one_that_is_ended_gets_nothing_more_of_its_queue(desk: Desk) -> None:
    deliverer = await desk.start("hook")
    (view,) = await desk.store.read(list_subscriptions)
    await desk.happen(10)
    first = asyncio.Event()
    go_on = asyncio.Event()

    async def slowly(message: WebhookMessage) -> Receipt:
        desk.endpoint.got.append(("hook", message.id))
        first.set()
        await go_on.wait()
        return Receipt(200)

    desk.endpoint.send = slowly  # type: ignore[method-assign]
    await deliverer.dispatch()
    await first.wait()
    assert await desk.store.write(remove_subscription, view.id)
    go_on.set()
    await deliverer.drain()
    assert desk.endpoint.ids("hook") == ["evt_1"]


def test_the_pause_grows_with_the_outage_up_to_half_an_hour() -> None:
    def pause(hours: float) -> float:
        since = START - timedelta(hours=hours)
        held = hold_until(START, since, SCHEDULE, 0.5, tries=9, head_again=None, asked=None)
        return (held - START).total_seconds()

    assert [pause(0), pause(0.1), pause(1), pause(9)] == [5.0, 90.0, 900.0, LONGEST]


def test_a_short_schedule_does_not_end_the_tests_of_a_new_subscription() -> None:
    second = timedelta(seconds=1)

    assert next_test(START, START + 60 * second, (0.1, 0.2)) == START + 75 * second
    assert next_test(START, START + timedelta(days=2), (0.1, 0.2)) is not None
    assert next_test(START, START + timedelta(days=4), (0.1, 0.2)) is None
