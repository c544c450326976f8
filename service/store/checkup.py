"""Questions to the record about its own work: what is late, what hangs, what was dated by a wrong clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, or_, select, text, update

from service.store.tables import (
    AttemptRow,
    DeliveryRow,
    EventRow,
    PollRow,
    SourceRow,
    SubscriptionRow,
    WatchRow,
)

sources = SourceRow.__table__
watches = WatchRow.__table__
polls = PollRow.__table__
events = EventRow.__table__
deliveries = DeliveryRow.__table__
attempts = AttemptRow.__table__
subscriptions = SubscriptionRow.__table__


@dataclass(frozen=True, slots=True)
class Late:
    """So many, the oldest since then."""

    number: int
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outage:
    """Something that does not work: a source or a subscription by name, and why."""

    name: str
    reason: str
    since: datetime | None = None


def late_looks(connection: Connection, before: datetime) -> Late:
    """Looks that were due before then."""
    due = (sources.c.active, watches.c.next_poll_at < before)
    return _late(connection, watches.join(sources), watches.c.next_poll_at, *due)


def untried_sources(connection: Connection, before: datetime) -> tuple[str, ...]:
    """Sources that came before then and were never looked at."""
    query = select(sources.c.name).select_from(watches.join(sources)).where(
        sources.c.active,
        watches.c.subject == sources.c.kind,
        watches.c.last_poll_at.is_(None),
        sources.c.created_at < before,
    )  # fmt: skip
    return tuple(connection.execute(query.order_by(sources.c.name)).scalars())


def failing_sources(connection: Connection) -> tuple[Outage, ...]:
    """Sources whose last look failed, the longest first."""
    query = (
        select(sources.c.name, watches.c.error, watches.c.failing_since)
        .select_from(watches.join(sources))
        .where(sources.c.active, watches.c.subject == sources.c.kind, watches.c.failures > 0)
        .order_by(watches.c.failing_since)
    )
    return tuple(Outage(*row) for row in connection.execute(query).all())


def late_deliveries(connection: Connection, before: datetime) -> Late:
    """What working subscriptions have been owed since before then, and nobody has tried."""
    working = (
        subscriptions.c.state == "active",
        or_(subscriptions.c.hold_until.is_(None), subscriptions.c.hold_until < before),
        deliveries.c.state == "pending",
        deliveries.c.next_attempt_at < before,
    )
    return _late(connection, deliveries.join(subscriptions), deliveries.c.next_attempt_at, *working)


def silent_lines(connection: Connection) -> tuple[Outage, ...]:
    """Subscriptions that are switched off, or fail, with what is owed to them."""
    owed = (
        select(func.count())
        .where(deliveries.c.subscription_id == subscriptions.c.id, deliveries.c.state == "pending")
        .scalar_subquery()
    )
    query = select(subscriptions.c.id, subscriptions.c.state, subscriptions.c.failing_since, owed).where(
        or_(
            subscriptions.c.state == "disabled",
            (subscriptions.c.state == "active") & subscriptions.c.failing_since.is_not(None),
        )
    )
    return tuple(
        Outage(line, f"{'disabled' if state == 'disabled' else 'failing'}, {waiting} wait", since)
        for line, state, since, waiting in connection.execute(query.order_by(subscriptions.c.id))
    )


def dead_deliveries(connection: Connection, after: datetime) -> Late:
    """Deliveries given up since then."""
    given_up = (deliveries.c.state == "dead", deliveries.c.finished_at >= after)
    return _late(connection, deliveries, deliveries.c.finished_at, *given_up)


def _late(connection: Connection, among: Any, moment: Any, *conditions: Any) -> Late:
    query = select(func.count(), func.min(moment)).select_from(among).where(*conditions)
    return Late(*connection.execute(query).one())


def newest_moment(connection: Connection) -> datetime | None:
    """The latest time that anything on record was dated with."""
    found = [
        connection.execute(select(func.max(column))).scalar()
        for column in (watches.c.last_poll_at, events.c.time)
    ]
    return max((moment for moment in found if moment is not None), default=None)


# ------------------------------------------------------------------ what hangs

_QUEUE = "SELECT to_regclass('procrastinate_jobs')"
_HUNG = """FROM procrastinate_jobs WHERE status = 'doing' AND (worker_id IS NULL OR worker_id IN
    (SELECT id FROM procrastinate_workers WHERE last_heartbeat < now() - make_interval(secs => :silence)))"""


def hung_attempts(connection: Connection, before: datetime) -> Late:
    """Attempts that began before then, and whose end nobody wrote down."""
    begun = (attempts.c.outcome == "started", attempts.c.at < before)
    return _late(connection, attempts, attempts.c.at, *begun)


def release_attempts(connection: Connection, before: datetime, now: datetime) -> int:
    """Call these attempts lost, and let what is still owed be tried now; returns how many."""
    hung = (attempts.c.outcome == "started", attempts.c.at < before)
    connection.execute(
        update(deliveries)
        .where(
            deliveries.c.id.in_(select(attempts.c.delivery_id).where(*hung)),
            deliveries.c.state == "pending",
            deliveries.c.next_attempt_at > now,
        )
        .values(next_attempt_at=now)
    )
    values = {"outcome": "lost", "error": "nobody saw its end"}
    return int(connection.execute(update(attempts).where(*hung).values(**values)).rowcount)


def hung_jobs(connection: Connection, silence: timedelta) -> int:
    """Jobs of workers that gave no sign of life for so long; where there is no queue, none."""
    if not _has_queue(connection):
        return 0
    counted = connection.execute(text(f"SELECT count(*) {_HUNG}"), {"silence": silence.total_seconds()})
    return int(counted.scalar_one())


def release_jobs(connection: Connection, silence: timedelta) -> int:
    """Delete these jobs: what they were to do is still due, and is queued again. Returns how many."""
    if not _has_queue(connection):
        return 0
    return int(connection.execute(text(f"DELETE {_HUNG}"), {"silence": silence.total_seconds()}).rowcount)


def _has_queue(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql" and connection.execute(text(_QUEUE)).scalar() is not None
