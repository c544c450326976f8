"""Questions to the record about changes and assurances: what does X say now, what did it say on that day?"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, false, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from service.store.errors import StoreError
from service.store.filters import AssuranceFilter, ChangeFilter, after_row, has_category, standing
from service.store.names import spellings
from service.store.rows import assurance_of, change_of
from service.store.search import (
    Place,
    change_keys,
    cursor_of,
    indexed,
    match_changes,
    matching_wordings,
    place_of,
    wording_rank,
)
from service.store.sightings import sightings_of
from service.store.tables import (
    AssuranceRow,
    ChangeRow,
    DocumentRow,
    EventRow,
    SourceRow,
    VersionRow,
    WatchRow,
    WordingRow,
)
from service.store.types import from_micros, to_micros
from service.store.views import AssuranceView, ChangeView, CompanyView, EventView, Page

sources = SourceRow.__table__
documents = DocumentRow.__table__
watches = WatchRow.__table__
versions = VersionRow.__table__
assurances = AssuranceRow.__table__
wordings = WordingRow.__table__
changes = ChangeRow.__table__
events = EventRow.__table__

_OLD, _NEW = wordings.alias("old"), wordings.alias("new")
_ORIGIN = documents.alias("origin")
_SIDE = ("text", "exception", "heading", "speaker_name", "speaker_role", "attribution")


__all__ = ["AssuranceFilter", "ChangeFilter", "CursorError"]

_NO_CHANGE_FILTER = ChangeFilter()


class CursorError(StoreError):
    """A cursor that this program did not give out."""


def list_changes(
    connection: Connection, wanted: ChangeFilter, *, cursor: str | None = None, limit: int = 50
) -> Page[ChangeView]:
    """Newest first, or the best match first where that is wanted. CursorError where `cursor` is not one of ours."""
    if wanted.q and indexed(connection) and not (wanted.document or wanted.assurance):
        return _search_changes(connection, wanted, cursor, limit)
    query = _changes().order_by(changes.c.observed_at.desc(), changes.c.id.desc()).limit(limit + 1)
    for condition in _change_conditions(connection, wanted):
        query = query.where(condition)
    if cursor:
        at, identity = _decode(cursor)
        query = query.where(
            or_(
                changes.c.observed_at < from_micros(at),
                and_(changes.c.observed_at == from_micros(at), changes.c.id < identity),
            )
        )
    rows = connection.execute(query).all()
    last = rows[limit - 1] if len(rows) > limit else None
    following = _encode(to_micros(last.observed_at), last.id) if last else None
    return Page(_seen_changes(connection, [change_of(row) for row in rows[:limit]]), following)


def _search_changes(
    connection: Connection, wanted: ChangeFilter, cursor: str | None, limit: int
) -> Page[ChangeView]:
    found = match_changes(connection, wanted, _place(cursor) if cursor else None, limit)
    query = (
        _changes()
        .add_columns(change_keys.c.key)
        .join(change_keys, change_keys.c.change_id == changes.c.id)
        .where(change_keys.c.key.in_(found.keys))
    )
    # The index orders by milliseconds; bounds may be finer.
    bounds = replace(_NO_CHANGE_FILTER, since=wanted.since, until=wanted.until, technical=True)
    for condition in _change_conditions(connection, bounds):
        query = query.where(condition)
    rows = {row.key: row for row in connection.execute(query)} if found.keys else {}
    following = _encode(*cursor_of(found.next)) if found.next else None
    views = [change_of(rows[key]) for key in found.keys if key in rows]
    return Page(_seen_changes(connection, views), following)


def _seen_changes(connection: Connection, found: Sequence[ChangeView]) -> tuple[ChangeView, ...]:
    seen = sightings_of(connection, (one.assurance for one in found))
    return tuple(replace(one, sightings=seen.get(one.assurance, ())) for one in found)


def _seen(
    connection: Connection, rows: Sequence[Row[Any]], as_of: datetime | None
) -> tuple[AssuranceView, ...]:
    found = [assurance_of(row, as_of) for row in rows]
    seen = sightings_of(connection, (one.id for one in found), as_of)
    return tuple(replace(one, sightings=seen.get(one.id, ())) for one in found)


def _place(cursor: str) -> Place:
    try:
        return place_of(*_decode(cursor))
    except (ValueError, OverflowError) as error:
        raise CursorError("the cursor is unknown") from error


def change(connection: Connection, change_id: str) -> ChangeView | None:
    """One change, with the id of the version before it."""
    row = connection.execute(_changes().where(changes.c.id == change_id)).first()
    if row is None:
        return None
    (found,) = _seen_changes(connection, [change_of(row)])
    if found.previous_version is None:
        return found
    holder = found.moved_from or found.document_id
    before = connection.execute(
        select(versions.c.id).where(
            versions.c.document_id == holder, versions.c.number == found.previous_version
        )
    ).scalar()
    return replace(found, previous_version_id=before)


def list_assurances(
    connection: Connection, wanted: AssuranceFilter, *, cursor: str | None = None, limit: int = 50
) -> Page[AssuranceView]:
    """In the order of company, document and text. CursorError where `cursor` is not one of ours."""
    key = (wordings.c.company, wordings.c.document_id, wordings.c.position, wordings.c.id)
    query = _assurances().limit(limit + 1)
    for condition in _assurance_conditions(connection, wanted):
        query = query.where(condition)
    if wanted.q and wanted.ranked and indexed(connection):
        return _ranked_assurances(connection, query, wanted, cursor, limit)
    query = query.order_by(*key)
    if cursor:
        wording, _ = _decode(cursor)
        after = connection.execute(select(*key).where(wordings.c.id == wording)).first()
        if after is None:
            raise CursorError("the cursor is unknown")
        query = query.where(after_row(key, tuple(after)))
    rows = connection.execute(query).all()
    following = _encode(rows[limit - 1].wording_id, "") if len(rows) > limit else None
    return Page(_seen(connection, rows[:limit], wanted.as_of), following)


def _ranked_assurances(
    connection: Connection, query: Select[Any], wanted: AssuranceFilter, cursor: str | None, limit: int
) -> Page[AssuranceView]:
    """Later parts leave out what was recorded after the first one."""
    condition = matching_wordings(wanted.q)
    if condition is None:
        return Page(())
    matched, rowid, score = wording_rank()
    ceiling, offset = _ceiling(connection, cursor)
    query = query.join(matched, rowid == wordings.c.id).where(condition, rowid <= ceiling)
    rows = connection.execute(query.order_by(score, wordings.c.id).offset(offset)).all()
    following = _encode(ceiling, str(offset + limit)) if len(rows) > limit else None
    return Page(_seen(connection, rows[:limit], wanted.as_of), following)


def _ceiling(connection: Connection, cursor: str | None) -> tuple[int, int]:
    """The newest wording that counts, and how many were listed before."""
    if not cursor:
        return connection.execute(select(func.max(wordings.c.id))).scalar() or 0, 0
    number, rest = _decode(cursor)
    if not rest.isdecimal():
        raise CursorError("the cursor is unknown")
    return number, int(rest[:9])


def list_companies(connection: Connection, only: Sequence[str] = ()) -> tuple[CompanyView, ...]:
    """Everybody who has or had an assurance on record, by name. `only`: these, as spelled on record."""
    said: dict[str, int] = {
        row.company: row.n
        for row in connection.execute(
            select(assurances.c.company, func.count().label("n"))
            .where(
                assurances.c.state == "current", assurances.c.joined == "", _named(assurances.c.company, only)
            )
            .group_by(assurances.c.company)
        )
    }
    changed = {
        row.company: row
        for row in connection.execute(
            select(changes.c.company, func.count().label("n"), func.max(changes.c.observed_at).label("last"))
            .where(changes.c.note != "technical", _named(changes.c.company, only))
            .group_by(changes.c.company)
        )
    }
    names = sorted({*said, *changed}, key=str.casefold)
    return tuple(
        CompanyView(
            name=name,
            assurances=said.get(name, 0),
            changes=changed[name].n if name in changed else 0,
            last_change_at=changed[name].last if name in changed else None,
        )
        for name in names
    )


def find_company(connection: Connection, name: str) -> CompanyView | None:
    """Whatever the case; None where nothing relevant of it is on record."""
    return next(iter(list_companies(connection, spellings(connection, name))), None)


def _named(company: ColumnElement[str], only: Sequence[str]) -> ColumnElement[bool]:
    return company.in_(only) if only else company != ""


def events_after(connection: Connection, sequence: int, limit: int = 100) -> tuple[EventView, ...]:
    """The event log from `sequence` (exclusive) on."""
    rows = connection.execute(
        select(events).where(events.c.sequence > sequence).order_by(events.c.sequence).limit(limit)
    )
    return tuple(EventView(row.sequence, row.id, row.type, row.time, row.body, row.source) for row in rows)


def last_sequence(connection: Connection) -> int:
    """Number of the newest event, 0 before the first."""
    return int(connection.execute(select(func.coalesce(func.max(events.c.sequence), 0))).scalar_one())


def sequence_of(connection: Connection, event_id: str) -> int | None:
    """Number of an event."""
    found: int | None = connection.execute(select(events.c.sequence).where(events.c.id == event_id)).scalar()
    return found


# ------------------------------------------------------------------ queries


def _changes() -> Select[Any]:
    sides = [side.c[name].label(f"{side.name}_{name}") for side in (_OLD, _NEW) for name in _SIDE]
    return (
        select(
            changes,
            *sides,
            sources.c.name.label("source_name"),
            documents.c.url.label("document_url"),
            documents.c.title.label("document_title"),
            documents.c.published,
            _ORIGIN.c.url.label("moved_from_url"),
        )
        .select_from(changes)
        .join(sources, changes.c.source_id == sources.c.id)
        .join(documents, changes.c.document_id == documents.c.id)
        .outerjoin(_OLD, changes.c.old_wording == _OLD.c.id)
        .outerjoin(_NEW, changes.c.new_wording == _NEW.c.id)
        .outerjoin(_ORIGIN, changes.c.moved_from == _ORIGIN.c.id)
    )


def _change_conditions(connection: Connection, wanted: ChangeFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.companies:
        found.append(changes.c.company.in_(spellings(connection, *wanted.companies)))
    if wanted.categories:
        found.append(has_category(changes.c.categories, wanted.categories))
    if wanted.kinds:
        found.append(changes.c.kind.in_(wanted.kinds))
    if wanted.sources:
        found.append(sources.c.name.in_(wanted.sources))
    if wanted.document:
        found.append(changes.c.document_id == wanted.document)
    if wanted.assurance:
        found.append(changes.c.assurance_id == wanted.assurance)
    if wanted.since:
        found.append(changes.c.observed_at >= wanted.since)
    if wanted.until:
        found.append(changes.c.observed_at < wanted.until)
    if not wanted.technical:
        found.append(changes.c.note != "technical")
    found += [or_(_OLD.c.text.icontains(word, autoescape=True), _NEW.c.text.icontains(word, autoescape=True))
              for word in wanted.q.split()]  # fmt: skip
    return found


def _assurances() -> Select[Any]:
    return (
        select(
            wordings,
            wordings.c.id.label("wording_id"),
            assurances.c.state,
            assurances.c.since.label("first_seen"),
            assurances.c.missing_since,
            assurances.c.last_seen_at,
            documents.c.url.label("document_url"),
            documents.c.title.label("document_title"),
            sources.c.name.label("source_name"),
            watches.c.last_ok_at.label("checked_at"),
        )
        .select_from(wordings)
        .join(assurances, wordings.c.assurance_id == assurances.c.id)
        .join(documents, wordings.c.document_id == documents.c.id)
        .join(sources, documents.c.source_id == sources.c.id)
        .outerjoin(watches, watches.c.document_id == documents.c.id)
    )


def _assurance_conditions(connection: Connection, wanted: AssuranceFilter) -> list[ColumnElement[bool]]:
    found = [standing(wanted.status, wanted.as_of)]
    if not (wanted.sources or wanted.document or wanted.assurance):
        found.append(wordings.c.joined == "")  # otherwise sightings show for what they are sightings of
    if wanted.companies:
        found.append(wordings.c.company.in_(spellings(connection, *wanted.companies)))
    if wanted.categories:
        found.append(has_category(wordings.c.categories, wanted.categories))
    if wanted.sources:
        found.append(sources.c.name.in_(wanted.sources))
    if wanted.document:
        found.append(wordings.c.document_id == wanted.document)
    if wanted.assurance:
        found.append(wordings.c.assurance_id == wanted.assurance)
    return found + _saying(connection, wanted) if wanted.q else found


def _saying(connection: Connection, wanted: AssuranceFilter) -> list[ColumnElement[bool]]:
    if not indexed(connection):
        return [wordings.c.text.icontains(word, autoescape=True) for word in wanted.q.split()]
    if wanted.ranked:
        return []
    condition = matching_wordings(wanted.q)
    if condition is None:
        return [false()]
    matched, rowid, _ = wording_rank()
    return [wordings.c.id.in_(select(rowid).select_from(matched).where(condition))]


def _encode(number: int, identity: str) -> str:
    return base64.urlsafe_b64encode(f"{number}:{identity}".encode()).decode().rstrip("=")


def _decode(cursor: str) -> tuple[int, str]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        number, _, identity = text.partition(":")
        from_micros(int(number))
        return int(number), identity
    except (ValueError, OverflowError, binascii.Error) as error:
        raise CursorError("the cursor is unknown") from error
