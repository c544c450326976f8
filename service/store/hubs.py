"""Hubs that tell of a feed's changes (WebSub): what each was asked for, and what it has promised."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, or_, select, update

from service.decision import Hub
from service.store.tables import HubRow, SourceRow, WatchRow

hubs = HubRow.__table__
watches = WatchRow.__table__
sources = SourceRow.__table__

PACE = timedelta(seconds=2)
"""However often a hub pushes, its feed is asked no more often than that."""
RENEW_AT = 0.8
"""Share of a lease after which it is renewed."""
_LIVE = watches.c.next_poll_at.is_not(None)


@dataclass(frozen=True, slots=True)
class Lease:
    """A feed's place at its hub. `token` ends our callback's address; `secret` is shared with the hub alone, and
    encrypted as it is stored.
    """

    watch_id: int
    hub: str
    topic: str
    token: str
    secret: str
    state: str
    tries: int
    lease_until: datetime | None
    proven: bool


def make_secret() -> str:
    """What a hub is to sign with."""
    return secrets.token_hex(32)


def note_hub(connection: Connection, watch_id: int, named: Hub, secret: str, now: datetime) -> bool:
    """Take over what a feed says of its hub; True if there is another one to be asked. `secret`: for it, encrypted."""
    row = connection.execute(select(hubs).where(hubs.c.watch_id == watch_id)).first()
    if row is None and not named.url:
        return False
    if row is not None and (row.hub, row.topic) == (named.url, named.topic):
        return False
    if row is not None:
        _forget(connection, watch_id)
    if not named.url:
        return False
    connection.execute(
        insert(hubs).values(
            watch_id=watch_id,
            hub=named.url,
            topic=named.topic,
            token=secrets.token_urlsafe(24),
            secret=secret,
            state="wanted",
            tries=0,
            again_at=now,
            proven=False,
            error="",
        )
    )
    return True


def begin_anew(connection: Connection, watch_id: int, secret: str, now: datetime) -> None:
    """Ask the hub with another secret, encrypted; until it has pushed something signed, it is not relied on."""
    connection.execute(
        update(hubs)
        .where(hubs.c.watch_id == watch_id)
        .values(secret=secret, state="wanted", tries=0, again_at=now, lease_until=None, proven=False)
    )
    _lapse(connection, watch_id)


def named_hubs(connection: Connection) -> dict[int, Hub]:
    """What feeds have said of their hubs, by watch."""
    rows = connection.execute(select(hubs.c.watch_id, hubs.c.hub, hubs.c.topic))
    return {row.watch_id: Hub(row.hub, row.topic) for row in rows}


def _forget(connection: Connection, watch_id: int) -> None:
    connection.execute(delete(hubs).where(hubs.c.watch_id == watch_id))
    _lapse(connection, watch_id)


def _lapse(connection: Connection, watch_id: int) -> None:
    connection.execute(
        update(watches).where(watches.c.id == watch_id).values(pushed_until=None, pokes=watches.c.pokes + 1)
    )


def due_hubs(connection: Connection, now: datetime, limit: int) -> tuple[Lease, ...]:
    """Hubs to be asked now, for feeds that are watched."""
    query = (
        select(hubs)
        .select_from(_watched())
        .where(sources.c.active, _LIVE, hubs.c.again_at <= now)
        .order_by(hubs.c.again_at)
        .limit(limit)
    )
    return tuple(_lease(row) for row in connection.execute(query))


def next_hub(connection: Connection, after: datetime) -> datetime | None:
    """When the next hub is asked, later than `after`."""
    query = (
        select(func.min(hubs.c.again_at))
        .select_from(_watched())
        .where(sources.c.active, _LIVE, hubs.c.again_at > after)
    )
    found: datetime | None = connection.execute(query).scalar()
    return found


def find_lease(connection: Connection, token: str) -> Lease | None:
    """Whose callback it is; None for one that is no more, or whose source is not watched."""
    query = select(hubs).select_from(_watched()).where(sources.c.active, _LIVE, hubs.c.token == token)
    row = connection.execute(query).first()
    return _lease(row) if row is not None else None


def ask_again(connection: Connection, lease: Lease, at: datetime, error: str = "") -> None:
    """The hub is being asked, or was in vain: if nothing comes of it, it is asked again then."""
    state = "active" if lease.state == "active" else "asked"
    connection.execute(
        update(hubs)
        .where(_same(lease))
        .values(state=state, tries=lease.tries + 1, again_at=at, error=error[:500])
    )


def confirm(connection: Connection, token: str, topic: str, until: datetime, now: datetime) -> bool:
    """The hub asks whether we asked it. True: we did, for this topic; it will push until `until`."""
    lease = find_lease(connection, token)
    if lease is None or lease.topic != topic or lease.state not in ("asked", "active"):
        return False
    renewed = now + (until - now) * RENEW_AT
    connection.execute(
        update(hubs)
        .where(_same(lease))
        .values(state="active", tries=0, again_at=renewed, lease_until=until, error="")
    )
    if lease.proven:
        _promise(connection, lease.watch_id, until)
    return True


def deny(connection: Connection, token: str, topic: str, reason: str, again: datetime) -> bool:
    """The hub refuses, or ends what it had promised. False if there is no such lease."""
    lease = find_lease(connection, token)
    if lease is None or lease.topic != topic:
        return False
    connection.execute(
        update(hubs)
        .where(_same(lease))
        .values(state="denied", again_at=again, lease_until=None, proven=False, error=reason[:500])
    )
    _lapse(connection, lease.watch_id)
    return True


def take_push(connection: Connection, token: str, now: datetime) -> bool:
    """Something came that the hub signed: the feed is due. False where there is no lease (any more)."""
    lease = find_lease(connection, token)
    if lease is None:
        return False
    connection.execute(update(hubs).where(_same(lease)).values(proven=True, pushed_at=now))
    if lease.lease_until is not None and lease.lease_until > now:
        _promise(connection, lease.watch_id, lease.lease_until)
    last = connection.execute(select(watches.c.last_poll_at).where(watches.c.id == lease.watch_id)).scalar()
    due = now if last is None else max(now, last + PACE)
    connection.execute(
        update(watches)
        .where(watches.c.id == lease.watch_id, watches.c.next_poll_at > due)
        .values(next_poll_at=due, pokes=watches.c.pokes + 1)
    )
    return True


def missed(connection: Connection, watch_id: int, since: datetime | None) -> None:
    """A look found what no push had told of since `since`: the hub is relied on no more until it has pushed again."""
    unheard = (
        hubs.c.pushed_at.is_(None)
        if since is None
        else or_(hubs.c.pushed_at.is_(None), hubs.c.pushed_at < since)
    )
    changed = connection.execute(
        update(hubs).where(hubs.c.watch_id == watch_id, hubs.c.proven, unheard).values(proven=False)
    )
    if changed.rowcount:
        _lapse(connection, watch_id)


def _promise(connection: Connection, watch_id: int, until: datetime) -> None:
    connection.execute(update(watches).where(watches.c.id == watch_id).values(pushed_until=until))


def _same(lease: Lease) -> Any:
    """The row as long as it is about the same hub and topic."""
    return and_(hubs.c.watch_id == lease.watch_id, hubs.c.token == lease.token)


def _watched() -> Any:
    return hubs.join(watches, watches.c.id == hubs.c.watch_id).join(
        sources, sources.c.id == watches.c.source_id
    )


def _lease(row: Row[Any]) -> Lease:
    return Lease(
        row.watch_id,
        row.hub,
        row.topic,
        row.token,
        row.secret,
        row.state,
        row.tries,
        row.lease_until,
        row.proven,
    )
