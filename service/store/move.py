"""Carry a whole record from one database to another, and prove that it has arrived."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Integer, Table, func, insert, literal_column, select, text

from service.store.engine import Database
from service.store.errors import StoreError
from service.store.migrate import current_revision, upgrade
from service.store.place import Place, is_begun, name_of
from service.store.tables import metadata

CHUNK = 1000
_WIDTH = 1 << 256

Told = Callable[[str, int], None]
"""Table and its number of rows, once each has been copied and compared."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows a table has, and the sum of their hashes: the same in whatever order they are read."""

    rows: int
    sum: int


def move(origin: Place, target: Place, told: Told) -> int:
    """Copy every table of `origin` into the empty `target`; returns the number of rows.

    One transaction: all of it arrives and equals what was read, or nothing does and it can be begun anew. StoreError
    names what is in the way. `origin` must be held by whoever calls, or it grows meanwhile.
    """
    if not is_begun(origin):
        raise StoreError(f"{name_of(origin)}: there is no record")
    if isinstance(target, Path):
        target.parent.mkdir(parents=True, exist_ok=True)
    here, there = Database(origin), Database(target)
    try:
        return here.read_now(lambda old: there.write_now(lambda new: _copy(old, new, target, told)))
    finally:
        here.dispose()
        there.dispose()


def _copy(old: Connection, new: Connection, target: Place, told: Told) -> int:
    upgrade(new)
    if current_revision(old) != current_revision(new):
        raise StoreError(
            "the record to move has the shape of another version: run `onrecord migrate` on it first"
        )
    tables = metadata.sorted_tables
    for table in tables:
        if new.execute(select(literal_column("1")).select_from(table).limit(1)).first() is not None:
            raise StoreError(f"{name_of(target)} is not empty: its table {table.name} has rows")
    total = 0
    for table in tables:
        sent = _carry(old, new, table)
        _count_on(new, table)
        arrived = _tally(row for chunk in _chunks(new, table) for row in chunk)
        if sent != arrived:
            raise StoreError(
                f"{table.name} arrived as {arrived.rows} rows for {sent.rows}, or not as they were: nothing is kept"
            )
        told(table.name, sent.rows)
        total += sent.rows
    return total


def _carry(old: Connection, new: Connection, table: Table) -> Tally:
    rows = total = 0
    for chunk in _chunks(old, table):
        new.execute(insert(table), [dict(zip(table.columns.keys(), row, strict=True)) for row in chunk])
        tally = _tally(iter(chunk))
        rows, total = rows + tally.rows, (total + tally.sum) % _WIDTH
    return Tally(rows, total)


def _chunks(connection: Connection, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    with connection.execute(select(table).execution_options(yield_per=CHUNK)) as result:
        for part in result.partitions():
            yield [tuple(_plain(value) for value in row) for row in part]


def _tally(rows: Iterator[tuple[Any, ...]]) -> Tally:
    count = total = 0
    for row in rows:
        digest = hashlib.sha256(repr(row).encode("utf-8", "surrogatepass")).digest()
        count, total = count + 1, (total + int.from_bytes(digest, "big")) % _WIDTH
    return Tally(count, total)


def _plain(value: Any) -> Any:
    """A value as either engine gives it back: PostgreSQL's text has no NUL."""
    return value.replace("\0", "") if isinstance(value, str) else value


def _count_on(connection: Connection, table: Table) -> None:
    """Let the next number that PostgreSQL gives a row follow those that came with theirs."""
    key = table.autoincrement_column
    if connection.dialect.name != "postgresql" or key is None or not isinstance(key.type, Integer):
        return
    last = connection.execute(select(func.max(key))).scalar()
    if last is not None:
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, :key), :last)"),
            {"table": table.name, "key": key.name, "last": last},
        )
