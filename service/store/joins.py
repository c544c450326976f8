"""Sets a decision against the company's other documents in the transaction that records it, so that no look at
another of them comes between.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from service.decision import Decision, Keep, Subject
from service.events import Place
from service.model import Role
from service.sightings.joining import join
from service.store.neighbours import neighbours
from service.store.tables import DocumentRow, SourceRow, VersionRow, WatchRow

sources = SourceRow.__table__
documents = DocumentRow.__table__
watches = WatchRow.__table__
versions = VersionRow.__table__


def joined_in(connection: Connection, decision: Decision) -> Decision:
    """The decision with its joins; the pages that may tell more are looked at next."""
    if not decision.joining or not any(not isinstance(write, Keep) for write in decision.writes):
        return decision
    found = join(decision, neighbours(connection, decision))
    if found.ask:
        _ask(connection, decision.at, watches.c.document_id.in_(sorted(found.ask)))
    if found.ask_pages:
        _ask(connection, decision.at, *_pages_beside(connection, decision))
    return found.decision


ASKED_STILL = 1
"""A page that failed so often in a row is asked once more when something may have moved there."""


def _pages_beside(connection: Connection, decision: Decision) -> Iterable[Any]:
    """The company's other pages; not those that fail again and again, whose wait is growing."""
    company = connection.execute(
        select(sources.c.company).where(sources.c.id == decision.source_id)
    ).scalar_one()
    own = select(sources.c.id).where(
        sources.c.company == company,
        sources.c.company != "",
        sources.c.role == Role.COMPANY.value,
        sources.c.active,
    )
    return (
        watches.c.source_id.in_(own),
        watches.c.subject == Subject.PAGE.value,
        watches.c.document_id != decision.document_id,
        watches.c.failures <= ASKED_STILL,
    )


def _ask(connection: Connection, now: datetime, *which: Any) -> None:
    connection.execute(
        update(watches)
        .where(watches.c.next_poll_at > now, *which)
        .values(next_poll_at=now, pokes=watches.c.pokes + 1)
    )


def place_of(connection: Connection, document_id: str, *, base: str) -> tuple[Place, int]:
    """A document as the place of a change, at its newest version, and its source's key."""
    row = connection.execute(
        select(documents, sources.c.name.label("source_name"), versions.c.id.label("version_id"))
        .select_from(documents.join(sources, documents.c.source_id == sources.c.id))
        .join(
            versions,
            (versions.c.document_id == documents.c.id) & (versions.c.number == documents.c.last_version),
        )
        .where(documents.c.id == document_id)
    ).one()
    place = Place(
        base=base,
        source=row.source_name,
        url=row.url,
        title=row.title,
        published=row.published,
        document_id=row.id,
        version_id=row.version_id,
        version=row.last_version,
        previous_version=row.last_version - 1 or None,
    )
    return place, row.source_id


def url_of(connection: Connection, document_id: str) -> str:
    """A document's address."""
    return str(connection.execute(select(documents.c.url).where(documents.c.id == document_id)).scalar_one())
