"""The deliveries owed to subscriptions. A delivery is a row until it has arrived or is dead."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

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

subscriptions = SubscriptionRow.__table__
deliveries = DeliveryRow.__table__
attempts = AttemptRow.__table__
events = EventRow.__table__


class Due(NamedTuple):
    """A delivery whose time has come. `attempts`: how many its schedule has seen; `number`: of the next attempt,
    those that were made ahead of it included. `secrets`: encrypted, the newest first.
    """

    id: str
    subscription_id: str
    identity: str
    channel: str
    target: str
    secrets: tuple[str, ...]
    token: str
    digest: str
    sequence: int
    event_id: str
    body: bytes
    attempts: int
    number: int
    next_attempt_at: datetime
    failing_since: datetime | None

    def __repr__(self) -> str:
        """Without what is secret."""
        return f"Due({self.id!r})"


# ------------------------------------------------------------------ what is owed


def due_deliveries(
    connection: Connection, now: datetime, limit: int, busy: Collection[str] = ()
) -> tuple[Due, ...]:
    """What is owed now: up to `limit` of each subscription, oldest event first; none of those that are `busy`."""
    lines = select(subscriptions).where(
        subscriptions.c.state == "active",
        or_(subscriptions.c.hold_until.is_(None), subscriptions.c.hold_until <= now),
        subscriptions.c.id.not_in(list(busy)),
        select(deliveries.c.id)
        .where(
            deliveries.c.subscription_id == subscriptions.c.id,
            deliveries.c.state == "pending",
            deliveries.c.next_attempt_at <= now,
        )
        .exists(),
    )
    found: list[Due] = []
    for line in connection.execute(lines).all():
        query = _owed(line.id).where(deliveries.c.next_attempt_at <= now).limit(limit)
        found += _dues(connection.execute(query), line, now)
    return tuple(sorted(found, key=attrgetter("sequence")))


def oldest_owed(connection: Connection, subscription_id: str, now: datetime) -> Due | None:
    """The oldest event that an active subscription waits for, due or not."""
    line = connection.execute(
        select(subscriptions).where(subscriptions.c.id == subscription_id, subscriptions.c.state == "active")
    ).first()
    if line is None:
        return None
    return next(iter(_dues(connection.execute(_owed(line.id).limit(1)), line, now)), None)


def next_delivery(connection: Connection, after: datetime) -> datetime | None:
    """When the next delivery becomes due, later than `after`."""
    lines = select(subscriptions.c.id, subscriptions.c.hold_until).where(subscriptions.c.state == "active")
    holds = {line.id: line.hold_until for line in connection.execute(lines)}
    attempt = deliveries.c.next_attempt_at
    waiting = (
        select(
            deliveries.c.subscription_id, func.min(attempt), func.min(case((attempt > after, attempt)))
        )  # one look at each, where a join would look up its line as well
        .where(deliveries.c.state == "pending", attempt.is_not(None))
        .group_by(deliveries.c.subscription_id)
    )
    found: datetime | None = None
    for line, first, later in connection.execute(waiting):
        if line in holds:
            hold = holds[line]
            at = max(hold, first) if hold is not None and hold > after else later
            found = at if found is None or (at is not None and at < found) else found
    return found


def addressee(
    connection: Connection, subscription_id: str, event_id: str, body: bytes, now: datetime
) -> Due | None:
    """An event that is in no log, for one subscription in whatever state; None if there is no such subscription."""
    line = connection.execute(
        select(subscriptions).where(subscriptions.c.id == subscription_id, subscriptions.c.state != "removed")
    ).first()
    if line is None:
        return None
    return Due(
        id="",
        sequence=0,
        event_id=event_id,
        body=body,
        attempts=0,
        number=1,
        next_attempt_at=now,
        **{**_facts(line, now), "digest": "none"},
    )


def _owed(subscription_id: str) -> Select[Any]:
    """One line, oldest event first."""
    return (
        select(
            deliveries.c.id,
            deliveries.c.event_sequence,
            events.c.id,
            events.c.body,
            deliveries.c.attempts,
            select(func.coalesce(func.max(attempts.c.number), 0) + 1)
            .where(attempts.c.delivery_id == deliveries.c.id)
            .scalar_subquery(),
            deliveries.c.next_attempt_at,
        )
        .select_from(deliveries.join(events, deliveries.c.event_sequence == events.c.sequence))
        .where(deliveries.c.state == "pending", deliveries.c.subscription_id == subscription_id)
        .order_by(deliveries.c.event_sequence)
    )


def _dues(rows: Iterable[Any], line: Row[Any], now: datetime) -> list[Due]:
    facts = _facts(line, now)
    failing_since = facts.pop("failing_since")
    shared = tuple(facts.values())
    return [
        Due._make((id_, *shared, sequence, event_id, body, tries, number, at, failing_since))
        for id_, sequence, event_id, body, tries, number, at in rows
    ]


def _facts(line: Row[Any], now: datetime) -> dict[str, Any]:
    """What all deliveries of a subscription have in common, in the order of `Due`."""
    return {
        "subscription_id": line.id,
        "identity": line.identity,
        "channel": line.channel,
        "target": line.target,
        "secrets": valid_secrets(line, now),
        "token": line.token,
        "digest": line.digest,
        "failing_since": line.failing_since,
    }


def valid_secrets(line: Row[Any], now: datetime) -> tuple[str, ...]:
    """What a subscription's messages are signed with."""
    rotating = line.old_secret and line.old_secret_until is not None and now < line.old_secret_until
    return (line.secret, line.old_secret) if rotating else (line.secret,)
