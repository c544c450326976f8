"""Subscriptions, and the deliveries owed to them. A delivery is a row until it has arrived or is dead."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, case, func, insert, literal, or_, select, update

from service.model import Category
from service.store.ids import new_id
from service.store.tables import AttemptRow, DeliveryRow, EventRow, SubscriptionRow, inserted_id
from service.store.types import UtcTime

subscriptions = SubscriptionRow.__table__  # type: ignore[attr-defined]
deliveries = DeliveryRow.__table__  # type: ignore[attr-defined]
attempts = AttemptRow.__table__  # type: ignore[attr-defined]
events = EventRow.__table__  # type: ignore[attr-defined]

HOLD_ATTEMPTS = 2
"""While the oldest delivery has failed no more often, what follows waits for it: order is kept over short outages."""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who wants what. Empty `companies` or `categories` mean all. `identity` is stable across restarts."""

    identity: str
    channel: str
    target: str
    kinds: tuple[str, ...]
    companies: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    secret: str = field(default="", repr=False)
    digest: str = "none"


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery whose time has come. `attempts`: how many were made before."""

    id: str
    subscription_id: str
    identity: str
    channel: str
    target: str
    secret: str = field(repr=False)
    digest: str
    sequence: int
    event_id: str
    body: bytes
    attempts: int
    failing_since: datetime | None


@dataclass(frozen=True, slots=True)
class Attempted:
    """What came of one try. `next_attempt_at` is None when there will be none."""

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


def sync_subscribers(
    connection: Connection, wanted: Iterable[Subscriber], new_secret: Callable[[], str], now: datetime
) -> tuple[str, ...]:
    """Make the configured subscriptions be exactly these. A webhook without a secret is given one and keeps it;
    returns the identities of those given one now. A subscription that left the configuration keeps its history.
    """
    have = {row.identity: row for row in connection.execute(select(subscriptions))}
    given: list[str] = []
    seen = set()
    for one in wanted:
        seen.add(one.identity)
        row = have.get(one.identity)
        secret = one.secret or (row.secret if row else "")
        if one.channel == "webhook" and not secret:
            secret = new_secret()
            given.append(one.identity)
        values = {
            "target": one.target,
            "secret": secret,
            "kinds": list(one.kinds),
            "companies": list(one.companies),
            "categories": one.categories,
            "digest": one.digest,
        }
        if row is None:
            connection.execute(
                insert(subscriptions).values(
                    id=new_id("sub", now),
                    identity=one.identity,
                    origin="config",
                    channel=one.channel,
                    state="active",
                    reason="",
                    created_at=now,
                    **values,
                )
            )
        else:
            values |= _woken(row)
            connection.execute(update(subscriptions).where(subscriptions.c.id == row.id).values(**values))
    for identity, row in have.items():
        if row.origin == "config" and identity not in seen and row.state != "removed":
            connection.execute(
                update(subscriptions).where(subscriptions.c.id == row.id).values(state="removed")
            )
    return tuple(given)


def _woken(row: Row[Any]) -> dict[str, Any]:
    """One that is configured (again) gets what it is owed; one that was disabled for failing has another chance."""
    if row.state == "active":
        return {}
    return {"state": "active", "reason": "", "failing_since": None, "hold_until": None}


def due_deliveries(
    connection: Connection, now: datetime, limit: int, busy: Collection[str] = ()
) -> tuple[Due, ...]:
    """What is owed now, oldest event first within each subscription; none of those that are `busy`."""
    query = (
        _owed()
        .where(
            deliveries.c.next_attempt_at <= now,
            or_(subscriptions.c.hold_until.is_(None), subscriptions.c.hold_until <= now),
        )
        .order_by(deliveries.c.event_sequence)
        .limit(limit)
    )
    if busy:
        query = query.where(subscriptions.c.id.not_in(list(busy)))
    return tuple(_due(row) for row in connection.execute(query))


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


def begin_attempt(
    connection: Connection, delivery_ids: Sequence[str], now: datetime, retry_at: datetime | None
) -> dict[str, int]:
    """Count the attempt and set the next before anything is sent; delivery → number of its attempt row."""
    begun: dict[str, int] = {}
    for delivery_id in delivery_ids:
        row = connection.execute(select(deliveries.c.attempts).where(deliveries.c.id == delivery_id)).one()
        connection.execute(
            update(deliveries)
            .where(deliveries.c.id == delivery_id)
            .values(attempts=row.attempts + 1, next_attempt_at=retry_at)
        )
        result = connection.execute(
            insert(attempts).values(
                delivery_id=delivery_id,
                number=row.attempts + 1,
                at=now,
                outcome="started",
                error="",
                response="",
            )
        )
        begun[delivery_id] = inserted_id(result)
    return begun


def finish_attempt(connection: Connection, done: Attempted) -> None:
    """Write what came of it; hold or free, disable or clear the subscription."""
    connection.execute(
        update(attempts)
        .where(attempts.c.id == done.attempt)
        .values(
            outcome="delivered" if done.delivered else "failed",
            status=done.status,
            error=done.error[:500],
            response=done.response[:1024],
            seconds=done.seconds,
        )
    )
    waiting = done.next_attempt_at is not None or bool(done.disable)
    state = "delivered" if done.delivered else "pending" if waiting else "dead"
    connection.execute(
        update(deliveries)
        .where(deliveries.c.id == done.delivery_id)
        .values(
            state=state,
            next_attempt_at=done.next_attempt_at or (done.at if done.disable else None),
            finished_at=None if state == "pending" else done.at,
            error="" if done.delivered else done.error[:500],
        )
    )
    _judge_subscription(connection, done)


def _judge_subscription(connection: Connection, done: Attempted) -> None:
    where = subscriptions.c.id == done.subscription_id
    if done.delivered:
        connection.execute(
            update(subscriptions)
            .where(
                where,
                or_(subscriptions.c.failing_since.is_not(None), subscriptions.c.hold_until.is_not(None)),
            )
            .values(failing_since=None, hold_until=None)
        )
        return
    tries = connection.execute(
        select(deliveries.c.attempts).where(deliveries.c.id == done.delivery_id)
    ).scalar_one()
    values: dict[str, Any] = {
        "failing_since": func.coalesce(subscriptions.c.failing_since, literal(done.at, UtcTime)),
        "hold_until": done.next_attempt_at if tries <= HOLD_ATTEMPTS else None,
    }
    if done.disable:
        values |= {"state": "disabled", "reason": done.disable[:500]}
    connection.execute(update(subscriptions).where(where).values(**values))


def _owed() -> Select[Any]:
    return (
        select(
            deliveries.c.id,
            deliveries.c.attempts,
            deliveries.c.event_sequence,
            subscriptions.c.id.label("subscription_id"),
            subscriptions.c.identity,
            subscriptions.c.channel,
            subscriptions.c.target,
            subscriptions.c.secret,
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


def _due(row: Row[Any]) -> Due:
    return Due(
        id=row.id,
        subscription_id=row.subscription_id,
        identity=row.identity,
        channel=row.channel,
        target=row.target,
        secret=row.secret,
        digest=row.digest,
        sequence=row.event_sequence,
        event_id=row.event_id,
        body=row.body,
        attempts=row.attempts,
        failing_since=row.failing_since,
    )


# ------------------------------------------------------------------ questions


@dataclass(frozen=True, slots=True)
class SubscriptionView:
    """A subscription and how it fares. `secret` is for the operator's own eyes."""

    id: str
    channel: str
    target: str
    kinds: tuple[str, ...]
    companies: tuple[str, ...]
    categories: tuple[Category, ...]
    digest: str
    origin: str
    state: str
    reason: str
    created_at: datetime
    failing_since: datetime | None
    delivered: int
    pending: int
    dead: int
    secret: str = field(default="", repr=False)


def list_subscriptions(connection: Connection) -> tuple[SubscriptionView, ...]:
    """All that are configured, oldest first."""
    counts: dict[tuple[str, str], int] = {
        (row.subscription_id, row.state): row.n
        for row in connection.execute(
            select(deliveries.c.subscription_id, deliveries.c.state, func.count().label("n")).group_by(
                deliveries.c.subscription_id, deliveries.c.state
            )
        )
    }
    rows = connection.execute(
        select(subscriptions).where(subscriptions.c.state != "removed").order_by(subscriptions.c.created_at)
    )
    return tuple(
        SubscriptionView(
            id=row.id,
            channel=row.channel,
            target=row.target,
            kinds=tuple(row.kinds),
            companies=tuple(row.companies),
            categories=row.categories,
            digest=row.digest,
            origin=row.origin,
            state=row.state,
            reason=row.reason,
            created_at=row.created_at,
            failing_since=row.failing_since,
            delivered=counts.get((row.id, "delivered"), 0),
            pending=counts.get((row.id, "pending"), 0),
            dead=counts.get((row.id, "dead"), 0),
            secret=row.secret,
        )
        for row in rows
    )
