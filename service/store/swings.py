"""What went to and fro in a document, what its readers were told of it, and what they believe since."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, or_, select

from service.decision import Past, Swing, Telling, Unsettled
from service.decision.flapping import MEMORY
from service.model import Attribution, Figure, Kind, Speaker, Statement
from service.store.tables import ChangeRow, WordingRow

changes = ChangeRow.__table__
wordings = WordingRow.__table__

_SWAYING = (
    select(changes)
    .where(
        changes.c.document_id == bindparam("document"),
        changes.c.assurance_id.in_(
            select(changes.c.assurance_id).where(
                changes.c.document_id == bindparam("document"), changes.c.note == "flapping"
            )
        ),
        changes.c.note != "technical",
    )
    .order_by(changes.c.observed_at, changes.c.id)
)
_left, _came, _earlier, _latest = (
    wordings.alias("left"),
    wordings.alias("came"),
    changes.alias("earlier"),
    changes.alias("latest"),
)
_TOLD = (
    select(
        changes.c.assurance_id,
        changes.c.observed_at,
        _left.c.fingerprint.label("left_mark"),
        _came.c.fingerprint.label("mark"),
        select(func.max(_earlier.c.observed_at))
        .where(
            _earlier.c.assurance_id == changes.c.assurance_id,
            _earlier.c.observed_at < changes.c.observed_at,
            _earlier.c.note != "technical",
        )
        .scalar_subquery()
        .label("since"),
        select(func.max(_latest.c.observed_at))
        .where(_latest.c.assurance_id == changes.c.assurance_id, _latest.c.note != "technical")
        .scalar_subquery()
        .label("turned"),
    )
    .select_from(changes)
    .outerjoin(_left, changes.c.old_wording == _left.c.id)
    .outerjoin(_came, changes.c.new_wording == _came.c.id)
    .where(
        changes.c.document_id == bindparam("document"),
        changes.c.observed_at > bindparam("after"),
        changes.c.announced,
        or_(changes.c.new_wording.is_not(None), changes.c.kind == Kind.WITHDRAWN.value),
    )
    .order_by(changes.c.observed_at, changes.c.id)
)
"""But what earlier releases wrote without its words."""


def pasts(connection: Connection, document_id: str, now: datetime) -> dict[str, Past]:
    """By lineage, what readers were told of the document's within a year."""
    found: dict[str, Past] = {}
    for row in connection.execute(_TOLD, {"document": document_id, "after": now - MEMORY}):
        before = found.get(row.assurance_id)
        telling = Telling(row.observed_at, row.left_mark or "", row.mark or "", row.since)
        found[row.assurance_id] = Past((*(before.tellings if before else ()), telling), row.turned)
    return found


def unsettled(connection: Connection, document_id: str) -> tuple[Unsettled, ...]:
    """Lineages whose last change was kept back as flapping, and that say otherwise than was told last."""
    rows = connection.execute(_SWAYING, {"document": document_id})
    last: dict[str, Row[Any]] = {}
    told: dict[str, Row[Any]] = {}
    for row in rows:
        if row.announced:
            told[row.assurance_id] = last.get(row.assurance_id, row) if _wordless(row) else row
        last[row.assurance_id] = row
    found = [_unsettled(connection, row, told.get(lineage)) for lineage, row in last.items()]
    return tuple(one for one in found if one is not None)


def _wordless(row: Row[Any]) -> bool:
    """Earlier releases wrote what had settled without its words; they are those of the change before it."""
    return row.note == "settled" and row.new_wording is None and row.kind != Kind.WITHDRAWN


def _unsettled(connection: Connection, last: Row[Any], told: Row[Any] | None) -> Unsettled | None:
    if last.note != "flapping" or told is None:
        return None
    before, now, believed = (
        _wording(connection, number) for number in (last.old_wording, last.new_wording, told.new_wording)
    )
    if (now and now.fingerprint) == (believed and believed.fingerprint):
        return None
    return Unsettled(
        assurance=last.assurance_id,
        kind=Kind(last.kind),
        before=statement_of(before) if before else None,
        told=statement_of(believed) if believed else None,
        now=statement_of(now) if now else None,
        score=last.score,
        reason=last.reason,
        since=last.observed_at,
        last_seen=last.last_seen_at,
    )


def _wording(connection: Connection, number: int | None) -> Row[Any] | None:
    if number is None:
        return None
    return connection.execute(select(wordings).where(wordings.c.id == number)).one()


def swing_of(row: Row[Any]) -> Swing:
    """How restless a document's row says it is."""
    return Swing(row.flips, row.flipped_at, bool(row.unstable))


def statement_of(row: Any) -> Statement:
    """A wording's row as a statement."""
    return Statement(
        text=row.text,
        company=row.company,
        speaker=Speaker(row.speaker_name, row.speaker_role, Attribution(row.attribution)),
        categories=row.categories,
        exception=row.exception,
        score=row.score,
        heading=row.heading,
        prev=row.prev,
        figures=tuple(Figure(*figure) for figure in row.figures),
        position=row.position,
    )
