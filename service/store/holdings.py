"""The stored bytes as a whole: which are needed, which are gone or damaged, which nothing refers to any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, Connection, delete, func, literal, select, union

from service.store.blobs import blobs, get_blob
from service.store.errors import StoreError
from service.store.tables import DocumentRow, VersionRow

versions = VersionRow.__table__
documents = DocumentRow.__table__


_KEPT = versions.c.pruned_at.is_(None)


@dataclass(frozen=True, slots=True)
class Amount:
    """So many things, of so many bytes as stored."""

    number: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class Holdings:
    """`missing`, `damaged`: what does not give back what it should, one line each."""

    stored: Amount
    missing: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()


def take_stock(connection: Connection, step: Callable[[int], None] = lambda _: None) -> Holdings:
    """Look at every stored text and all bytes; `step` is told how many more were read."""
    damaged: list[str] = []
    for digest in connection.execute(select(blobs.c.sha256)).scalars().all():
        try:
            get_blob(connection, digest)
        except StoreError as error:
            damaged.append(str(error))
        step(1)
    return Holdings(_amount(connection), lost(connection), tuple(damaged))


def orphans(connection: Connection) -> Amount:
    """The bytes that no version, document or other bytes need."""
    return _amount(connection, _idle())


def drop_orphans(connection: Connection) -> Amount:
    """Delete them; returns what there was."""
    found = orphans(connection)
    if found.number:
        connection.execute(delete(blobs).where(_idle()))
    return found


def needed() -> CTE:
    """The digests that versions and documents refer to, and those that these are compressed against."""
    referred = union(
        select(versions.c.raw_hash.label("digest")).where(_KEPT),
        select(versions.c.text_hash).where(_KEPT),
        select(documents.c.feed_hash).where(documents.c.feed_hash.is_not(None)),
    ).subquery()
    found = select(referred.c.digest).cte("needed", recursive=True)
    base = select(blobs.c.base).join(found, blobs.c.sha256 == found.c.digest)
    return found.union(base.where(blobs.c.base.is_not(None)))


def _idle() -> Any:
    return blobs.c.sha256.not_in(select(needed().c.digest))


def _amount(connection: Connection, *conditions: Any) -> Amount:
    query = select(func.count(), func.coalesce(func.sum(func.length(blobs.c.data)), 0)).where(*conditions)
    number, size = connection.execute(query.select_from(blobs)).one()
    return Amount(int(number), int(size))


def lost(connection: Connection) -> tuple[str, ...]:
    """What refers to bytes that are not there, one line each."""
    return tuple(
        f"{kind} {name}: {digest.hex()}"
        for digest, kind, name in connection.execute(_wanting()).all()
        if digest is not None
    )


def _wanting() -> Any:
    """What refers to bytes that are not there: digest, what it is, its id."""
    have = select(blobs.c.sha256)
    return union(
        select(versions.c.raw_hash, literal("bytes of"), versions.c.id).where(
            _KEPT, versions.c.raw_hash.not_in(have)
        ),
        select(versions.c.text_hash, literal("text of"), versions.c.id).where(
            _KEPT, versions.c.text_hash.not_in(have)
        ),
        select(documents.c.feed_hash, literal("feed's text of"), documents.c.id).where(
            documents.c.feed_hash.not_in(have)
        ),
    )
