"""Looks that found nothing new: the poll log's row and the watch's next time, for many at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, update

from service.decision import Decision
from service.store.record import log_polls, move_on
from service.store.tables import DocumentRow

documents = DocumentRow.__table__  # type: ignore[attr-defined]

_STATE = (
    update(documents)
    .where(documents.c.id == bindparam("document"), documents.c.state != bindparam("now"))
    .values(state=bindparam("now"))
)


def is_check(decision: Decision) -> bool:
    """Does it lead to nothing but the look itself, and at most to the state of its document?"""
    d = decision
    touches = d.version or d.writes or d.changes or d.detector is not None
    tells = d.posts or d.edited or d.shared or d.alert or d.flood
    return d.retain and not touches and not tells


def record_checks(connection: Connection, decisions: Sequence[Decision]) -> None:
    """Store them all; each must be a check."""
    move_on(connection, decisions)
    log_polls(connection, [(decision, []) for decision in decisions])
    states = [
        {"document": d.document_id, "now": d.document_state}
        for d in decisions
        if d.document_id and d.document_state
    ]
    if states:
        connection.execute(_STATE, states)
