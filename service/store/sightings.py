"""Where a statement stands or was quoted: its home and all that say it too, one entry a document."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Connection, Select, String, Subquery, bindparam, cast, func, select

from service.model import Attribution, Speaker
from service.store.tables import AssuranceRow, DocumentRow, SourceRow, WordingRow
from service.store.views import SightingView

sources = SourceRow.__table__
documents = DocumentRow.__table__
assurances = AssuranceRow.__table__
wordings = WordingRow.__table__

CHUNK = 500


def sightings_of(
    connection: Connection, lineages: Iterable[str], as_of: datetime | None = None
) -> dict[str, tuple[SightingView, ...]]:
    """By lineage: every document that said it until `as_of`, the first to say it first."""
    found: defaultdict[str, list[SightingView]] = defaultdict(list)
    wanted = sorted(set(lineages))
    question = _question(connection.dialect.name, dated=as_of is not None)
    for start in range(0, len(wanted), CHUNK):
        values: dict[str, Any] = {"lineages": json.dumps(wanted[start : start + CHUNK])}
        if as_of is not None:
            values["as_of"] = as_of
        for row in connection.execute(question, values).all():
            found[row.lineage].append(_sighting(row, as_of))
    return {lineage: tuple(sorted(places, key=_age)) for lineage, places in found.items()}


@lru_cache(maxsize=4)
def _question(dialect: str, *, dated: bool) -> Select[Any]:
    """The latest words of each document, those that stand before those that ended; `first`: since when it says any."""
    lineage = func.coalesce(func.nullif(assurances.c.joined, ""), assurances.c.id).label("lineage")
    wanted = _wanted(dialect)
    place = (lineage, wordings.c.document_id)
    newest = (wordings.c.until.is_(None).desc(), wordings.c.since.desc(), wordings.c.id.desc())
    told = (
        select(
            wordings.c.id,
            lineage,
            func.row_number().over(partition_by=place, order_by=newest).label("rank"),
            func.min(wordings.c.since).over(partition_by=place).label("first"),
        )
        .select_from(wanted)
        .join(assurances, assurances.c.id == wanted.c.id)
        .join(wordings, wordings.c.assurance_id == assurances.c.id)
    )
    if dated:
        told = told.where(wordings.c.since <= bindparam("as_of"))
    one = told.subquery("told")
    return (
        select(
            wordings.c.text, wordings.c.document_id, wordings.c.version_id, wordings.c.until, one.c.first,
            wordings.c.speaker_name, wordings.c.speaker_role, wordings.c.attribution, one.c.lineage,
            documents.c.url, documents.c.title, documents.c.published, sources.c.name.label("source"), sources.c.role,
        )
        .select_from(one)
        .join(wordings, wordings.c.id == one.c.id)
        .join(documents, wordings.c.document_id == documents.c.id)
        .join(sources, documents.c.source_id == sources.c.id)
        .where(one.c.rank == 1)
    )  # fmt: skip


def _wanted(dialect: str) -> Subquery:
    """Ids of these lineages and of what was joined to them, each half by its own index: one condition with "or" would
    be answered by going through all wordings on record.
    """
    joined = assurances.c.joined
    # As one JSON text: a statement with a hundred parameters is put together anew each time.
    given = bindparam("lineages", type_=String)
    each = func.json_each(given) if dialect == "sqlite" else func.json_array_elements_text(cast(given, JSON))
    lineages = select(each.table_valued("value").c.value)
    own = select(assurances.c.id).where(assurances.c.id.in_(lineages))
    return own.union(select(assurances.c.id).where(joined != "", joined.in_(lineages))).subquery("wanted")


def _sighting(row: Any, as_of: datetime | None) -> SightingView:
    stands = row.until is None or (as_of is not None and row.until > as_of)
    return SightingView(
        document_id=row.document_id,
        url=row.url,
        title=row.title,
        published=row.published,
        source=row.source,
        role=row.role,
        text=row.text,
        speaker=Speaker(row.speaker_name, row.speaker_role, Attribution(row.attribution)),
        since=row.first,
        until=None if stands else row.until,
        version_id=row.version_id,
    )


def _age(one: SightingView) -> tuple[datetime, str]:
    return one.since, one.document_id
