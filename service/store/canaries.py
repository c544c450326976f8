"""The deadlines of canaries, and what is told of them: once for each deadline, in the transaction of the look.

A page source has the deadline that its page names now. Of a feed the deadline of the newest statement counts: there
a promise is kept by another post, not by an edit.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, or_, select, update

from service.decision import Decision
from service.decision.renewal import Overdue, Resigned, kept_until
from service.events import Place
from service.notices import overdue_event, signature_event
from service.statements.figures.canary import Canary
from service.store.journal import Matter, append
from service.store.names import spellings
from service.store.tables import CanaryRow, DocumentRow, SourceRow, VersionRow
from service.store.views import CanaryView

canaries = CanaryRow.__table__
documents = DocumentRow.__table__
sources = SourceRow.__table__
versions = VersionRow.__table__

QUIET = timedelta(days=7)
"""A key that signed within this time is no news when it signs again."""
READING = timedelta(days=1)
"""So long a feed's new post may wait to be read before silence is believed without it."""


def watch_over(connection: Connection, decision: Decision, base: str) -> list[int]:
    """Write what a look says of a canary; returns, for each event, to how many it is owed."""
    if decision.canary is not None and decision.document_id:
        _enter(connection, decision, decision.canary)
    told = []
    if decision.resigned is not None:
        told.append(_tell_signature(connection, decision, decision.resigned, base))
    if decision.overdue is not None:
        told.append(_tell_overdue(connection, decision, decision.overdue, base))
    return [owed for owed in told if owed is not None]


# ------------------------------------------------------------------ deadlines


def _enter(connection: Connection, decision: Decision, canary: Canary) -> None:
    """Let the source's deadline be what this reading makes it."""
    current = connection.execute(_current(decision.source_id)).first()
    if current is not None and current.document_id != decision.document_id and not _follows(canary, current):
        return
    if current is not None and canary.due is not None and _same(current, canary):
        return
    if current is not None:
        connection.execute(update(canaries).where(canaries.c.id == current.id).values(until=decision.at))
    document = connection.execute(select(documents).where(documents.c.id == decision.document_id)).one()
    if canary.due is None:
        return
    past = _is_past(connection, decision, canary.due)
    if past and document.identity:  # other posts have long followed it
        return
    first = document.last_version == 1 or decision.technical
    connection.execute(
        insert(canaries).values(
            source_id=decision.source_id,
            document_id=decision.document_id,
            version_id=_last_version(connection, document).id,
            stated=canary.stated,
            due=canary.due,
            words=canary.words,
            since=decision.at,
            lapsed=past and first and not canary.named,
            told_at=_told_before(connection, decision.document_id, canary.due),
        )
    )


def _current(source_id: int) -> Any:
    return select(canaries).where(canaries.c.source_id == source_id, canaries.c.until.is_(None))


def _follows(canary: Canary, current: Row[Any]) -> bool:
    """Whether another document of the source is the newer statement."""
    if canary.due is not None:
        return bool(canary.due > current.due)
    return bool(canary.stated and current.stated and canary.stated > current.stated)


def _same(current: Row[Any], canary: Canary) -> bool:
    """The same deadline; a day without its year stays the day that it was when the words were first seen."""
    return bool(current.due == canary.due or (canary.stated is None and current.words == canary.words))


def _is_past(connection: Connection, decision: Decision, due: date) -> bool:
    """Whether a deadline and its grace are over as it is first read."""
    grace = connection.execute(select(sources.c.grace).where(sources.c.id == decision.source_id)).scalar_one()
    return due < kept_until(decision.at, grace)


def _told_before(connection: Connection, document_id: str, due: date) -> datetime | None:
    """A deadline that comes back, because a text went to and fro, is not told again."""
    query = select(func.max(canaries.c.told_at)).where(
        canaries.c.document_id == document_id, canaries.c.due == due
    )
    found: datetime | None = connection.execute(query).scalar()
    return found


# ------------------------------------------------------------------ events


