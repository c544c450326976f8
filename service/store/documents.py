"""What the record holds of one document, as a decision needs it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from service.decision import DocumentState
from service.diff.normal import words_print
from service.model import Carried, Known
from service.store.blobs import get_blob
from service.store.errors import StoreError
from service.store.heldnews import due_news
from service.store.swings import pasts, statement_of, swing_of, unsettled
from service.store.tables import (
    AssuranceRow,
    BlobRow,
    CanaryRow,
    ChangeRow,
    DocumentRow,
    FeedEntryRow,
    VersionRow,
    WordingRow,
)

documents = DocumentRow.__table__
versions = VersionRow.__table__
assurances = AssuranceRow.__table__
wordings = WordingRow.__table__
canaries = CanaryRow.__table__
changes = ChangeRow.__table__
entries = FeedEntryRow.__table__
blobs = BlobRow.__table__

# Composed once: a changed page asks all of these, and composing takes as long as asking.
_DOCUMENT = select(documents).where(documents.c.id == bindparam("document"))
_VERSION = select(versions).where(
    versions.c.document_id == bindparam("document"), versions.c.number == bindparam("number")
)
_SIZE = select(blobs.c.size).where(blobs.c.sha256.in_(bindparam("hashes", expanding=True)))
_KNOWN = (
    select(
        wordings,
        assurances.c.since.label("begun"),
        assurances.c.missing_since,
        assurances.c.missing_polls,
        assurances.c.last_seen_at,
        assurances.c.joined.label("leader"),
        assurances.c.held,
    )
    .select_from(assurances.join(wordings, wordings.c.assurance_id == assurances.c.id))
    .where(
        assurances.c.document_id == bindparam("document"),
        assurances.c.state == "current",
        wordings.c.until.is_(None),
    )
    .order_by(wordings.c.position, wordings.c.id)
)
_CANARY = (
    select(canaries.c.id)
    .where(canaries.c.document_id == bindparam("document"), canaries.c.until.is_(None))
    .limit(1)
)
_FORMER = (
    select(assurances.c.id, wordings.c.text)
    .select_from(assurances.join(wordings, wordings.c.assurance_id == assurances.c.id))
    .where(
        assurances.c.document_id == bindparam("document"),
        assurances.c.state == "withdrawn",
        assurances.c.joined == "",
        wordings.c.until == assurances.c.withdrawn_at,
    )
    .order_by(assurances.c.withdrawn_at, assurances.c.id.desc())
)
"""The last is revived first: of two copies the one told."""


def document_state(
    connection: Connection, document_id: str, now: datetime, most: int | None = None
) -> DocumentState:
    """The document, its last text and its assurances; StoreError if there is no such document.

    `most`: bytes of texts on record that are read with it; where there are more they are left out.
    """
    row = connection.execute(_DOCUMENT, {"document": document_id}).first()
    if row is None:
        raise StoreError(f"there is no document {document_id!r}")
    last = connection.execute(_VERSION, {"document": document_id, "number": row.last_version}).first()
    raw_hash = last.raw_hash if last and last.basis == "page" and last.media == "html" else None
    wanted = (last.text_hash if last else None, raw_hash, row.feed_hash)
    size = _size(connection, wanted) if most is not None else 0
    held = size <= (most or 0)
    text, raw, carried = (get_blob(connection, h) if h and held else b"" for h in wanted)
    return DocumentState(
        id=row.id,
        url=row.url,
        title=row.title,
        version=row.last_version,
        version_id=last.id if last else "",
        text=text,
        text_hash=last.text_hash if last else b"",
        raw_hash=last.raw_hash if last else b"",
        raw=raw,
        basis=last.basis if last else "page",
        media=last.media if last else "",
        detector=row.detector,
        known=known(connection, document_id, now),
        page_seen=row.page_seen,
        former=_former(connection, document_id),
        pasts=pasts(connection, document_id, now),
        unsettled=unsettled(connection, document_id),
        swing=swing_of(row),
        signers=tuple(last.signers.split()) if last else (),
        observed_at=last.observed_at if last else None,
        canary=_is_canary(connection, document_id),
        feed_content=carried,
        left_out=0 if held else size,
    )


def _size(connection: Connection, wanted: Iterable[bytes | None]) -> int:
    """Bytes that these blobs have, unpacked."""
    hashes = sorted({digest for digest in wanted if digest})
    return sum(connection.execute(_SIZE, {"hashes": hashes}).scalars())


def known(connection: Connection, document_id: str, now: datetime) -> tuple[Known, ...]:
    """The current assurances in the order of the text, those that wait for confirmation included."""
    due = due_news(connection, document_id, now)
    return tuple(
        Known(
            assurance=row.assurance_id,
            statement=statement_of(row),
            since=row.begun,
            missing_since=row.missing_since,
            missing_polls=row.missing_polls,
            last_seen=row.last_seen_at,
            joined=row.leader,
            held=row.held,
            due=row.assurance_id in due,
        )
        for row in connection.execute(_KNOWN, {"document": document_id})
    )


def known_entries(connection: Connection, source_id: int, identities: Sequence[str]) -> dict[str, Carried]:
    """By identity, those that the feed has shown before."""
    found: dict[str, Carried] = {}
    query = (
        select(
            entries.c.identity,
            entries.c.document_id,
            entries.c.content_hash,
            documents.c.title,
            documents.c.published,
        )
        .select_from(entries.join(documents, entries.c.document_id == documents.c.id))
        .where(entries.c.source_id == source_id)
    )
    for start in range(0, len(identities), 500):
        rows = connection.execute(query.where(entries.c.identity.in_(identities[start : start + 500])))
        found.update({identity: Carried(*row) for identity, *row in rows})
    return found


def _is_canary(connection: Connection, document_id: str) -> bool:
    return connection.execute(_CANARY, {"document": document_id}).first() is not None


def _former(connection: Connection, document_id: str) -> tuple[tuple[str, str], ...]:
    rows = connection.execute(_FORMER, {"document": document_id})
    return tuple((words_print(row.text), row.id) for row in rows)
