"""What several workers on one record need: what waits for whom, and that nobody records on old knowledge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, or_, select, update

from service.decision import Decision, Watch
from service.store.attempts import attempts
from service.store.deliveries import deliveries, subscriptions
from service.store.errors import StoreError
from service.store.record import Recorded, record
from service.store.watchlist import due_of_source, sources, watches


class OvertakenError(StoreError):
    """Another process has looked meanwhile; what this one found is not recorded."""


def record_once(connection: Connection, decision: Decision, base: str, watch: Watch) -> Recorded:
    """`record`, unless another look was recorded since `watch` was read: OvertakenError."""
    last = connection.execute(select(watches.c.last_poll_at).where(watches.c.id == watch.id)).scalar()
    if last != watch.last_poll_at:
        raise OvertakenError(f"{watch.source.name}: another worker has looked at {watch.url} meanwhile")
    return record(connection, decision, base)


def due_sources(connection: Connection, now: datetime) -> Mapping[int, str]:
    """Sources that have a watch whose time has come, the longest waiting first, with the host that they are on."""
    query = (
        select(sources.c.id, sources.c.url)
        .select_from(watches.join(sources))
        .where(sources.c.active, watches.c.next_poll_at <= now)
        .order_by(watches.c.next_poll_at)
    )
    return {row.id: urlsplit(row.url).netloc.lower() for row in connection.execute(query)}


def due_lines(connection: Connection, now: datetime) -> tuple[str, ...]:
    """Active subscriptions that are owed something now."""
    query = (
        select(subscriptions.c.id)
        .select_from(deliveries.join(subscriptions))
        .where(
            subscriptions.c.state == "active",
            or_(subscriptions.c.hold_until.is_(None), subscriptions.c.hold_until <= now),
            deliveries.c.state == "pending",
            deliveries.c.next_attempt_at <= now,
        )
        .distinct()
    )
    return tuple(connection.execute(query).scalars())


def resume_line(connection: Connection, line: str, now: datetime) -> None:
    """Attempts on this line whose end nobody saw are made again at once. Only we are at work on it."""
    begun = (
        select(attempts.c.delivery_id)
        .join(deliveries, deliveries.c.id == attempts.c.delivery_id)
        .where(attempts.c.outcome == "started", deliveries.c.subscription_id == line)
    )
    lost: list[Any] = list(connection.execute(begun).scalars())
    if not lost:
        return
    connection.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(lost), deliveries.c.state == "pending", deliveries.c.next_attempt_at > now)
        .values(next_attempt_at=now)
    )
    connection.execute(
        update(attempts)
        .where(attempts.c.delivery_id.in_(lost), attempts.c.outcome == "started")
        .values(outcome="lost", error="the worker ended before the answer")
    )


__all__ = ["OvertakenError", "due_lines", "due_of_source", "due_sources", "record_once", "resume_line"]
