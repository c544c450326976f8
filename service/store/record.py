"""Write down all that one look led to: in one transaction, or not at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from service.decision import ChangeRecord, Decision, NewVersion
from service.events import Place, change_event
from service.store.alerts import tell_flood, tell_health, tell_unstable
from service.store.blobs import put_blob
from service.store.canaries import watch_over
from service.store.chain import Mark, marks_of
from service.store.ids import new_id
from service.store.joins import joined_in, place_of, url_of
from service.store.journal import Matter, append
from service.store.lineages import Lineages
from service.store.polls import log_polls, move_on
from service.store.posts import add_post, edit_post, forget_keys
from service.store.swings import unsettled
from service.store.tables import (
    AssuranceRow,
    ChangeRow,
    DocumentRow,
    VersionRow,
)

documents = DocumentRow.__table__
versions = VersionRow.__table__
assurances = AssuranceRow.__table__
changes = ChangeRow.__table__

EXTRACTOR_VERSION = 1

# Composed once; values that an update is given beside its places become what it sets.
_DOCUMENT = select(documents).where(documents.c.id == bindparam("document"))
_ALTER = update(documents).where(documents.c.id == bindparam("document"))
_NEWEST = (
    select(versions.c.id)
    .where(versions.c.document_id == bindparam("document"))
    .order_by(versions.c.number.desc())
    .limit(1)
)
_VERSION = select(versions.c.id, versions.c.raw_hash, versions.c.text_hash).where(
    versions.c.document_id == bindparam("document"), versions.c.number == bindparam("which")
)
_ADD_VERSION, _ADD_CHANGE = insert(versions), insert(changes)
_SEEN = (
    update(assurances)
    .where(
        assurances.c.document_id == bindparam("document"),
        assurances.c.state == "current",
        assurances.c.missing_since.is_(None),
    )
    .values(seen_version=bindparam("number"))
)
_PENDING = select(func.count()).where(
    assurances.c.document_id == bindparam("document"),
    assurances.c.state == "current",
    or_(assurances.c.missing_since.is_not(None), assurances.c.held != ""),
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a decision became in the record."""

    changes: tuple[str, ...] = ()
    """Ids of the changes written."""
    events: int = 0
    deliveries: int = 0
    posts: int = 0


_NOTHING = Recorded()


def record(connection: Connection, decision: Decision, base: str) -> Recorded:
    """Store `decision`; `base` begins the links in events."""
    decision = joined_in(connection, decision)
    if decision.retain:
        move_on(connection, (decision,))
    recorded = _all(connection, decision, base)
    if decision.retain:
        log_polls(connection, [(decision, _brought(connection, decision, recorded))])
    return recorded


def _all(connection: Connection, decision: Decision, base: str) -> Recorded:
    told = [
        tell_health(connection, decision, decision.alert) if decision.alert else None,
        tell_flood(connection, decision, decision.flood) if decision.flood else None,
        tell_unstable(connection, decision, decision.unstable) if decision.unstable else None,
    ]
    recorded = _parts(connection, decision, base)
    told += watch_over(connection, decision, base)
    sent = [owed for owed in told if owed is not None]
    if not sent:
        return recorded
    return replace(recorded, events=recorded.events + len(sent), deliveries=recorded.deliveries + sum(sent))


def _parts(connection: Connection, decision: Decision, base: str) -> Recorded:
    if not (decision.document_id or decision.posts or decision.edited or decision.shared):
        return _NOTHING
    recorded = _document(connection, decision, base) if _touches_document(decision) else _NOTHING
    forget_keys(connection, decision.source_id, decision.shared)
    for post in decision.posts:
        add_post(connection, decision, post)
    for edit in decision.edited:
        edit_post(connection, decision, edit)
    if decision.posts or decision.edited:
        return Recorded(recorded.changes, recorded.events, recorded.deliveries, len(decision.posts))
    return recorded


def _brought(connection: Connection, decision: Decision, recorded: Recorded) -> list[Mark]:
    """The version and the changes of this look, hashed."""
    things = list(recorded.changes)
    if decision.version is not None:
        things += connection.execute(_NEWEST, {"document": decision.document_id}).scalars()
    return marks_of(connection, things) if things else []


def _touches_document(decision: Decision) -> bool:
    return bool(
        decision.document_id
        and (
            decision.version
            or decision.writes
            or decision.changes
            or decision.detector
            or decision.document_state
            or decision.swing
        )
    )


# ------------------------------------------------------------------ a document, its version, its assurances


