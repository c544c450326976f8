"""News that waits: a new sentence that may be what has become of a promise on another page of the company."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select

from service.store.tables import AssuranceRow, DocumentRow, SourceRow, WatchRow

sources = SourceRow.__table__
documents = DocumentRow.__table__
watches = WatchRow.__table__
assurances = AssuranceRow.__table__
_before = assurances.alias("before")

_HELD = (
    select(
        assurances.c.id,
        assurances.c.held_at,
        _before.c.state,
        _before.c.missing_since,
        documents.c.state.label("document_state"),
        sources.c.active,
        watches.c.last_ok_at,
    )
    .select_from(assurances)
    .join(_before, assurances.c.held == _before.c.id)
    .join(documents, _before.c.document_id == documents.c.id)
    .join(sources, documents.c.source_id == sources.c.id)
    .outerjoin(watches, watches.c.document_id == documents.c.id)
    .where(
        assurances.c.document_id == bindparam("document"),
        assurances.c.held != "",
        assurances.c.state == "current",
    )
)
HELD_AT_MOST = timedelta(days=1)
"""News waits no longer than this for a page that does not answer."""


def due_news(connection: Connection, document_id: str, now: datetime) -> frozenset[str]:
    """The lineages of a document whose news waits no longer: the other page was looked at since, and has its promise
    still, or is gone, or has not answered for a day.
    """
    rows = connection.execute(_HELD, {"document": document_id})
    return frozenset(row.id for row in rows if _due(row, now))


def _due(row: Any, now: datetime) -> bool:
    if row.state != "current" or row.document_state == "gone" or not row.active:
        return True
    if row.missing_since is not None:
        return False
    looked = row.last_ok_at is not None and row.last_ok_at > row.held_at
    return bool(looked or now - row.held_at >= HELD_AT_MOST)
