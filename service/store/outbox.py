"""Questions to the record about subscriptions: what was owed to one, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from service.store.deliveries import attempts, deliveries, events
from service.store.subscriptions import subscription
from service.store.views import Page

__all__ = ["AttemptView", "DeliveryView", "list_deliveries", "subscription"]


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One try. `response`: the beginning of the other side's answer."""

    number: int
    at: datetime
    outcome: str
    status: int | None
    error: str
    seconds: float | None
    response: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One event for one subscription."""

    id: str
    sequence: int
    event_id: str
    event_type: str
    subject: str
    change_id: str | None
    state: str
    created_at: datetime
    next_attempt_at: datetime | None
    finished_at: datetime | None
    error: str
    attempts: tuple[AttemptView, ...]


def list_deliveries(
    connection: Connection,
    subscription_id: str,
    *,
    states: tuple[str, ...] = (),
    before: int | None = None,
    limit: int = 50,
) -> Page[DeliveryView]:
    """Newest event first, each with its attempts; `before` is the sequence that the last part ended with."""
    query = (
        select(
            deliveries,
            events.c.id.label("event_id"),
            events.c.type.label("event_type"),
            events.c.subject,
            events.c.change_id,
        )
        .select_from(deliveries.join(events, deliveries.c.event_sequence == events.c.sequence))
        .where(deliveries.c.subscription_id == subscription_id)
        .order_by(deliveries.c.event_sequence.desc())
        .limit(limit + 1)
    )
    if states:
        query = query.where(deliveries.c.state.in_(states))
    if before is not None:
        query = query.where(deliveries.c.event_sequence < before)
    rows = connection.execute(query).all()
    tries = _attempts(connection, [row.id for row in rows[:limit]])
    following = str(rows[limit - 1].event_sequence) if len(rows) > limit else None
    return Page(tuple(_delivery(row, tries.get(row.id, ())) for row in rows[:limit]), following)


def _attempts(connection: Connection, ids: list[str]) -> dict[str, tuple[AttemptView, ...]]:
    found: dict[str, tuple[AttemptView, ...]] = {}
    query = select(attempts).where(attempts.c.delivery_id.in_(ids)).order_by(attempts.c.id)
    for row in connection.execute(query):
        view = AttemptView(row.number, row.at, row.outcome, row.status, row.error, row.seconds, row.response)
        found[row.delivery_id] = (*found.get(row.delivery_id, ()), view)
    return found


def _delivery(row: Any, tries: tuple[AttemptView, ...]) -> DeliveryView:
    return DeliveryView(
        id=row.id,
        sequence=row.event_sequence,
        event_id=row.event_id,
        event_type=row.event_type,
        subject=row.subject,
        change_id=row.change_id,
        state=row.state,
        created_at=row.created_at,
        next_attempt_at=row.next_attempt_at,
        finished_at=row.finished_at,
        error=row.error,
        attempts=tries,
    )