def _document(connection: Connection, decision: Decision, base: str) -> Recorded:
    row = connection.execute(_DOCUMENT, {"document": decision.document_id}).one()
    plain = not (
        decision.version or decision.writes or decision.changes or decision.detector or decision.swing
    )
    if plain and row.state == decision.document_state:
        return _NOTHING
    last = _last_version(connection, row)
    number, version_id = row.last_version, last.id if last else ""
    values: dict[str, Any] = {}
    if decision.document_state:
        values["state"] = decision.document_state
    if decision.version is not None:
        number, version_id = number + 1, new_id("ver", decision.at)
        values |= _add_version(connection, decision, decision.version, row, last, number, version_id)
    if decision.detector is not None:
        values["detector"] = decision.detector
    lines = Lineages(connection, decision, version_id, number)
    lines.write()
    for other in lines.touched - {row.id}:
        connection.execute(_ALTER, {"document": other, "pending": _pending(connection, other)})
    if decision.version is not None:
        connection.execute(_SEEN, {"document": row.id, "number": number})
    if decision.swing is not None:
        swing = decision.swing
        values |= {"flips": swing.flips, "flipped_at": swing.at, "unstable": swing.unstable}
    if values:
        connection.execute(_ALTER, {"document": row.id, **values})
    recorded = _told(connection, decision, base, values, row, version_id, number, lines)
    if decision.writes or decision.changes:
        connection.execute(_ALTER, {"document": row.id, "pending": _pending(connection, row.id)})
    return recorded


def _told(
    connection: Connection,
    decision: Decision,
    base: str,
    values: dict[str, Any],
    row: Any,
    version_id: str,
    number: int,
    lines: Lineages,
) -> Recorded:
    if not decision.changes:
        return _NOTHING
    place = Place(
        base=base,
        source=decision.source_name,
        url=row.url,
        title=values.get("title", row.title),
        published=values.get("published", row.published),
        document_id=row.id,
        version_id=version_id,
        version=number,
        previous_version=number - 1 or None,
    )
    return _write_changes(connection, decision, place, lines)


def _last_version(connection: Connection, row: Any) -> Any:
    """Id and hashes of the document's last version, None before the first."""
    if not row.last_version:
        return None
    return connection.execute(_VERSION, {"document": row.id, "which": row.last_version}).one()


def _add_version(
    connection: Connection,
    decision: Decision,
    version: NewVersion,
    row: Any,
    last: Any,
    number: int,
    version_id: str,
) -> dict[str, Any]:
    raw_hash = put_blob(connection, version.raw, last.raw_hash if last else None)
    text_hash = put_blob(connection, version.text, last.text_hash if last else None, raw_hash)
    connection.execute(
        _ADD_VERSION,
        {
            "id": version_id,
            "document_id": row.id,
            "number": number,
            "observed_at": decision.at,
            "raw_hash": raw_hash,
            "text_hash": text_hash,
            "title": version.title,
            "published": version.published,
            "media": version.media,
            "final_url": version.final_url,
            "headers": [list(pair) for pair in version.headers],
            "basis": version.basis,
            "detector": decision.detector or 0,
            "extractor": EXTRACTOR_VERSION,
            "language": version.language,
            "signers": " ".join(version.signers),
        },
    )
    values: dict[str, Any] = {"last_version": number, "title": version.title or row.title}
    if version.basis == "page":
        values["page_seen"] = True
    if version.published is not None and row.published is None:
        values["published"] = version.published
    if version.company and not row.company:
        values["company"] = version.company
    return values


def _pending(connection: Connection, document_id: str) -> int:
    waiting = connection.execute(_PENDING, {"document": document_id}).scalar_one()
    return int(waiting) + len(unsettled(connection, document_id))


# ------------------------------------------------------------------ changes and the events they are told by


def _write_changes(connection: Connection, decision: Decision, place: Place, lines: Lineages) -> Recorded:
    ids: list[str] = []
    told = sent = 0
    for change in decision.changes:
        lineage = change.assurance or lines.begun[change.ref]
        old, new, seen_version = lines.sides(change)
        spot, source_id = place, decision.source_id
        if change.document:
            spot, source_id = place_of(connection, change.document, base=place.base)
        if change.moved_from:
            origin = url_of(connection, change.moved_from)
            spot = replace(spot, previous_version=seen_version or None, moved_from=origin)
        elif change.old is not None:
            spot = _at_version(spot, seen_version)
        change_id = new_id("chg", decision.at)
        connection.execute(
            _ADD_CHANGE,
            {
                "id": change_id,
                "kind": change.kind.value,
                "company": change.company,
                "categories": change.categories,
                "source_id": source_id,
                "document_id": spot.document_id,
                "assurance_id": lineage,
                "old_wording": old,
                "new_wording": new,
                "version_id": spot.version_id,
                "version": spot.version,
                "previous_version": spot.previous_version,
                "observed_at": decision.at,
                "score": change.score,
                "reason": change.reason,
                "announced": change.announce,
                "note": change.note,
                "last_seen_at": change.last_seen,
                "moved_from": change.moved_from or None,
            },
        )
        ids.append(change_id)
        if change.announce:
            told += 1
            sent += _tell(connection, decision, change, change_id, spot)
    return Recorded(tuple(ids), told, sent)


def _at_version(place: Place, seen_version: int) -> Place:
    """The version before is the last one that still had the old words."""
    return replace(place, previous_version=min(seen_version or place.version, place.version - 1) or None)


def _tell(
    connection: Connection, decision: Decision, change: ChangeRecord, change_id: str, place: Place
) -> int:
    matter = Matter(
        change.kind.value, change.company, change.categories, place.source, round(change.score, 3)
    )
    return append(
        connection,
        matter,
        lambda event_id, sequence: change_event(
            change, change_id, place, event_id=event_id, sequence=sequence, at=decision.at
        ),
        decision.at,
        change_id=change_id,
    )
