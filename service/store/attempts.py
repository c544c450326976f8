"""Tries at deliveries: counted before anything is sent, written down after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Dialect,
    UpdateBase,
    bindparam,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy import delete as delete_from
from sqlalchemy.sql.compiler import SQLCompiler

from service.store.tables import AttemptRow, DeliveryRow, SubscriptionRow
from service.store.troubles import tell_disabled, tell_given_up
from service.store.types import UtcTime, to_micros

subscriptions = SubscriptionRow.__table__
deliveries = DeliveryRow.__table__
attempts = AttemptRow.__table__


class Attempted(NamedTuple):
    """What came of one try. `attempt` is its number. `next_attempt_at` is None when there will be none."""

    delivery_id: str
    subscription_id: str
    attempt: int
    at: datetime
    delivered: bool
    next_attempt_at: datetime | None
    status: int | None = None
    error: str = ""
    response: str = ""
    seconds: float = 0.0
    disable: str = ""
    """Why the whole subscription is switched off now, "" otherwise."""
    hold_until: datetime | None = None
    """Failed: nothing is tried on this line before; None: before the next attempt of this one."""
    recovered: bool = False
    """Delivered after an outage: whatever failed meanwhile is due now."""
    excused: bool = False
    """Failed, and does not count for how long the subscription has been failing."""


# ------------------------------------------------------------------ before


def begin_attempt(
    connection: Connection, delivery_ids: Sequence[str], now: datetime, retry_at: datetime | None
) -> dict[str, int]:
    """`begin_attempts` with the numbers that follow; returns these."""
    made = select(attempts.c.delivery_id, func.max(attempts.c.number).label("last")).where(
        attempts.c.delivery_id.in_(delivery_ids)
    )
    last = {row.delivery_id: row.last for row in connection.execute(made.group_by(attempts.c.delivery_id))}
    begun = {one: last.get(one, 0) + 1 for one in delivery_ids}
    begin_attempts(connection, begun, now, retry_at)
    return begun


class _Each(NamedTuple):
    """A statement that every delivery runs, and the names of what it is given, in the order of a row.

    Times are bound as the integers they are stored as, and what is the same for all is written into the statement.
    """

    statement: UpdateBase
    names: tuple[str, ...]


_ONE: ColumnElement[int] = literal_column("1")
_EMPTY: ColumnElement[str] = literal_column("''")
_COUNTED = _Each(
    update(deliveries)
    .where(deliveries.c.id == bindparam("delivery"))
    .values(attempts=deliveries.c.attempts + _ONE, next_attempt_at=bindparam("retry_at", type_=BigInteger)),
    ("retry_at", "delivery"),
)
_BEGUN = _Each(
    insert(attempts)
    .values(
        delivery_id=bindparam("delivery"),
        number=bindparam("which"),
        at=bindparam("now", type_=BigInteger),
        outcome=literal_column("'started'"),
        error=_EMPTY,
        response=_EMPTY,
    )
    .inline(),
    ("delivery", "which", "now"),
)


def begin_attempts(
    connection: Connection,
    numbers: Mapping[str, int],
    now: datetime,
    retry_at: datetime | None,
    *,
    ahead: bool = False,
    line: str = "",
) -> bool:
    """Count the attempts and set the next before anything is sent. `numbers`: delivery → number of the attempt.

    `ahead`: tried before its time, to see whether the endpoint is back; its schedule stays as it is. `line`: their
    subscription; if it has been ended or switched off meanwhile, nothing is counted, nor to be sent: False.
    """
    if line and not _is_active(connection, line):
        return False
    if not ahead:
        again = None if retry_at is None else to_micros(retry_at)
        _run_many(connection, _COUNTED, [(again, one) for one in numbers])
    begun = to_micros(now)
    _run_many(connection, _BEGUN, [(one, number, begun) for one, number in numbers.items()])
    return True


_Row = tuple[Any, ...]


def _run_many(connection: Connection, each: _Each, rows: Sequence[_Row]) -> None:
    """The statement for each row, past SQLAlchemy's work on every value: these are plain already.

    A third of what writing an attempt costs otherwise.
    """
    if rows:
        sql, place = _prepared(each, connection.dialect)
        connection.exec_driver_sql(sql, rows if place is None else [place(row) for row in rows])


@lru_cache(maxsize=32)
def _prepared(each: _Each, dialect: Dialect) -> tuple[str, Callable[[_Row], Any] | None]:
    """The SQL, and how a row becomes what the driver takes; None: it is that already."""
    compiled = each.statement.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)  # noqa: S101 - of a statement it is always one
    names = each.names
    if not compiled.positiontup:
        return compiled.string, lambda row: dict(zip(names, row, strict=True))
    if tuple(compiled.positiontup) == names:
        return compiled.string, None
    return compiled.string, itemgetter(*map(names.index, compiled.positiontup))


_STATE = select(subscriptions.c.state).where(subscriptions.c.id == bindparam("line"))


def _is_active(connection: Connection, line: str) -> bool:
    return bool(connection.execute(_STATE, {"line": line}).scalar() == "active")


def resume_interrupted(connection: Connection, now: datetime) -> int:
    """At a start: attempts whose end nobody saw are made again at once, so that what follows does not overtake.

    Returns how many. Nobody may be sending meanwhile.
    """
    begun = select(attempts.c.delivery_id).where(attempts.c.outcome == "started")
    resumed = connection.execute(
        update(deliveries)
        .where(
            deliveries.c.id.in_(begun), deliveries.c.state == "pending", deliveries.c.next_attempt_at > now
        )
        .values(next_attempt_at=now)
    )
    connection.execute(
        update(attempts)
        .where(attempts.c.outcome == "started")
        .values(outcome="lost", error="the program ended before the answer")
    )
    return resumed.rowcount


# ------------------------------------------------------------------ after


_ATTEMPT = _Each(
    update(attempts)
    .where(attempts.c.delivery_id == bindparam("delivery"), attempts.c.number == bindparam("which"))
    .values(
        {name: bindparam(f"new_{name}") for name in ("outcome", "status", "error", "response", "seconds")}
    ),
    ("new_outcome", "new_status", "new_error", "new_response", "new_seconds", "delivery", "which"),
)
_DELIVERY = _Each(
    update(deliveries)
    .where(deliveries.c.id == bindparam("delivery"))
    .values(
        {
            "state": bindparam("new_state"),
            "next_attempt_at": bindparam("new_next_attempt_at", type_=BigInteger),
            "finished_at": bindparam("new_finished_at", type_=BigInteger),
            "error": bindparam("new_error"),
        }
    ),
    ("new_state", "new_next_attempt_at", "new_finished_at", "new_error", "delivery"),
)


_UNCOUNTED = _Each(
    update(deliveries)
    .where(deliveries.c.id == bindparam("delivery"))
    .values(attempts=deliveries.c.attempts - _ONE, next_attempt_at=bindparam("now", type_=BigInteger)),
    ("now", "delivery"),
)
_UNBEGUN = _Each(
    delete_from(attempts).where(
        attempts.c.delivery_id == bindparam("delivery"), attempts.c.number == bindparam("which")
    ),
    ("delivery", "which"),
)


def finish_attempt(connection: Connection, done: Attempted) -> None:
    """Write what came of it; hold or free, disable or clear the subscription."""
    finish_attempts(connection, [done], done.at)


def finish_attempts(
    connection: Connection,
    all_done: Sequence[Attempted],
    now: datetime,
    unsent: Iterable[tuple[str, int]] = (),
) -> None:
    """`finish_attempt` for several of one subscription, in their order.

    `unsent`: (delivery, number) of attempts that were begun and not made; they are due `now`.
    """
    _run_many(connection, _ATTEMPT, [_attempt_row(done) for done in all_done])
    _run_many(connection, _DELIVERY, [_delivery_row(done) for done in all_done])
    due = to_micros(now)
    back = [*unsent]
    _run_many(connection, _UNCOUNTED, [(due, delivery) for delivery, _ in back])
    _run_many(connection, _UNBEGUN, back)
    arrived = [done for done in all_done if done.delivered]
    if arrived:
        _clear(connection, next((done for done in arrived if done.recovered), arrived[0]))
    for done in all_done:
        if not done.delivered:
            _hold(connection, done)
            if done.next_attempt_at is None and not done.disable:
                tell_given_up(connection, done.delivery_id, done.at)


def go_on(
    connection: Connection,
    all_done: Sequence[Attempted],
    numbers: Mapping[str, int],
    now: datetime,
    retry_at: datetime,
    line: str,
) -> bool:
    """`finish_attempts` of one batch and `begin_attempts` of the next: one transaction, one flush to disk."""
    finish_attempts(connection, all_done, now)
    return begin_attempts(connection, numbers, now, retry_at, line=line)


def _attempt_row(done: Attempted) -> _Row:
    """What `_ATTEMPT` is given."""
    outcome = "delivered" if done.delivered else "failed"
    said = done.error[:500], done.response[:1024]
    return (outcome, done.status, *said, done.seconds, done.delivery_id, done.attempt)


def _delivery_row(done: Attempted) -> _Row:
    """What `_DELIVERY` is given."""
    if done.delivered:
        return ("delivered", None, to_micros(done.at), "", done.delivery_id)
    waiting = done.next_attempt_at is not None or bool(done.disable)
    again = done.next_attempt_at or (done.at if done.disable else None)
    return (
        "pending" if waiting else "dead",
        None if again is None else to_micros(again),
        None if waiting else to_micros(done.at),
        done.error[:500],
        done.delivery_id,
    )


_CLEARED = (
    update(subscriptions)
    .where(
        subscriptions.c.id == bindparam("line"),
        or_(subscriptions.c.failing_since.is_not(None), subscriptions.c.hold_until.is_not(None)),
    )
    .values(failing_since=None, hold_until=None)
)


def _clear(connection: Connection, done: Attempted) -> None:
    connection.execute(_CLEARED, {"line": done.subscription_id})
    if done.recovered:
        connection.execute(
            update(deliveries)
            .where(
                deliveries.c.subscription_id == done.subscription_id,
                deliveries.c.state == "pending",
                deliveries.c.attempts > 0,
                deliveries.c.next_attempt_at > done.at,
            )
            .values(next_attempt_at=done.at)
        )


def _hold(connection: Connection, done: Attempted) -> None:
    values: dict[str, Any] = {
        "hold_until": done.hold_until or done.next_attempt_at,
    }
    if not done.excused:
        values["failing_since"] = func.coalesce(subscriptions.c.failing_since, literal(done.at, UtcTime))
    if done.disable:
        values |= {"state": "disabled", "reason": done.disable[:500]}
    changed = connection.execute(
        update(subscriptions)
        .where(subscriptions.c.id == done.subscription_id, subscriptions.c.state == "active")
        .values(**values)
    )
    if done.disable and changed.rowcount:
        tell_disabled(connection, done.subscription_id, done.disable, done.at)
