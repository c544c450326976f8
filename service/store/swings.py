"""What went to and fro in a document, what its readers were told of it, and what they believe since."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, or_, select

from service.decision import Past, Swing, Telling, Unsettled
from service.decision.flapping import MEMORY
from service.model import Attribution, Figure, Kind, Speaker, Statement
from service.store.tables import AssuranceRow, ChangeRow, WordingRow

assurances = AssuranceRow.__table__
changes = ChangeRow.__table__
wordings = WordingRow.__table__

_SWAYING = (
    select(changes)
    .where(
        changes.c.assurance_id.in_(
            select(changes.c.assurance_id)
            .select_from(changes.join(assurances, changes.c.assurance_id == assurances.c.id))
            .where(assurances.c.document_id == bindparam("document"), changes.c.note == "flapping")
        ),
        changes.c.note != "technical",
    )
    .order_by(changes.c.observed_at, changes.c.id)
)
"""Of lineages at home in the document, wherever they were when it happened: what moves takes along what is owed."""
_STANDS = select(wordings.c.fingerprint).where(
    wordings.c.assurance_id == bindparam("lineage"), wordings.c.until.is_(None)
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
    """Lineages at home here whose last turn was kept back as flapping, and that say otherwise than was told last."""
    last: dict[str, Row[Any]] = {}
    told: dict[str, Row[Any]] = {}
    kept: dict[str, tuple[Row[Any], Row[Any]]] = {}
    for row in connection.execute(_SWAYING, {"document": document_id}):
        lineage = row.assurance_id
        if row.note == "flapping":
            kept[lineage] = row, row
        elif lineage in kept and _goes_on(row):
            kept[lineage] = kept[lineage][0], row
        elif row.announced:
            told[lineage] = last.get(lineage, row) if _wordless(row) else row
            kept.pop(lineage, None)
        last[lineage] = row
    found = [_unsettled(connection, *both, told.get(lineage)) for lineage, both in kept.items()]
    return tuple(one for one in found if one is not None)


def _goes_on(row: Row[Any]) -> bool:
    """What was kept back stands on: on another page, or said again with another date."""
    return bool(row.note == "refreshed" or (row.note == "moved" and row.kind == Kind.REWORDED))


def _wordless(row: Row[Any]) -> bool:
    """Earlier releases wrote what had settled without its words; they are those of the change before it."""
    return row.note == "settled" and row.new_wording is None and row.kind != Kind.WITHDRAWN


def _unsettled(
    connection: Connection, turn: Row[Any], last: Row[Any], told: Row[Any] | None
) -> Unsettled | None:
    """`turn` was kept back; `last` is how it has gone on since, or the same row."""
    if told is None:
        return None
    before, now, believed = (
        _wording(connection, number) for number in (turn.old_wording, last.new_wording, told.new_wording)
    )
    stands = connection.execute(_STANDS, {"lineage": turn.assurance_id}).scalar()
    if (believed and believed.fingerprint) in (now and now.fingerprint, stands):
        return None
    return Unsettled(
        assurance=turn.assurance_id,
        kind=Kind(turn.kind),
        before=statement_of(before) if before else None,
        told=statement_of(believed) if believed else None,
        now=statement_of(now) if now else None,
        score=turn.score,
        reason=turn.reason,
        since=turn.observed_at,
        last_seen=turn.last_seen_at,
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
