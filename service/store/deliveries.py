"""The deliveries owed to subscriptions. A delivery is a row until it has arrived or is dead."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Row, Select, bindparam, case, func, insert, literal, or_, select, update
from sqlalchemy import delete as delete_from

from service.events import subscription_event
from service.store.journal import Matter, append
from service.store.subscriptions import Subscriber, SubscriptionView, list_subscriptions, sync_subscribers
from service.store.tables import AttemptRow, DeliveryRow, EventRow, SubscriptionRow
from service.store.types import UtcTime

__all__ = [
    "Attempted",
    "Due",
    "Subscriber",
    "SubscriptionView",
    "addressee",
    "begin_attempt",
    "due_deliveries",
    "finish_attempt",
    "finish_attempts",
    "list_subscriptions",
    "next_delivery",
    "oldest_owed",
    "sync_subscribers",
]

subscriptions = SubscriptionRow.__table__  # type: ignore[attr-defined]
deliveries = DeliveryRow.__table__  # type: ignore[attr-defined]
attempts = AttemptRow.__table__  # type: ignore[attr-defined]
events = EventRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery whose time has come. `attempts`: how many its schedule has seen. `secrets`: the newest first."""

    id: str
    subscription_id: str
    identity: str
    channel: str
    target: str
    secrets: tuple[str, ...] = field(repr=False)
    token: str = field(repr=False)
    digest: str
    sequence: int
    event_id: str
    body: bytes
    attempts: int
    next_attempt_at: datetime
    failing_since: datetime | None


@dataclass(frozen=True, slots=True)
class Attempted:
    """What came of one try. `attempt` is its number. `next_attempt_at` is None when there will be none."""

    delivery_id: str
    subscription_id: str
    attempt: int
    at: datetime
    delivered: bool
    next_attempt_at: datetime | None
    status: int | None = None
    error: str = ""
    response: str = ""
    seconds: float = 0.0
    disable: str = ""
    """Why the whole subscription is switched off now, "" otherwise."""
    hold_until: datetime | None = None
    """Failed: nothing is tried on this line before; None: before the next attempt of this one."""
    recovered: bool = False
    """Delivered after an outage: whatever failed meanwhile is due now."""


# ------------------------------------------------------------------ what is owed


def due_deliveries(
    connection: Connection, now: datetime, limit: int, busy: Collection[str] = ()
) -> tuple[Due, ...]:
    """What is owed now: up to `limit` of each subscription, oldest event first; none of those that are `busy`."""
    ready = (
        deliveries.c.state == "pending",
        deliveries.c.next_attempt_at <= now,
        subscriptions.c.state == "active",
        or_(subscriptions.c.hold_until.is_(None), subscriptions.c.hold_until <= now),
    )
    waiting = select(subscriptions.c.id).where(
        *ready[2:],
        subscriptions.c.id.not_in(list(busy)),
        select(deliveries.c.id)
        .where(deliveries.c.subscription_id == subscriptions.c.id, *ready[:2])
        .exists(),
    )
    found: list[Due] = []
    for line in connection.execute(waiting).scalars().all():
        query = (
            _owed()
            .where(*ready, subscriptions.c.id == line)
            .order_by(deliveries.c.event_sequence)
            .limit(limit)
        )
        found += [_due(row, now) for row in connection.execute(query)]
    return tuple(sorted(found, key=lambda due: due.sequence))


