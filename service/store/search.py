"""Full text search. SQLite answers from FTS5 tables that triggers fill in the transaction of each change and wording.

`change_text` is ordered by `change_keys.key` (time of observation), so the newest matches come first without sorting,
and its facets answer the filters in the same lookup. Where there is no FTS5 (`indexed` says so) the questions in
`history` look for the words themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, bindparam, column, func, literal_column, select, table
from sqlalchemy.sql.elements import ColumnElement

from service.model import Category
from service.store.filters import ChangeFilter
from service.store.names import spellings
from service.store.tables import SourceRow
from service.store.types import category_mask, from_micros, to_micros
from service.terms import Term, parse_terms

sources = SourceRow.__table__
change_keys = table("change_keys", column("key"), column("change_id"))
_change_text = table("change_text", column("rowid"))
_wording_text = table("wording_text", column("rowid"))
_TIES = 2**20
"""Keys within one millisecond."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Found:
    """A part of what matches, in order; `next`: where to go on (`Place`), None at the end."""

    keys: tuple[int, ...]
    next: Place | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a search goes on: below `key`, and when ranked behind the first `offset`."""

    key: int
    offset: int = 0


def indexed(connection: Connection) -> bool:
    """Whether this database has the tables above."""
    return connection.dialect.name == "sqlite"


def match_changes(connection: Connection, wanted: ChangeFilter, place: Place | None, limit: int) -> Found:
    """Keys of changes. Newest first, or ranked: then `place.key` keeps out what came after the first part."""
    expression = _expression(connection, wanted)
    if not expression:
        return Found((), None)
    query = _matching(_change_text, expression)
    rowid = _change_text.c.rowid
    if wanted.since:
        query = query.where(rowid >= _slot(wanted.since))
    if wanted.until:
        query = query.where(rowid < _slot(wanted.until + _MILLISECOND - timedelta(microseconds=1)))
    if wanted.ranked:
        score = func.bm25(literal_column("change_text"), 1.0, 0.0)
        return _ranked(connection, query, _change_text, score, place, limit)
    query = query.order_by(rowid.desc()).limit(limit + 1)
    if place is not None:
        query = query.where(rowid < place.key)
    keys = tuple(connection.execute(query).scalars())
    return Found(keys[:limit], Place(keys[limit - 1]) if len(keys) > limit else None)


def matching_wordings(q: str) -> ColumnElement[bool] | None:
    """Rows of `wording_text` that match; None if `q` holds no word."""
    terms = parse_terms(q)
    return _condition(_wording_text, _words(terms)) if terms else None


def wording_rank() -> tuple[Any, ColumnElement[Any], ColumnElement[Any]]:
    """The table to join with wordings, its key, and how well a row matches (less is better)."""
    return _wording_text, _wording_text.c.rowid, func.bm25(literal_column("wording_text"))


def place_of(number: int, rest: str) -> Place:
    """From a cursor; ValueError if it is none."""
    low, _, offset = rest.partition(":")
    return Place(_slot(from_micros(number)) + int(low), int(offset or 0))


def cursor_of(place: Place) -> tuple[int, str]:
    """For a cursor."""
    milliseconds, low = divmod(place.key, _TIES)
    return milliseconds * 1000, f"{low}:{place.offset}"


def _ranked(
    connection: Connection, query: Select[Any], matched: Any, score: Any, place: Place | None, limit: int
) -> Found:
    offset = place.offset if place else 0
    ceiling = place.key if place else connection.execute(select(func.max(change_keys.c.key))).scalar() or 0
    query = query.where(matched.c.rowid <= ceiling).order_by(score, matched.c.rowid.desc())
    keys = tuple(connection.execute(query.limit(limit + 1).offset(offset)).scalars())
    return Found(keys[:limit], Place(ceiling, offset + limit) if len(keys) > limit else None)


def _matching(matched: Any, expression: str) -> Select[Any]:
    return select(matched.c.rowid).where(_condition(matched, expression))


def _condition(matched: Any, expression: str) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = literal_column(matched.name).op("MATCH", is_comparison=True)(
        bindparam("words", expression, unique=True)
    )
    return condition


def _slot(at: datetime) -> int:
    return max((at - _EPOCH) // _MILLISECOND, 0) * _TIES


# ------------------------------------------------------------------ expressions of FTS5


def _expression(connection: Connection, wanted: ChangeFilter) -> str:
    """What FTS5 is asked, empty if nothing can match."""
    terms = parse_terms(wanted.q)
    if not terms:
        return ""
    parts = [f"words : ({_words(terms)})"]
    if wanted.companies:
        names = spellings(connection, *wanted.companies)
        parts.append(_facet(f"company{name.encode('utf-8', 'replace').hex()}" for name in names))
    if wanted.categories:
        parts.append(_facet(map(_category, wanted.categories)))
    if wanted.kinds:
        parts.append(_facet(f"kind{kind}" for kind in wanted.kinds))
    if wanted.sources:
        found = connection.execute(select(sources.c.id).where(sources.c.name.in_(wanted.sources))).scalars()
        ids = [f"source{one}" for one in found]
        if not ids:
            return ""
        parts.append(_facet(ids))
    expression = " AND ".join(parts)
    return expression if wanted.technical else f"({expression}) NOT {_facet(['technical'])}"


def _words(terms: Sequence[Term]) -> str:
    """Every word is quoted: none is an operator."""
    return " AND ".join(f'"{" ".join(term.words)}"' + (" *" if term.open else "") for term in terms)


def _facet(names: Iterable[str]) -> str:
    return "facets : (" + " OR ".join(f'"{name}"' for name in names) + ")"


def _category(category: Category) -> str:
    return f"category{category_mask((category,)).bit_length() - 1}"


__all__ = [
    "Found", "Place", "change_keys", "cursor_of", "indexed", "match_changes", "matching_wordings", "place_of",
    "to_micros", "wording_rank",
]  # fmt: skip
