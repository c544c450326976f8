"""The catalogue and the watch list: what is asked for, and when."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, select, update

from service.decision import Subject, Watch
from service.model import SourceKind, SourceSpec
from service.store.errors import StoreError
from service.store.ids import new_id
from service.store.tables import inserted_id
from service.store.watchrows import documents, sources, spec_of, watch_of, watches, watching


@dataclass(frozen=True, slots=True)
class Synced:
    """What bringing the catalogue in line changed, as names."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()


def sync_sources(connection: Connection, specs: Iterable[SourceSpec], origin: str, now: datetime) -> Synced:
    """Make the sources of `origin` be exactly `specs`. Retired ones keep their history and come back by name."""
    have = {row.name: row for row in connection.execute(select(sources))}
    added, changed = [], []
    wanted = {spec.name: spec for spec in specs}
    for spec in wanted.values():
        row = have.get(spec.name)
        if row is None:
            _insert(connection, spec, origin, now)
            added.append(spec.name)
        elif _refresh(connection, row, spec, origin, now):
            changed.append(spec.name)
    gone = [name for name, row in have.items() if row.origin == origin and row.active and name not in wanted]
    for name in gone:
        retire_source(connection, name)
    return Synced(tuple(added), tuple(changed), tuple(gone))


def add_source(connection: Connection, spec: SourceSpec, now: datetime) -> None:
    """Add one by hand; StoreError if the name is taken."""
    row = connection.execute(select(sources).where(sources.c.name == spec.name)).first()
    if row is None:
        _insert(connection, spec, "added", now)
    elif row.active:
        raise StoreError(f"there is a source named {spec.name!r} already")
    else:
        _refresh(connection, row, spec, "added", now)


def retire_source(connection: Connection, name: str) -> bool:
    """Stop watching it; what it showed stays. False if there is none of that name."""
    result = connection.execute(
        update(sources).where(sources.c.name == name, sources.c.active).values(active=False)
    )
    return result.rowcount > 0


def source_specs(connection: Connection, origins: Collection[str] | None = None) -> tuple[SourceSpec, ...]:
    """The active sources, by name."""
    query = select(sources).where(sources.c.active).order_by(sources.c.name)
    if origins is not None:
        query = query.where(sources.c.origin.in_(origins))
    return tuple(spec_of(row) for row in connection.execute(query))


def due(connection: Connection, now: datetime, limit: int, but: Collection[int] = ()) -> tuple[Watch, ...]:
    """The watches whose time has come, the longest waiting first; none of `but`."""
    query = watching().where(watches.c.next_poll_at <= now).order_by(watches.c.next_poll_at).limit(limit)
    if but:
        query = query.where(watches.c.id.not_in(but))
    return tuple(watch_of(row) for row in connection.execute(query))


def agenda(
    connection: Connection, now: datetime, limit: int, but: Collection[int] = ()
) -> tuple[tuple[Watch, ...], datetime | None]:
    """What is due without `but`, and where that is all of it, when the next falls due."""
    found = due(connection, now, limit, but)
    return found, next_due(connection, now) if len(found) < limit else None


def due_of_source(connection: Connection, source_id: int, now: datetime) -> tuple[Watch, ...]:
    """Of one source: the watches whose time has come."""
    query = watching().where(watches.c.source_id == source_id, watches.c.next_poll_at <= now)
    return tuple(watch_of(row) for row in connection.execute(query.order_by(watches.c.next_poll_at)))


def next_due(connection: Connection, after: datetime) -> datetime | None:
    """When the next watch becomes due, later than `after`."""
    query = (
        select(func.min(watches.c.next_poll_at))
        .select_from(watches.join(sources))
        .where(sources.c.active, watches.c.next_poll_at > after)
    )
    found: datetime | None = connection.execute(query).scalar()
    return found


def named(connection: Connection, names: Sequence[str]) -> tuple[Watch, ...]:
    """All watches of these sources, feeds and pages first; StoreError names the one that is not there."""
    for name in names:
        if (
            connection.execute(select(sources.c.id).where(sources.c.name == name, sources.c.active)).first()
            is None
        ):
            raise StoreError(f"there is no source named {name!r}")
    rows = connection.execute(watching().where(sources.c.name.in_(names)).order_by(watches.c.id))
    found = [watch_of(row) for row in rows]
    return tuple(sorted(found, key=lambda watch: watch.subject is Subject.POST))


def force(connection: Connection, name: str, now: datetime) -> bool:
    """Let every watch of a source be due at once. False if there is none of that name."""
    row = connection.execute(select(sources.c.id).where(sources.c.name == name, sources.c.active)).first()
    if row is None:
        return False
    connection.execute(
        update(watches)
        .where(watches.c.source_id == row.id)
        .values(next_poll_at=now, pokes=watches.c.pokes + 1)
    )
    return True


