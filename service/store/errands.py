"""What several workers on one record need: what waits for whom, and that nobody records on old knowledge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, delete, or_, select, update

from service.decision import Decision, Watch
from service.store.attempts import attempts
from service.store.checks import record_checks
from service.store.deliveries import deliveries, subscriptions
from service.store.errors import StoreError
from service.store.puts import put_in_place
from service.store.record import Recorded, record
from service.store.tables import HoldRow
from service.store.watchlist import due_of_source
from service.store.watchrows import sources, watches

holds = HoldRow.__table__
_HOLD = put_in_place(holds)


class OvertakenError(StoreError):
    """Another process has looked meanwhile; what this one found is not recorded."""


def record_once(connection: Connection, decision: Decision, base: str, watch: Watch) -> Recorded:
    """`record`, unless another look was recorded since `watch` was read: OvertakenError."""
    last = connection.execute(select(watches.c.last_poll_at).where(watches.c.id == watch.id)).scalar()
    if last != watch.last_poll_at:
        raise overtaken(watch)
    return record(connection, decision, base)


def record_checks_once(connection: Connection, looks: Sequence[tuple[Decision, Watch]]) -> frozenset[int]:
    """`record_checks` of those that nobody has overtaken; returns the others' places in `looks`."""
    asked = select(watches.c.id, watches.c.last_poll_at).where(watches.c.id.in_([w.id for _, w in looks]))
    last = {row.id: row.last_poll_at for row in connection.execute(asked)}
    kept: dict[int, Decision] = {}
    late = set()
    for place, (decision, watch) in enumerate(looks):
        if watch.id in kept or last.get(watch.id) != watch.last_poll_at:
            late.add(place)
        else:
            kept[watch.id] = decision
    if kept:
        record_checks(connection, tuple(kept.values()))
    return frozenset(late)


def overtaken(watch: Watch) -> OvertakenError:
    """What to say of a look that came too late."""
    return OvertakenError(f"{watch.source.name}: another worker has looked at {watch.url} meanwhile")


def host_of(url: str) -> str:
    """Whom a URL asks, with the port where it names one."""
    return urlsplit(url).netloc.lower()


def hold_host(connection: Connection, url: str, pause: float, now: datetime) -> None:
    """Whoever `url` asks wants no requests for `pause` seconds, from none of us."""
    host, until = host_of(url), now + timedelta(seconds=pause)
    connection.execute(delete(holds).where(holds.c.until <= now))
    connection.execute(_HOLD[connection.dialect.name], {"host": host, "until": until})


def held_hosts(connection: Connection, now: datetime) -> frozenset[str]:
    """Hosts that want no requests now."""
    return frozenset(pauses(connection, now))


def pauses(connection: Connection, now: datetime) -> Mapping[str, datetime]:
    """The same with until when."""
    found = connection.execute(select(holds.c.host, holds.c.until).where(holds.c.until > now))
    return {row.host: row.until for row in found}


def due_sources(connection: Connection, now: datetime) -> Mapping[int, str]:
    """Sources that have a watch whose time has come, the longest waiting first, with the host that they are on.

    Those whose host wants no requests are left out.
    """
    held = held_hosts(connection, now)
    query = (
        select(sources.c.id, sources.c.url)
        .select_from(watches.join(sources))
        .where(sources.c.active, watches.c.next_poll_at <= now)
        .order_by(watches.c.next_poll_at)
    )
    found = {row.id: host_of(row.url) for row in connection.execute(query)}
    return {source: host for source, host in found.items() if host not in held}


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


__all__ = [
    "OvertakenError",
    "due_lines",
    "due_of_source",
    "due_sources",
    "held_hosts",
    "hold_host",
    "host_of",
    "overtaken",
    "pauses",
    "record_checks_once",
    "record_once",
    "resume_line",
]
