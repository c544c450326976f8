"""Looks that found nothing new: the poll log's row and the watch's next time, for many at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, case, literal_column, update

from service.decision import Decision
from service.model import Outcome
from service.store.many import Many
from service.store.polls import UNTOUCHED, log_polls, move_on, watches
from service.store.tables import DocumentRow

documents = DocumentRow.__table__

_STATE = (
    update(documents)
    .where(documents.c.id == bindparam("document"), documents.c.state != bindparam("now"))
    .values(state=bindparam("now"))
)

_STILL = Many(
    update(watches)
    .where(watches.c.id == bindparam("watch"))
    .values(
        last_poll_at=bindparam("at"),
        last_ok_at=bindparam("at"),
        next_poll_at=case(
            (UNTOUCHED, bindparam("next", type_=watches.c.next_poll_at.type)), else_=watches.c.next_poll_at
        ),
        outcome=literal_column(f"'{Outcome.UNCHANGED.value}'"),
        reason=literal_column("''"),
        error=literal_column("''"),
    )
)
"""Most looks change nothing but times: a fifth of the values to write."""


def is_check(decision: Decision) -> bool:
    """Does it lead to nothing but the look itself, and at most to the state of its document?"""
    d = decision
    touches = d.version or d.writes or d.changes or d.detector is not None
    tells = d.posts or d.edited or d.shared or d.alert or d.flood or d.overdue
    return d.retain and not touches and not tells


def record_checks(connection: Connection, decisions: Sequence[Decision]) -> None:
    """Store them all; each must be a check."""
    still = [d for d in decisions if d.update.still and d.outcome is Outcome.UNCHANGED]
    if still:
        rows = [
            {"watch": d.watch_id, "pokes_then": d.pokes, "at": d.at, "next": d.update.next_poll_at}
            for d in still
        ]
        _STILL.run(connection, rows)
    if len(still) < len(decisions):
        move_on(
            connection, [d for d in decisions if not d.update.still or d.outcome is not Outcome.UNCHANGED]
        )
    log_polls(connection, [(decision, []) for decision in decisions])
    states = [
        {"document": d.document_id, "now": d.document_state}
        for d in decisions
        if d.document_id and d.document_state
    ]
    if states:
        connection.execute(_STATE, states)
