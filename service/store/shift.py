"""The clock was set: what is planned moves with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, Connection, type_coerce, update

from service.store.tables import DeliveryRow, SubscriptionRow, WatchRow

watches = WatchRow.__table__  # type: ignore[attr-defined]
deliveries = DeliveryRow.__table__  # type: ignore[attr-defined]
subscriptions = SubscriptionRow.__table__  # type: ignore[attr-defined]


def shift_plans(connection: Connection, by: timedelta) -> int:
    """Move every next look, next attempt and hold by so much; returns how many looks and attempts that were."""
    moved = _shift(connection, watches, watches.c.next_poll_at, by)
    moved += _shift(connection, deliveries, deliveries.c.next_attempt_at, by, deliveries.c.state == "pending")
    _shift(connection, subscriptions, subscriptions.c.hold_until, by)
    return moved


def _shift(connection: Connection, table: Any, column: Any, by: timedelta, *conditions: Any) -> int:
    later = type_coerce(column, BigInteger) + by // timedelta(microseconds=1)
    result = connection.execute(
        update(table).where(column.is_not(None), *conditions).values({column.name: later})
    )
    return int(result.rowcount)