def _tell_overdue(connection: Connection, decision: Decision, overdue: Overdue, base: str) -> int | None:
    row = connection.execute(
        _current(decision.source_id).where(
            canaries.c.told_at.is_(None), canaries.c.lapsed.is_(False), canaries.c.due < overdue.before
        )
    ).first()
    if row is None or (not decision.document_id and _unread(connection, decision)):
        return None
    connection.execute(update(canaries).where(canaries.c.id == row.id).values(told_at=decision.at))
    place, company = _place(connection, row.document_id, decision.source_name, base)
    return append(
        connection,
        Matter("overdue", company, source=decision.source_name),
        lambda event_id, sequence: overdue_event(
            Canary(row.stated, row.due, row.words),
            place,
            company,
            gone=overdue.gone,
            event_id=event_id,
            sequence=sequence,
            at=decision.at,
        ),
        decision.at,
    )


def _unread(connection: Connection, decision: Decision) -> bool:
    """Whether a post of the feed waits to be read: it may be the statement that is missed."""
    query = select(documents.c.id).where(
        documents.c.source_id == decision.source_id,
        documents.c.last_version == 0,
        documents.c.created_at > decision.at - READING,
    )
    return connection.execute(query.limit(1)).first() is not None


def _tell_signature(connection: Connection, decision: Decision, resigned: Resigned, base: str) -> int | None:
    place, company = _place(connection, decision.document_id, decision.source_name, base)
    before = select(versions.c.id).where(
        versions.c.document_id == decision.document_id,
        versions.c.signers == " ".join(resigned.new),
        versions.c.observed_at > decision.at - QUIET,
        versions.c.number < place.version,
    )
    if connection.execute(before.limit(1)).first() is not None:
        return None
    return append(
        connection,
        Matter("signature", company, source=decision.source_name),
        lambda event_id, sequence: signature_event(
            resigned, place, company, event_id=event_id, sequence=sequence, at=decision.at
        ),
        decision.at,
    )


def _place(connection: Connection, document_id: str, source: str, base: str) -> tuple[Place, str]:
    """Where a document's last version stands, and whose it is."""
    row = connection.execute(select(documents).where(documents.c.id == document_id)).one()
    last = _last_version(connection, row)
    place = Place(
        base=base,
        source=source,
        url=row.url,
        title=row.title,
        published=row.published,
        document_id=row.id,
        version_id=last.id,
        version=last.number,
        previous_version=last.number - 1 or None,
    )
    return place, row.company


def _last_version(connection: Connection, document: Row[Any]) -> Row[*tuple[Any, ...]]:
    return connection.execute(
        select(versions.c.id, versions.c.number).where(
            versions.c.document_id == document.id, versions.c.number == document.last_version
        )
    ).one()


# ------------------------------------------------------------------ questions


def canaries_of(
    connection: Connection,
    *,
    documents_in: tuple[str, ...] | None = None,
    company: str = "",
    as_of: datetime | None = None,
) -> tuple[CanaryView, ...]:
    """The deadlines that stand (or stood at `as_of`), the earliest first: of documents, of a company, or all."""
    stands: ColumnElement[bool] = canaries.c.until.is_(None)
    if as_of is not None:
        later = or_(canaries.c.until.is_(None), canaries.c.until > as_of)
        stands = and_(canaries.c.since <= as_of, later)
    query = (
        select(canaries, documents.c.company, documents.c.url, documents.c.title)
        .select_from(canaries.join(documents, canaries.c.document_id == documents.c.id))
        .where(stands)
        .order_by(canaries.c.due, canaries.c.id)
    )
    if documents_in is not None:
        query = query.where(canaries.c.document_id.in_(documents_in))
    if company:
        query = query.where(documents.c.company.in_(spellings(connection, company)))
    return tuple(_view(row, as_of) for row in connection.execute(query))


def _view(row: Row[Any], as_of: datetime | None) -> CanaryView:
    told = row.told_at if row.told_at is None or as_of is None or row.told_at <= as_of else None
    return CanaryView(
        document_id=row.document_id,
        document_url=row.url,
        document_title=row.title,
        company=row.company,
        due=row.due,
        stated=row.stated,
        words=row.words,
        since=row.since,
        overdue_since=row.since if row.lapsed else told,
    )
