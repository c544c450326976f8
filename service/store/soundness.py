"""Whether the database itself is sound: its pages, its indexes, what its rows refer to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

MOST = 10
"""Faults that are named; a damaged file may have millions."""
HELP = "`onrecord doctor` says where, docs/operations.md how to restore a backup"
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_damage(error: BaseException | None) -> bool:
    """Does this error of the driver say that the file is not what SQLite wrote?"""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _DAMAGED


def faults(connection: Connection, *, quick: bool = False) -> tuple[str, ...]:
    """What is wrong with the database, `MOST` faults at most; () when it is sound. Reads all of it.

    `quick`: whether indexes and references agree with the tables is left out.
    """
    if connection.dialect.name == "postgresql":
        return tuple(_checksums(connection))
    try:
        if quick:
            return tuple(_pages(connection, "quick_check"))
        return (*_pages(connection, "integrity_check"), *_references(connection))
    except DBAPIError as error:  # damage that the check itself stumbles over
        if not is_damage(error.orig):
            raise
        return (str(error.orig),)


def _pages(connection: Connection, check: str) -> Iterator[str]:
    for (said,) in connection.exec_driver_sql(f"PRAGMA {check}({MOST})"):
        for line in str(said).splitlines():
            if line != "ok" and not line.startswith("*** in database"):
                yield line


def _references(connection: Connection) -> Iterator[str]:
    for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(MOST):
        yield f"{table}: row {row} refers to {parent} that is not there"


def _checksums(connection: Connection) -> Iterator[str]:
    """PostgreSQL checks its pages as it reads them, where the server was made with checksums."""
    failed = connection.execute(
        text("SELECT checksum_failures FROM pg_stat_database WHERE datname = current_database()")
    ).scalar()
    if failed:
        yield f"the server met {failed} pages whose checksum is wrong"
