"""What went wrong with telling somebody, told to the others."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Row, select

from service.events import subscription_event
from service.store.journal import Matter, append
from service.store.tables import DeliveryRow, EventRow, SubscriptionRow

subscriptions = SubscriptionRow.__table__
deliveries = DeliveryRow.__table__
events = EventRow.__table__

QUIET = timedelta(days=1)
"""Deliveries of one subscription that are given up within this time are told by the first."""
_OF_SUBSCRIPTIONS = "onrecord.subscription."


def tell_disabled(
    connection: Connection, subscription_id: str, reason: str, at: datetime, *, state: str = "disabled"
) -> None:
    """A subscription was switched off. `state`: its own now."""
    _tell(connection, "disabled", subscription_id, {"reason": reason, "state": state}, at)


def tell_given_up(connection: Connection, delivery_id: str, at: datetime) -> None:
    """A delivery is dead: it takes somebody's hand to send it again. Of events about subscriptions nothing is told."""
    lost = connection.execute(
        select(deliveries.c.subscription_id, deliveries.c.attempts, events.c.id, events.c.type)
        .select_from(deliveries.join(events, deliveries.c.event_sequence == events.c.sequence))
        .where(deliveries.c.id == delivery_id)
    ).one()
    if lost.type.startswith(_OF_SUBSCRIPTIONS) or _told_of_late(
        connection, lost.subscription_id, delivery_id, at
    ):
        return
    facts = {
        "reason": f"given up after {lost.attempts} attempt{'' if lost.attempts == 1 else 's'}",
        "event": lost.id,
        "delivery": delivery_id,
    }
    _tell(connection, "undelivered", lost.subscription_id, facts, at)


def _told_of_late(connection: Connection, subscription_id: str, but: str, at: datetime) -> bool:
    other = select(deliveries.c.id).where(
        deliveries.c.state == "dead",
        deliveries.c.subscription_id == subscription_id,
        deliveries.c.id != but,
        deliveries.c.finished_at > at - QUIET,
    )
    return connection.execute(other.limit(1)).first() is not None


def _tell(
    connection: Connection, kind: str, subscription_id: str, facts: dict[str, str], at: datetime
) -> None:
    row = connection.execute(select(subscriptions).where(subscriptions.c.id == subscription_id)).one()
    append(
        connection,
        Matter(kind),
        lambda event_id, sequence: subscription_event(
            kind, endpoint(row), facts, row.id, event_id=event_id, sequence=sequence, at=at
        ),
        at,
        but=subscription_id,
    )


def endpoint(row: Row[Any]) -> str:
    """As much of an address as may be told to everybody: its host, or the service's name."""
    if row.channel == "email":
        return str(row.target).rpartition("@")[2]
    parts = urlsplit(str(row.target))
    return parts.hostname or "" if row.channel == "webhook" else parts.scheme