def oldest_owed(connection: Connection, subscription_id: str, now: datetime) -> Due | None:
    """The oldest event that a subscription waits for, due or not."""
    query = (
        _owed().where(subscriptions.c.id == subscription_id).order_by(deliveries.c.event_sequence).limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else _due(row, now)


def next_delivery(connection: Connection, after: datetime) -> datetime | None:
    """When the next delivery becomes due, later than `after`."""
    attempt, hold = deliveries.c.next_attempt_at, subscriptions.c.hold_until
    when = case((hold > attempt, hold), else_=attempt)
    query = (
        select(func.min(when))
        .select_from(deliveries.join(subscriptions))
        .where(deliveries.c.state == "pending", subscriptions.c.state == "active", when > after)
    )
    found: datetime | None = connection.execute(query).scalar()
    return found


def addressee(
    connection: Connection, subscription_id: str, event_id: str, body: bytes, now: datetime
) -> Due | None:
    """An event that is in no log, for one subscription in whatever state; None if there is no such subscription."""
    row = connection.execute(
        select(subscriptions, subscriptions.c.id.label("subscription_id")).where(
            subscriptions.c.id == subscription_id, subscriptions.c.state != "removed"
        )
    ).first()
    if row is None:
        return None
    facts = {name: getattr(row, name) for name in _LINE if name not in ("digest", "failing_since")}
    return Due(
        id="",
        digest="none",
        sequence=0,
        event_id=event_id,
        body=body,
        attempts=0,
        next_attempt_at=now,
        failing_since=None,
        secrets=valid_secrets(row, now),
        **facts,
    )


# ------------------------------------------------------------------ one try


def begin_attempt(
    connection: Connection,
    delivery_ids: Sequence[str],
    now: datetime,
    retry_at: datetime | None,
    *,
    ahead: bool = False,
) -> dict[str, int]:
    """Count the attempt and set the next before anything is sent; delivery → number of the attempt.

    `ahead`: tried before its time, to see whether the endpoint is back; its schedule stays as it is.
    """
    if not ahead:
        connection.execute(
            update(deliveries)
            .where(deliveries.c.id.in_(delivery_ids))
            .values(attempts=deliveries.c.attempts + 1, next_attempt_at=retry_at)
        )
    made = select(attempts.c.delivery_id, func.max(attempts.c.number).label("last")).where(
        attempts.c.delivery_id.in_(delivery_ids)
    )
    last = {row.delivery_id: row.last for row in connection.execute(made.group_by(attempts.c.delivery_id))}
    begun = {one: last.get(one, 0) + 1 for one in delivery_ids}
    connection.execute(
        insert(attempts),
        [
            {
                "delivery_id": one,
                "number": number,
                "at": now,
                "outcome": "started",
                "error": "",
                "response": "",
            }
            for one, number in begun.items()
        ],
    )
    return begun


_ATTEMPT = (
    update(attempts)
    .where(attempts.c.delivery_id == bindparam("delivery"), attempts.c.number == bindparam("which"))
    .values(
        {name: bindparam(f"new_{name}") for name in ("outcome", "status", "error", "response", "seconds")}
    )
)
_DELIVERY = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("delivery"))
    .values({name: bindparam(f"new_{name}") for name in ("state", "next_attempt_at", "finished_at", "error")})
)


def finish_attempt(connection: Connection, done: Attempted) -> None:
    """Write what came of it; hold or free, disable or clear the subscription."""
    finish_attempts(connection, [done])


def finish_attempts(
    connection: Connection, all_done: Sequence[Attempted], unsent: Iterable[tuple[str, int]] = ()
) -> None:
    """`finish_attempt` for several of one subscription, in their order.

    `unsent`: (delivery, number) of attempts that were begun with them and not made.
    """
    connection.execute(_ATTEMPT, [_attempt_values(done) for done in all_done])
    connection.execute(_DELIVERY, [_delivery_values(done) for done in all_done])
    for delivery_id, number in unsent:
        _take_back(connection, delivery_id, number, all_done[-1].at)
    arrived = [done for done in all_done if done.delivered]
    if arrived:
        _clear(connection, next((done for done in arrived if done.recovered), arrived[0]))
    for done in all_done:
        if not done.delivered:
            _hold(connection, done)


def _attempt_values(done: Attempted) -> dict[str, Any]:
    return {
        "delivery": done.delivery_id,
        "which": done.attempt,
        "new_outcome": "delivered" if done.delivered else "failed",
        "new_status": done.status,
        "new_error": done.error[:500],
        "new_response": done.response[:1024],
        "new_seconds": done.seconds,
    }


