"""Once more: a delivery that was given up, or all events since a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from service.store.ids import new_id
from service.store.journal import matter_of, wants
from service.store.tables import DeliveryRow, EventRow, SubscriptionRow

deliveries = DeliveryRow.__table__
events = EventRow.__table__
subscriptions = SubscriptionRow.__table__

REPLAYED = 5_000
"""Events that one call looks through: it holds up every other write meanwhile."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """`deliveries` are owed (again); `next_sequence` is where to go on, None at the end of the log."""

    deliveries: int
    next_sequence: int | None


def retry_delivery(connection: Connection, delivery_id: str, now: datetime) -> str:
    """Let one be due now, its schedule begun anew.

    Returns "" or what stands in the way: "missing", or the state of its subscription.
    """
    row = connection.execute(
        select(deliveries.c.subscription_id, subscriptions.c.state)
        .select_from(deliveries.join(subscriptions))
        .where(deliveries.c.id == delivery_id)
    ).first()
    if row is None or row.state == "removed":
        return "missing"
    if row.state != "active":
        return str(row.state)
    connection.execute(update(deliveries).where(deliveries.c.id == delivery_id).values(**_anew(now)))
    _free(connection, row.subscription_id)
    return ""


def replay(
    connection: Connection,
    subscription_id: str,
    now: datetime,
    *,
    sequence: int = 0,
    since: datetime | None = None,
) -> Replayed:
    """Owe a subscription every event that it wants from `sequence` or `since` on (inclusive), arrived before or not."""
    line = connection.execute(select(subscriptions).where(subscriptions.c.id == subscription_id)).one()
    query = (
        select(events).where(events.c.sequence >= sequence).order_by(events.c.sequence).limit(REPLAYED + 1)
    )
    if since is not None:
        query = query.where(events.c.time >= since)
    rows = connection.execute(query).all()
    wanted = [row.sequence for row in rows[:REPLAYED] if wants(line, matter_of(row.body, row.source))]
    _owe(connection, subscription_id, wanted, now)
    _free(connection, subscription_id)
    return Replayed(len(wanted), rows[REPLAYED].sequence if len(rows) > REPLAYED else None)


def _owe(connection: Connection, subscription_id: str, sequences: list[int], now: datetime) -> None:
    if not sequences:
        return
    own = (deliveries.c.subscription_id == subscription_id, deliveries.c.event_sequence >= sequences[0])
    have = set(connection.execute(select(deliveries.c.event_sequence).where(*own)).scalars())
    known, missing = have.intersection(sequences), [s for s in sequences if s not in have]
    for start in range(0, len(sequences), 500):
        part = [s for s in sequences[start : start + 500] if s in known]
        connection.execute(
            update(deliveries).where(own[0], deliveries.c.event_sequence.in_(part)).values(**_anew(now))
        )
    if missing:
        connection.execute(
            insert(deliveries),
            [
                {**_anew(now), "id": new_id("dlv", now), "event_sequence": sequence}
                | {"subscription_id": subscription_id, "created_at": now}
                for sequence in missing
            ],
        )


def _anew(now: datetime) -> dict[str, Any]:
    return {"state": "pending", "attempts": 0, "next_attempt_at": now, "finished_at": None, "error": ""}


def _free(connection: Connection, subscription_id: str) -> None:
    connection.execute(
        update(subscriptions).where(subscriptions.c.id == subscription_id).values(hold_until=None)
    )