def _columns(spec: SourceSpec) -> dict[str, Any]:
    return {
        "url": spec.url,
        "kind": spec.kind.value,
        "role": spec.role.value,
        "company": spec.company,
        "grouping": spec.group,
        "every": spec.every,
        "confirm": spec.confirm,
        "selector": spec.select,
        "remover": spec.remove,
        "robots": spec.robots,
        "slowest": spec.slowest,
        "grace": spec.grace,
    }


def _insert(connection: Connection, spec: SourceSpec, origin: str, now: datetime) -> None:
    values = {**_columns(spec), "name": spec.name, "origin": origin, "active": True, "created_at": now}
    source_id = inserted_id(connection.execute(insert(sources).values(**values)))
    _start(connection, source_id, spec, now)


def _start(connection: Connection, source_id: int, spec: SourceSpec, now: datetime) -> None:
    """The first watch of a source: the feed itself, or its page."""
    document_id = None
    if spec.kind is SourceKind.PAGE:
        document_id = new_id("doc", now)
        connection.execute(
            insert(documents).values(
                id=document_id,
                source_id=source_id,
                url=spec.url,
                company=spec.company,
                created_at=now,
                **BLANK_DOCUMENT,
            )
        )
    connection.execute(
        insert(watches).values(
            source_id=source_id,
            document_id=document_id,
            subject=spec.kind.value,
            url=spec.url,
            next_poll_at=now,
            **UNSEEN_WATCH,
        )
    )


BLANK_DOCUMENT: dict[str, Any] = {
    "flips": 0,
    "unstable": False,
    "identity": "",
    "title": "",
    "state": "new",
    "announce": False,
    "page_seen": False,
    "last_version": 0,
    "detector": 0,
    "pending": 0,
}
UNSEEN_WATCH: dict[str, Any] = {
    "pokes": 0,
    "failures": 0,
    "step": 0,
    "hint": 0.0,
    "moved_url": "",
    "moved_seen": 0,
    "outcome": "",
    "reason": "",
    "error": "",
}


def _refresh(connection: Connection, row: Row[Any], spec: SourceSpec, origin: str, now: datetime) -> bool:
    """Take over what the configuration says now. Another address or selector makes the watch look anew, at once."""
    wanted = {**_columns(spec), "origin": origin, "active": True}
    if all(getattr(row, key) == value for key, value in wanted.items()):
        return False
    connection.execute(update(sources).where(sources.c.id == row.id).values(**wanted))
    if row.kind != spec.kind.value:
        connection.execute(
            update(watches)
            .where(watches.c.source_id == row.id)
            .values(next_poll_at=None, pokes=watches.c.pokes + 1)
        )
        _start(connection, row.id, spec, now)
        return True
    main = and_(watches.c.source_id == row.id, watches.c.subject == spec.kind.value)
    if row.url != spec.url:
        connection.execute(
            update(watches)
            .where(main)
            .values(
                url=spec.url,
                etag=None,
                last_modified=None,
                body_hash=None,
                next_poll_at=now,
                moved_url="",
                moved_seen=0,
                pokes=watches.c.pokes + 1,
            )
        )
    elif (row.selector, row.remover) != (spec.select, spec.remove) or not row.active:
        connection.execute(
            update(watches)
            .where(main)
            .values(
                etag=None,
                last_modified=None,
                body_hash=None,
                next_poll_at=now,
                pokes=watches.c.pokes + 1,
            )
        )
    elif (row.every, row.slowest) != (spec.every, spec.slowest):
        connection.execute(
            update(watches)
            .where(main, watches.c.next_poll_at > now)
            .values(next_poll_at=now, pokes=watches.c.pokes + 1)
        )
    return True


def history_watch(connection: Connection, spec: SourceSpec, now: datetime) -> tuple[Watch, datetime | None]:
    """The watch of an imported history, made if need be, and the time of its last revision on record.

    It is never due: nobody asks anybody for it.
    """
    for _ in range(2):
        query = (
            watching().add_columns(watches.c.last_poll_at.label("last")).where(sources.c.name == spec.name)
        )
        row = connection.execute(query).first()
        if row is not None:
            return watch_of(row), row.last
        _insert(connection, spec, "import", now)
        connection.execute(
            update(watches)
            .where(
                watches.c.source_id
                == select(sources.c.id).where(sources.c.name == spec.name).scalar_subquery()
            )
            .values(next_poll_at=None)
        )
    raise StoreError(f"the history {spec.name!r} cannot be begun")
