"""The clock was set: what is planned moves with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Connection, select, type_coerce, update

from service.store.tables import AssuranceRow, DeliveryRow, SourceRow, SubscriptionRow, WatchRow

watches = WatchRow.__table__
deliveries = DeliveryRow.__table__
assurances = AssuranceRow.__table__
sources = SourceRow.__table__
subscriptions = SubscriptionRow.__table__


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


LONGEST_LOOK = timedelta(hours=27)
"""The furthest that a look is planned ahead unless its source says otherwise: a day and its jitter."""


def pull_in(connection: Connection, now: datetime, attempt: timedelta, post: timedelta) -> int:
    """Make due what no plan of ours can have set: it was planned while the clock was ahead. Returns how many looks.

    `attempt`, `post`: the longest wait between two attempts, and between two looks at a post.
    """
    far_off = (
        select(watches.c.id, watches.c.subject, watches.c.next_poll_at, sources.c.every, sources.c.slowest)
        .select_from(watches.join(sources, watches.c.source_id == sources.c.id))
        .where(watches.c.next_poll_at > now + LONGEST_LOOK)
    )
    ids = []
    for row in connection.execute(far_off):
        longest = max(
            timedelta(seconds=max(row.every, row.slowest)), post if row.subject == "post" else timedelta(0)
        )
        if row.next_poll_at - now > longest * 1.2:
            ids.append(row.id)
    for start in range(0, len(ids), 500):
        chosen = watches.c.id.in_(ids[start : start + 500])
        connection.execute(update(watches).where(chosen).values(next_poll_at=now))
    for table, column, to in (
        (watches, watches.c.failing_since, now),
        (assurances, assurances.c.missing_since, now),
        (subscriptions, subscriptions.c.failing_since, now),
    ):
        connection.execute(update(table).where(column > now).values({column.name: to}))
    far = now + max(attempt * 1.3, LONGEST_LOOK)
    connection.execute(
        update(deliveries)
        .where(deliveries.c.state == "pending", deliveries.c.next_attempt_at > far)
        .values(next_attempt_at=now)
    )
    connection.execute(
        update(subscriptions).where(subscriptions.c.hold_until > now + LONGEST_LOOK).values(hold_until=None)
    )
    return len(ids)
