"""One statement for many rows: what every look writes, with nothing prepared anew for each row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, Update

_Cell = tuple[str, Callable[[Any], Any] | None]
"""The key of a row, and what makes of its value what the driver takes; None where that is the value itself."""


class Many:
    """An insert or update with named places, run for many rows.

    On SQLite the text and the order of the places are found once, and rows are handed to the driver itself: preparing
    each row takes SQLAlchemy longer than writing it. On other engines SQLAlchemy does it.
    """

    def __init__(self, statement: Insert | Update) -> None:
        self._statement = statement
        self._text = ""
        self._cells: tuple[_Cell, ...] = ()

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it for `rows`, at least one, all with the same keys: the statement's places, with Python's values."""
        if connection.dialect.name != "sqlite":
            connection.execute(self._statement, rows)
            return
        if not self._text:
            self._compile(connection.dialect, rows[0])
        cells = self._cells
        connection.exec_driver_sql(
            self._text, [tuple([made(row[key]) if made else row[key] for key, made in cells]) for row in rows]
        )

    def _compile(self, dialect: Dialect, row: Mapping[str, Any]) -> None:
        compiled = self._statement.compile(dialect=dialect, column_keys=list(row))
        some = next(iter(row))
        cells = []
        for name in compiled.positiontup or ():
            bind = compiled.binds[name]
            made = bind.type.bind_processor(dialect)
            cells.append((bind.key, made) if bind.key in row else (some, _always(bind.value, made)))
        self._cells, self._text = tuple(cells), str(compiled)


def _always(value: Any, made: Callable[[Any], Any] | None) -> Callable[[Any], Any]:
    """What stands in the statement itself, whatever the row."""
    told = made(value) if made else value
    return lambda _: told
