"""Inserts that mind what is there already, for every engine. Look one up by `connection.dialect.name`."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Insert, Table, insert
from sqlalchemy.dialects.postgresql import insert as insert_postgresql


def put_in_place(table: Table) -> Mapping[str, Insert]:
    """Insert a row, in place of the one with the same key if there is one. Every column must be given."""
    row = insert_postgresql(table)
    keys = list(table.primary_key.columns)
    given = {column.name: row.excluded[column.name] for column in table.columns if not column.primary_key}
    return {
        "sqlite": insert(table).prefix_with("OR REPLACE"),
        "postgresql": row.on_conflict_do_update(index_elements=keys, set_=given),
    }
