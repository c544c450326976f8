"""The deliveries owed to subscriptions. A delivery is a row until it has arrived or is dead."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, case, func, or_, select

from service.store.attempts import Attempted, begin_attempt, finish_attempt
from service.store.subscriptions import Subscriber, SubscriptionView, list_subscriptions, sync_subscribers
from service.store.tables import AttemptRow, DeliveryRow, EventRow, SubscriptionRow

__all__ = [
    "Attempted",
    "Due",
    "Subscriber",
    "SubscriptionView",
    "addressee",
    "begin_attempt",
    "due_deliveries",
    "finish_attempt",
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
    """A delivery whose time has come. `attempts`: how many its schedule has seen; `number`: of the next attempt,
    those that were made ahead of it included. `secrets`: the newest first.
    """

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
    number: int
    next_attempt_at: datetime
    failing_since: datetime | None


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
    return Due(
        id="",
        digest="none",
        sequence=0,
        event_id=event_id,
        body=body,
        attempts=0,
        number=1,
        next_attempt_at=now,
        failing_since=None,
        subscription_id=row.subscription_id,
        identity=row.identity,
        channel=row.channel,
        target=row.target,
        secrets=valid_secrets(row, now),
        token=row.token,
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
            select(func.coalesce(func.max(attempts.c.number), 0))
            .where(attempts.c.delivery_id == deliveries.c.id)
            .scalar_subquery()
            .label("made"),
            events.c.id.label("event_id"),
            events.c.body,
        )
        .select_from(
            deliveries.join(subscriptions).join(events, deliveries.c.event_sequence == events.c.sequence)
        )
        .where(deliveries.c.state == "pending", subscriptions.c.state == "active")
    )


def _due(row: Row[Any], now: datetime) -> Due:
    return Due(
        id=row.id,
        sequence=row.event_sequence,
        event_id=row.event_id,
        body=row.body,
        attempts=row.attempts,
        number=row.made + 1,
        next_attempt_at=row.next_attempt_at,
        subscription_id=row.subscription_id,
        identity=row.identity,
        channel=row.channel,
        target=row.target,
        secrets=valid_secrets(row, now),
        token=row.token,
        digest=row.digest,
        failing_since=row.failing_since,
    )


def valid_secrets(row: Row[Any], now: datetime) -> tuple[str, ...]:
    """What a subscription's messages are signed with."""
    rotating = row.old_secret and row.old_secret_until is not None and now < row.old_secret_until
    return (row.secret, row.old_secret) if rotating else (row.secret,)