def _delivery_values(done: Attempted) -> dict[str, Any]:
    waiting = done.next_attempt_at is not None or bool(done.disable)
    state = "delivered" if done.delivered else "pending" if waiting else "dead"
    return {
        "delivery": done.delivery_id,
        "new_state": state,
        "new_next_attempt_at": done.next_attempt_at or (done.at if done.disable else None),
        "new_finished_at": None if state == "pending" else done.at,
        "new_error": "" if done.delivered else done.error[:500],
    }


def _take_back(connection: Connection, delivery_id: str, number: int, now: datetime) -> None:
    connection.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id)
        .values(attempts=deliveries.c.attempts - 1, next_attempt_at=now)
    )
    connection.execute(
        delete_from(attempts).where(attempts.c.delivery_id == delivery_id, attempts.c.number == number)
    )


def _clear(connection: Connection, done: Attempted) -> None:
    connection.execute(
        update(subscriptions)
        .where(
            subscriptions.c.id == done.subscription_id,
            or_(subscriptions.c.failing_since.is_not(None), subscriptions.c.hold_until.is_not(None)),
        )
        .values(failing_since=None, hold_until=None)
    )
    if done.recovered:
        connection.execute(
            update(deliveries)
            .where(
                deliveries.c.subscription_id == done.subscription_id,
                deliveries.c.state == "pending",
                deliveries.c.attempts > 0,
                deliveries.c.next_attempt_at > done.at,
            )
            .values(next_attempt_at=done.at)
        )


def _hold(connection: Connection, done: Attempted) -> None:
    values: dict[str, Any] = {
        "failing_since": func.coalesce(subscriptions.c.failing_since, literal(done.at, UtcTime)),
        "hold_until": done.hold_until or done.next_attempt_at,
    }
    if done.disable:
        values |= {"state": "disabled", "reason": done.disable[:500]}
    changed = connection.execute(
        update(subscriptions)
        .where(subscriptions.c.id == done.subscription_id, subscriptions.c.state == "active")
        .values(**values)
    )
    if done.disable and changed.rowcount:
        _tell_disabled(connection, done)


def _tell_disabled(connection: Connection, done: Attempted) -> None:
    row = connection.execute(
        select(subscriptions.c.target, subscriptions.c.channel).where(
            subscriptions.c.id == done.subscription_id
        )
    ).one()
    host = urlsplit(row.target).hostname if row.channel == "webhook" else row.target.rpartition("@")[2]
    append(
        connection,
        Matter("disabled"),
        lambda event_id, sequence: subscription_event(
            host or row.channel,
            done.disable,
            done.subscription_id,
            event_id=event_id,
            sequence=sequence,
            at=done.at,
        ),
        done.at,
        but=done.subscription_id,
    )


def _owed() -> Select[Any]:
    return (
        select(
            deliveries.c.id,
            deliveries.c.attempts,
            deliveries.c.event_sequence,
            deliveries.c.next_attempt_at,
            subscriptions.c.id.label("subscription_id"),
            *(
                subscriptions.c[name]
                for name in (
                    "identity",
                    "channel",
                    "target",
                    "secret",
                    "old_secret",
                    "old_secret_until",
                    "token",
                )
            ),
            subscriptions.c.digest,
            subscriptions.c.failing_since,
            events.c.id.label("event_id"),
            events.c.body,
        )
        .select_from(
            deliveries.join(subscriptions).join(events, deliveries.c.event_sequence == events.c.sequence)
        )
        .where(deliveries.c.state == "pending", subscriptions.c.state == "active")
    )


_LINE = ("subscription_id", "identity", "channel", "target", "token", "digest", "failing_since")


def _due(row: Row[Any], now: datetime) -> Due:
    return Due(
        id=row.id,
        sequence=row.event_sequence,
        event_id=row.event_id,
        body=row.body,
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        secrets=valid_secrets(row, now),
        **{name: getattr(row, name) for name in _LINE},
    )


def valid_secrets(row: Row[Any], now: datetime) -> tuple[str, ...]:
    """What a subscription's messages are signed with."""
    rotating = row.old_secret and row.old_secret_until is not None and now < row.old_secret_until
    return (row.secret, row.old_secret) if rotating else (row.secret,)
