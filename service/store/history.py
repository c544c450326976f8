"""Questions to the record about changes and assurances: what does X say now, what did it say on that day?"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, false, func, select
from sqlalchemy.sql.elements import ColumnElement

from service.store.errors import StoreError
from service.store.filters import AssuranceFilter, ChangeFilter, after_row
from service.store.names import spellings
from service.store.questions import (
    ASSURANCES_BY_WORDING,
    CHANGES_BY_ID,
    ORDER,
    assurance_values,
    change_values,
    newest,
    saying,
    saying_in_order,
    with_words,
)
from service.store.rows import assurance_of, change_of, lineage_of
from service.store.search import (
    RANKED,
    Place,
    cursor_of,
    indexed,
    match_changes,
    matching_wordings,
    place_of,
    searchable,
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

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
FEW = 2000
"""Wordings that are looked up one by one and sorted."""

__all__ = ["AssuranceFilter", "ChangeFilter", "CursorError"]


class CursorError(StoreError):
    """A cursor that this program did not give out."""


def list_changes(
    connection: Connection, wanted: ChangeFilter, *, cursor: str | None = None, limit: int = 50
) -> Page[ChangeView]:
    """Newest first, or the best match first where that is wanted. CursorError where `cursor` is not one of ours."""
    if indexed(connection) and searchable(wanted):
        return _search_changes(connection, wanted, cursor, limit)
    values = change_values(wanted, spellings(connection, *wanted.companies) if wanted.companies else ())
    if cursor:
        at, values["after_id"] = _decode(cursor)
        values["after"] = from_micros(at)
    query = newest(frozenset(values) - {"after_id"})
    if wanted.q:
        query = with_words(query, wanted.q.split())
    ids = connection.execute(query, {**values, "limit": limit + 1}).scalars().all()
    found = _changes_by_id(connection, ids[:limit])
    following = _encode(to_micros(found[-1].observed_at), found[-1].id) if len(ids) > limit else None
    return Page(found, following)


def _search_changes(
    connection: Connection, wanted: ChangeFilter, cursor: str | None, limit: int
) -> Page[ChangeView]:
    found = match_changes(connection, wanted, _place(cursor) if cursor else None, limit)
    following = _encode(*cursor_of(found.next)) if found.next else None
    # The index orders by milliseconds; bounds may be finer.
    since, until = wanted.since or _FIRST, wanted.until or _LAST
    items = _changes_by_id(connection, found.ids)
    return Page(tuple(one for one in items if since <= one.observed_at < until), following)


def _changes_by_id(connection: Connection, ids: Sequence[str]) -> tuple[ChangeView, ...]:
    """In this order."""
    if not ids:
        return ()
    rows = {row.id: row for row in connection.execute(CHANGES_BY_ID, {"ids": ids}).all()}
    seen = sightings_of(connection, (row.assurance_id for row in rows.values()))
    return tuple(change_of(row, seen.get(row.assurance_id, ())) for one in ids if (row := rows.get(one)))


def _assurances_by_wording(
    connection: Connection, ids: Sequence[int], as_of: datetime | None
) -> tuple[AssuranceView, ...]:
    """In this order."""
    if not ids:
        return ()
    rows = {row.wording_id: row for row in connection.execute(ASSURANCES_BY_WORDING, {"ids": ids}).all()}
    seen = sightings_of(connection, (lineage_of(row) for row in rows.values()), as_of)
    found = (row for one in ids if (row := rows.get(one)))
    return tuple(assurance_of(row, as_of, seen.get(lineage_of(row), ())) for row in found)


def _place(cursor: str) -> Place:
    try:
        return place_of(*_decode(cursor))
    except (ValueError, OverflowError) as error:
        raise CursorError("the cursor is unknown") from error


def change(connection: Connection, change_id: str) -> ChangeView | None:
    """One change, with the id of the version before it."""
    found = next(iter(_changes_by_id(connection, (change_id,))), None)
    if found is None or found.previous_version is None:
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
    values = assurance_values(wanted, spellings(connection, *wanted.companies) if wanted.companies else ())
    kind = (frozenset(values), wanted.status)
    dated = wanted.as_of is not None
    values |= {"limit": limit + 1} | ({"as_of": wanted.as_of} if dated else {})
    if wanted.q and wanted.ranked and indexed(connection):
        return _ranked_assurances(connection, saying(*kind, as_of=dated), values, wanted, cursor, limit)
    query = saying_in_order(*kind, as_of=dated)
    if wanted.q:
        query = query.where(*_words_in(connection, wanted.q))
    if cursor:
        wording, _ = _decode(cursor)
        after = connection.execute(select(*ORDER).where(wordings.c.id == wording)).first()
        if after is None:
            raise CursorError("the cursor is unknown")
        query = query.where(after_row(ORDER, tuple(after)))
    ids = connection.execute(query, values).scalars().all()
    following = _encode(ids[limit - 1], "") if len(ids) > limit else None
    return Page(_assurances_by_wording(connection, ids[:limit], wanted.as_of), following)


def _ranked_assurances(
    connection: Connection,
    query: Select[Any],
    values: dict[str, Any],
    wanted: AssuranceFilter,
    cursor: str | None,
    limit: int,
) -> Page[AssuranceView]:
    """Later parts leave out what was recorded after the first one."""
    condition = matching_wordings(wanted.q)
    if condition is None:
        return Page(())
    matched, rowid, score = wording_rank()
    ceiling, offset = _ceiling(connection, cursor)
    newest = select(rowid).select_from(matched).where(condition, rowid <= ceiling).order_by(rowid.desc())
    last = connection.execute(newest.limit(1).offset(RANKED)).scalar() or 0
    query = query.join(matched, rowid == wordings.c.id).where(condition, rowid <= ceiling, rowid > last)
    ids = connection.execute(query.order_by(score, wordings.c.id).offset(offset), values).scalars().all()
    following = _encode(ceiling, str(offset + limit)) if len(ids) > limit else None
    return Page(_assurances_by_wording(connection, ids[:limit], wanted.as_of), following)


def _words_in(connection: Connection, q: str) -> list[ColumnElement[bool]]:
    if not indexed(connection):
        return [wordings.c.text.icontains(word, autoescape=True) for word in q.split()]
    condition = matching_wordings(q)
    if condition is None:
        return [false()]
    matched, rowid, _ = wording_rank()
    holding = select(rowid).select_from(matched).where(condition)
    few = len(connection.execute(holding.limit(FEW)).all()) < FEW
    # Few are looked up and put in order. Of many, those that come first are met soon on the way through the order,
    # which the sum makes SQLite take: it is no column with an index.
    return [(wordings.c.id if few else wordings.c.id + 0).in_(holding)]


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
