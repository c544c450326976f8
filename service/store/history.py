"""Questions to the record about changes and assurances: what does X say now, what did it say on that day?"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Row, Select, and_, func, or_, select, type_coerce
from sqlalchemy.sql.elements import ColumnElement

from service.model import Attribution, Category, Speaker
from service.store.errors import StoreError
from service.store.names import spellings
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
from service.store.types import category_mask, from_micros, to_micros
from service.store.views import AssuranceView, ChangeView, CompanyView, EventView, Page, SideView

sources = SourceRow.__table__  # type: ignore[attr-defined]
documents = DocumentRow.__table__  # type: ignore[attr-defined]
watches = WatchRow.__table__  # type: ignore[attr-defined]
versions = VersionRow.__table__  # type: ignore[attr-defined]
assurances = AssuranceRow.__table__  # type: ignore[attr-defined]
wordings = WordingRow.__table__  # type: ignore[attr-defined]
changes = ChangeRow.__table__  # type: ignore[attr-defined]
events = EventRow.__table__  # type: ignore[attr-defined]

_OLD, _NEW = wordings.alias("old"), wordings.alias("new")
_SIDE = ("text", "exception", "heading", "speaker_name", "speaker_role", "attribution")


class CursorError(StoreError):
    """A cursor that this program did not give out."""


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """Which changes; what is empty does not filter. `until` is exclusive."""

    company: str = ""
    category: Category | None = None
    kinds: tuple[str, ...] = ()
    source: str = ""
    document: str = ""
    assurance: str = ""
    since: datetime | None = None
    until: datetime | None = None
    q: str = ""
    technical: bool = False
    """Also those that our own reading made, not the company."""


@dataclass(frozen=True, slots=True)
class AssuranceFilter:
    """Which assurances. `as_of`: as the record stood at that time; `status`: current or withdrawn, "" for both."""

    company: str = ""
    category: Category | None = None
    source: str = ""
    document: str = ""
    status: str = "current"
    as_of: datetime | None = None
    q: str = ""


def list_changes(
    connection: Connection, wanted: ChangeFilter, *, cursor: str | None = None, limit: int = 50
) -> Page[ChangeView]:
    """Newest first. CursorError where `cursor` is not one of ours."""
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
    return Page(tuple(_change(row) for row in rows[:limit]), following)


def change(connection: Connection, change_id: str) -> ChangeView | None:
    """One change, with the id of the version before it."""
    row = connection.execute(_changes().where(changes.c.id == change_id)).first()
    if row is None:
        return None
    found = _change(row)
    if found.previous_version is None:
        return found
    before = connection.execute(
        select(versions.c.id).where(
            versions.c.document_id == found.document_id, versions.c.number == found.previous_version
        )
    ).scalar()
    return replace(found, previous_version_id=before)


def list_assurances(
    connection: Connection, wanted: AssuranceFilter, *, cursor: str | None = None, limit: int = 50
) -> Page[AssuranceView]:
    """In the order of company, document and text. CursorError where `cursor` is not one of ours."""
    key = (wordings.c.company, wordings.c.document_id, wordings.c.position, wordings.c.id)
    query = _assurances().order_by(*key).limit(limit + 1)
    for condition in _assurance_conditions(connection, wanted):
        query = query.where(condition)
    if cursor:
        wording, _ = _decode(cursor)
        after = connection.execute(select(*key).where(wordings.c.id == wording)).first()
        if after is None:
            raise CursorError("the cursor is unknown")
        query = query.where(_after(key, tuple(after)))
    rows = connection.execute(query).all()
    following = _encode(rows[limit - 1].wording_id, "") if len(rows) > limit else None
    return Page(tuple(_assurance(row, wanted.as_of) for row in rows[:limit]), following)


def list_companies(connection: Connection) -> tuple[CompanyView, ...]:
    """Everybody who has or had an assurance on record, by name."""
    said: dict[str, int] = {
        row.company: row.n
        for row in connection.execute(
            select(assurances.c.company, func.count().label("n"))
            .where(assurances.c.state == "current", assurances.c.company != "")
            .group_by(assurances.c.company)
        )
    }
    changed = {
        row.company: row
        for row in connection.execute(
            select(changes.c.company, func.count().label("n"), func.max(changes.c.observed_at).label("last"))
            .where(changes.c.note != "technical", changes.c.company != "")
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


def events_after(connection: Connection, sequence: int, limit: int = 100) -> tuple[EventView, ...]:
    """The event log from `sequence` (exclusive) on."""
    rows = connection.execute(
        select(events).where(events.c.sequence > sequence).order_by(events.c.sequence).limit(limit)
    )
    return tuple(EventView(row.sequence, row.id, row.type, row.time, row.body) for row in rows)


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
        )
        .select_from(changes)
        .join(sources, changes.c.source_id == sources.c.id)
        .join(documents, changes.c.document_id == documents.c.id)
        .outerjoin(_OLD, changes.c.old_wording == _OLD.c.id)
        .outerjoin(_NEW, changes.c.new_wording == _NEW.c.id)
    )


def _change_conditions(connection: Connection, wanted: ChangeFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.company:
        found.append(changes.c.company.in_(spellings(connection, wanted.company)))
    if wanted.category:
        found.append(_has(changes.c.categories, wanted.category))
    if wanted.kinds:
        found.append(changes.c.kind.in_(wanted.kinds))
    if wanted.source:
        found.append(sources.c.name == wanted.source)
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
    found = [_standing(wanted)]
    if wanted.company:
        found.append(wordings.c.company.in_(spellings(connection, wanted.company)))
    if wanted.category:
        found.append(_has(wordings.c.categories, wanted.category))
    if wanted.source:
        found.append(sources.c.name == wanted.source)
    if wanted.document:
        found.append(wordings.c.document_id == wanted.document)
    found += [wordings.c.text.icontains(word, autoescape=True) for word in wanted.q.split()]
    return found


def _standing(wanted: AssuranceFilter) -> ColumnElement[bool]:
    """The wording that each lineage had: at the time asked for, now, or when it ended."""
    ended = and_(assurances.c.state == "withdrawn", wordings.c.until == assurances.c.withdrawn_at)
    if wanted.as_of is None:
        current = wordings.c.until.is_(None)
        return current if wanted.status == "current" else ended if wanted.status else or_(current, ended)
    begun = wordings.c.since <= wanted.as_of
    current = and_(begun, or_(wordings.c.until.is_(None), wordings.c.until > wanted.as_of))
    past = and_(ended, wordings.c.until <= wanted.as_of)
    return current if wanted.status == "current" else past if wanted.status else or_(current, past)


def _has(column: Any, category: Category) -> ColumnElement[bool]:
    return type_coerce(column, Integer).op("&")(category_mask((category,))) != 0


def _after(key: tuple[Any, ...], values: tuple[Any, ...]) -> ColumnElement[bool]:
    """Rows that come later than `values` in the order of `key`."""
    return or_(
        *(
            and_(*(k == v for k, v in zip(key[:i], values[:i], strict=True)), key[i] > values[i])
            for i in range(len(key))
        )
    )


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


# ------------------------------------------------------------------ rows to values


def _change(row: Row[Any]) -> ChangeView:
    return ChangeView(
        id=row.id,
        kind=row.kind,
        company=row.company,
        categories=row.categories,
        source=row.source_name,
        assurance=row.assurance_id,
        old=_side(row, "old"),
        new=_side(row, "new"),
        score=row.score,
        reason=row.reason,
        note=row.note,
        announced=row.announced,
        observed_at=row.observed_at,
        last_seen_at=row.last_seen_at,
        document_id=row.document_id,
        document_url=row.document_url,
        document_title=row.document_title,
        published=row.published,
        version_id=row.version_id,
        version=row.version,
        previous_version=row.previous_version,
    )


def _side(row: Row[Any], which: str) -> SideView | None:
    text = getattr(row, f"{which}_text")
    if text is None:
        return None
    speaker = Speaker(
        getattr(row, f"{which}_speaker_name"),
        getattr(row, f"{which}_speaker_role"),
        Attribution(getattr(row, f"{which}_attribution")),
    )
    return SideView(text, getattr(row, f"{which}_exception"), getattr(row, f"{which}_heading"), speaker)


def _assurance(row: Row[Any], as_of: datetime | None) -> AssuranceView:
    over = row.until is not None and (as_of is None or row.until <= as_of)
    waiting = row.missing_since is not None and (as_of is None or row.missing_since <= as_of)
    return AssuranceView(
        id=row.assurance_id,
        company=row.company,
        text=row.text,
        exception=row.exception,
        categories=row.categories,
        speaker=Speaker(row.speaker_name, row.speaker_role, Attribution(row.attribution)),
        score=row.score,
        heading=row.heading,
        figures=tuple(tuple(figure) for figure in row.figures),
        status="withdrawn" if over else "unconfirmed" if waiting else "current",
        since=row.since,
        first_seen=row.first_seen,
        until=row.until,
        last_seen_at=row.last_seen_at,
        checked_at=row.checked_at,
        source=row.source_name,
        document_id=row.document_id,
        document_url=row.document_url,
        document_title=row.document_title,
        version_id=row.version_id,
    )
