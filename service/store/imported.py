"""Imported histories of one company, joined as they stand once all of them are on record.

They are replayed one document after the other, not in the order of time, so what was said where first is known at
the end only. How a document came to say it stays its own history. A page that is watched is not joined to them: nobody
asks whether an imported document still says it, so it could not keep a promise alive that the page withdrew.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select, update

from service.sightings.together import Standing, together
from service.sightings.traces import traces
from service.store.tables import AssuranceRow, DocumentRow, SourceRow, WordingRow

sources = SourceRow.__table__
documents = DocumentRow.__table__
assurances = AssuranceRow.__table__
wordings = WordingRow.__table__


def join_imported(connection: Connection, company: str, group: str) -> int:
    """Make of statements that say the same in several documents of a source `group` one with sightings.

    Returns how many are sightings. Done again after more was imported, it follows what has changed.
    """
    rows = _standing(connection, company, group)
    found = together(
        Standing(row.lineage, row.document_id, row.company, row.text, traces(row.company, row.text))
        for row in rows
    )
    for row in rows:
        leader = found[row.lineage]
        if (row.line_joined, row.joined) != (leader, leader):
            _lead(connection, row, leader)
    return sum(bool(leader) for leader in found.values())


def _standing(connection: Connection, company: str, group: str) -> list[Row[Any]]:
    """What stands, the oldest first; of one day by address and place, so that it always comes out the same."""
    query = (
        select(
            assurances.c.id.label("lineage"),
            assurances.c.joined.label("line_joined"),
            wordings.c.id,
            wordings.c.joined,
            wordings.c.document_id,
            wordings.c.company,
            wordings.c.text,
        )
        .select_from(assurances)
        .join(wordings, wordings.c.assurance_id == assurances.c.id)
        .join(documents, assurances.c.document_id == documents.c.id)
        .join(sources, documents.c.source_id == sources.c.id)
        .where(sources.c.company == company, sources.c.grouping == group)
        .where(assurances.c.state == "current", wordings.c.until.is_(None))
        .order_by(assurances.c.since, documents.c.url, wordings.c.position, assurances.c.id)
    )
    return list(connection.execute(query))


def _lead(connection: Connection, row: Row[Any], leader: str) -> None:
    connection.execute(update(assurances).where(assurances.c.id == row.lineage).values(joined=leader))
    connection.execute(update(wordings).where(wordings.c.id == row.id).values(joined=leader))
