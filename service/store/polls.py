"""Write down that looks took place, and how their watches stand since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, case, update

from service.decision import Decision, WatchUpdate
from service.model import Outcome
from service.store.chain import Facts, Mark, extend_all
from service.store.many import Many
from service.store.puts import put_in_place
from service.store.tables import PollRow, WatchRow

watches = WatchRow.__table__
polls = PollRow.__table__

OUTCOMES = tuple(Outcome)
"""The poll log stores the position in this tuple; `Outcome` is only ever appended to."""
_NUMBERS = {outcome: number for number, outcome in enumerate(OUTCOMES)}

# The two statements that every unchanged poll runs, compiled once.
_POLL = {engine: Many(statement) for engine, statement in put_in_place(polls).items()}
_OWN = (
    "last_poll_at", "first_ok_at", "last_ok_at", "changed_at", "failing_since", "collapsed_since", "failures", "step",
    "hint", "outcome", "reason", "error",
)  # fmt: skip
_SHARED = ("url", "etag", "last_modified", "body_hash", "next_poll_at", "moved_url", "moved_seen")
"""What a feed, the catalogue and people write into too: what they wrote while the look was under way, stays."""
UNTOUCHED = watches.c.pokes == bindparam("pokes_then")
_WATCH = Many(
    update(watches)
    .where(watches.c.id == bindparam("watch"))
    .values(
        {name: bindparam(f"new_{name}") for name in _OWN}
        | {
            name: case(
                (UNTOUCHED, bindparam(f"new_{name}", type_=watches.c[name].type)), else_=watches.c[name]
            )
            for name in _SHARED
        }
    )
)


def log_polls(connection: Connection, looks: Sequence[tuple[Decision, Sequence[Mark]]]) -> None:
    """Write that these looks took place, each sealed together with what it brought."""
    facts = [Facts(d.watch_id, d.at, _NUMBERS[d.outcome], d.status, d.reason or None) for d, _ in looks]
    links = extend_all(connection, zip(facts, (brought for _, brought in looks), strict=True))
    rows = [
        {
            "watch_id": look.watch,
            "at": look.at,
            "outcome": look.outcome,
            "status": look.status,
            "reason": look.reason,
            "link": link.number,
            "seal": link.seal,
        }
        for look, link in zip(facts, links, strict=True)
    ]
    _POLL[connection.dialect.name].run(connection, rows)


def move_on(connection: Connection, decisions: Sequence[Decision]) -> None:
    """Say how these watches stand, and when they are looked at next."""
    _WATCH.run(connection, [_watch_row(d, d.update) for d in decisions])


def _watch_row(decision: Decision, u: WatchUpdate) -> dict[str, Any]:
    return {
        "watch": decision.watch_id,
        "pokes_then": decision.pokes,
        "new_url": u.url,
        "new_etag": u.validators.etag,
        "new_last_modified": u.validators.last_modified,
        "new_body_hash": u.body_hash,
        "new_next_poll_at": u.next_poll_at,
        "new_last_poll_at": decision.at,
        "new_first_ok_at": u.first_ok_at,
        "new_last_ok_at": u.last_ok_at,
        "new_changed_at": u.changed_at,
        "new_failing_since": u.failing_since,
        "new_collapsed_since": u.collapsed_since,
        "new_failures": u.failures,
        "new_step": u.step,
        "new_hint": u.hint,
        "new_moved_url": u.moved_url,
        "new_moved_seen": u.moved_seen,
        "new_outcome": decision.outcome.value,
        "new_reason": u.reason,
        "new_error": u.error[:500],
    }
