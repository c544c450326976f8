"""Rows that are handed to the driver itself are the rows that SQLAlchemy would have written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Integer, MetaData, Table, Text, bindparam, case, create_engine, insert, update
from sqlalchemy.engine import Connection, Row

from service.store.many import Many
from service.store.types import CategorySet, UtcTime

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
THINGS = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime),
    Column("kinds", CategorySet),
    Column("word", Text),
)
MOVE = (
    update(THINGS)
    .where(THINGS.c.id == bindparam("thing"))
    .values(
        at=case((THINGS.c.word == bindparam("then"), bindparam("next", type_=UtcTime())), else_=THINGS.c.at),
        word="moved",
    )
)


def _rows() -> list[dict[str, Any]]:
    return [
        {"id": n, "at": AT + timedelta(hours=n), "kinds": (), "word": "new" if n % 2 else None}
        for n in range(6)
    ]


def _moves() -> list[dict[str, Any]]:
    return [{"thing": n, "then": "new", "next": None if n == 3 else AT - timedelta(days=n)} for n in range(5)]


def _all(connection: Connection) -> list[Row[Any]]:
    return list(connection.execute(THINGS.select().order_by(THINGS.c.id)))


def test_both_ways_leave_the_same() -> None:
    found = []
    for many in (True, False):
        engine = create_engine("sqlite://")
        THINGS.metadata.create_all(engine)
        with engine.begin() as connection:
            for statement, rows in ((insert(THINGS), _rows()), (MOVE, _moves())):
                if many:
                    Many(statement).run(connection, rows)
                else:
                    connection.execute(statement, rows)
            found.append(_all(connection))
    assert found[0] == found[1]
    assert [row.word for row in found[0]] == ["moved"] * 5 + ["new"]
    assert found[0][1].at == AT - timedelta(days=1)
    assert found[0][2].at == AT + timedelta(hours=2)
    assert found[0][3].at is None


def test_it_is_run_again_with_other_rows() -> None:
    put = Many(insert(THINGS))
    engine = create_engine("sqlite://")
    THINGS.metadata.create_all(engine)
    with engine.begin() as connection:
        for row in _rows():
            put.run(connection, [row])
        assert [row.id for row in _all(connection)] == list(range(6))
