"""Give up the bytes of versions that are no evidence of anything. Their rows stay, and so does the hash chain.

A seal covers the hashes of a version's bytes, not the bytes (docs/decisions/0009-pruning.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, func, select, tuple_, update

from service.store.blobs import blobs, get_blob, is_near, pack
from service.store.holdings import Amount
from service.store.tables import (
    AssuranceRow,
    AttemptRow,
    ChangeRow,
    DeliveryRow,
    DocumentRow,
    SourceRow,
    VersionRow,
    metadata,
)

versions = VersionRow.__table__
documents = DocumentRow.__table__
sources = SourceRow.__table__
changes = ChangeRow.__table__
assurances = AssuranceRow.__table__
deliveries = DeliveryRow.__table__
attempts = AttemptRow.__table__

AT_ONCE = 25
"""Versions that share a transaction: whoever else writes waits for it."""
ATTEMPTS_AT_ONCE = 2000
AROUND = (-1, 0, 1)
"""A version that a change names stays with its neighbours: they show what stood just before and just after."""

Place = tuple[str, int]
"""Document and number of a version: how far it got."""
START: Place = ("", 0)


@dataclass(frozen=True, slots=True)
class Pruned:
    """A version whose bytes and text go."""

    id: str
    source: str
    document: str
    url: str
    number: int
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class Cut:
    """What one step gave up, and how many stored bytes that freed. `at`: where the next step goes on."""

    versions: tuple[Pruned, ...]
    freed: int
    at: Place


def prune_versions(
    connection: Connection, before: datetime, keep: int, now: datetime, after: Place = START
) -> Cut:
    """Give up the next `AT_ONCE` versions that were seen before then and are not among a document's newest `keep`."""
    rows = connection.execute(_spare(before, max(keep, 1), after)).all()
    if not rows:
        return Cut((), 0, after)
    connection.execute(
        update(versions).where(versions.c.id.in_([row.id for row in rows])).values(pruned_at=now)
    )
    freed = _drop(connection, {digest for row in rows for digest in (row.raw_hash, row.text_hash)})
    found = tuple(
        Pruned(row.id, row.source, row.document_id, row.url, row.number, row.observed_at) for row in rows
    )
    return Cut(found, freed, (rows[-1].document_id, rows[-1].number))


def prune_attempts(connection: Connection, before: datetime, limit: int | None = ATTEMPTS_AT_ONCE) -> Amount:
    """Forget how deliveries were tried that have arrived before then; the deliveries themselves stay."""
    arrived = select(deliveries.c.id).where(
        deliveries.c.state == "delivered", deliveries.c.finished_at < before
    )
    old = (
        select(attempts.c.id).where(attempts.c.delivery_id.in_(arrived)).order_by(attempts.c.id).limit(limit)
    )
    chosen = attempts.c.id.in_(select(old.subquery().c.id))
    texts = func.length(attempts.c.error) + func.length(attempts.c.response)
    number, size = connection.execute(
        select(func.count(), func.coalesce(func.sum(texts), 0)).where(chosen)
    ).one()
    connection.execute(delete(attempts).where(chosen))
    return Amount(int(number), int(size))


# ------------------------------------------------------------------ which


def _spare(before: datetime, keep: int, after: Place) -> Any:
    """Versions that nothing on record refers to, oldest first in each document; the first of each stays."""
    return (
        select(
            versions.c.id,
            versions.c.document_id,
            versions.c.number,
            versions.c.observed_at,
            versions.c.raw_hash,
            versions.c.text_hash,
            documents.c.url,
            sources.c.name.label("source"),
        )
        .select_from(versions.join(documents).join(sources, documents.c.source_id == sources.c.id))
        .where(
            tuple_(versions.c.document_id, versions.c.number) > after,
            versions.c.pruned_at.is_(None),
            versions.c.observed_at < before,
            versions.c.number > 1,
            versions.c.number <= documents.c.last_version - keep,
            *(~_refers(column) for column in _referring()),
            ~_named(changes, changes.c.version, AROUND),
            ~_named(changes, changes.c.previous_version),
            ~exists().where(
                changes.c.moved_from == versions.c.document_id,
                changes.c.previous_version == versions.c.number,
            ),
            ~_named(assurances, assurances.c.seen_version),
        )
        .order_by(versions.c.document_id, versions.c.number)
        .limit(AT_ONCE)
    )


def _referring() -> Iterator[Any]:
    """Every column of every table that holds the id of a version: changes, wordings and what comes to be."""
    for table in metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column is versions.c.id:
                yield key.parent


def _refers(column: Any) -> Any:
    """Does a row there hold the version's id? It is looked for among its document's, where there is an index."""
    own = [column.table.c.document_id == versions.c.document_id] if "document_id" in column.table.c else []
    return exists().where(column == versions.c.id, *own)


def _named(table: Any, number: Any, steps: Sequence[int] = (0,)) -> Any:
    """Does a row of this document name the version by its number, or one so many steps from it?"""
    near = versions.c.number.in_([number + step for step in steps])
    return exists().where(table.c.document_id == versions.c.document_id, near)


# ------------------------------------------------------------------ their bytes


def _drop(connection: Connection, digests: Iterable[bytes]) -> int:
    """Delete of these what no other version or document refers to; returns the bytes that this frees.

    What was compressed against one of them is compressed anew, against the nearest that stays.
    """
    gone = set(digests) - _wanted(connection, list(digests))
    while far := _out_of_reach(connection, gone):
        gone -= far
    if not gone:
        return 0
    hanging = select(blobs.c.sha256, blobs.c.base, func.length(blobs.c.data).label("size")).where(
        blobs.c.base.in_(gone), blobs.c.sha256.not_in(gone)
    )
    freed = 0
    for row in connection.execute(hanging).all():
        freed += row.size - _rebase(connection, row, gone)
    chosen = blobs.c.sha256.in_(gone)
    freed += int(
        connection.execute(
            select(func.coalesce(func.sum(func.length(blobs.c.data)), 0)).where(chosen)
        ).scalar_one()
    )
    connection.execute(delete(blobs).where(chosen))
    return freed


def _out_of_reach(connection: Connection, gone: set[bytes]) -> set[bytes]:
    """Of these, what bytes are compressed against that would have to be fetched to be compressed anew: it stays."""
    hanging = select(blobs.c.sha256, blobs.c.base).where(blobs.c.base.in_(gone), blobs.c.sha256.not_in(gone))
    return {row.base for row in connection.execute(hanging).all() if not is_near(connection, row.sha256)}


def _wanted(connection: Connection, digests: Sequence[bytes]) -> set[bytes]:
    found: set[bytes] = set()
    for column, standing in (
        (versions.c.raw_hash, versions.c.pruned_at.is_(None)),
        (versions.c.text_hash, versions.c.pruned_at.is_(None)),
        (documents.c.feed_hash, documents.c.feed_hash.is_not(None)),
    ):
        found.update(connection.execute(select(column).where(column.in_(digests), standing)).scalars())
    return found


def _rebase(connection: Connection, row: Row[*tuple[Any, ...]], gone: set[bytes]) -> int:
    """Compress it against the nearest base that stays, or alone; returns its new size as stored."""
    base = row.base
    while base in gone:
        base = connection.execute(select(blobs.c.base).where(blobs.c.sha256 == base)).scalar()
    packed = pack(connection, get_blob(connection, row.sha256), base)
    connection.execute(
        update(blobs)
        .where(blobs.c.sha256 == row.sha256)
        .values(base=packed.base, depth=packed.depth, data=packed.data, depot=None)
    )
    return len(packed.data)
