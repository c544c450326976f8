"""Full text search. SQLite answers from FTS5 tables that triggers fill in the transaction of each change and wording.

`change_text` is ordered by `change_keys.key` (time of observation), so the newest matches come first without sorting,
and its facets answer the filters in the same lookup, with words or without. Where there is no FTS5 (`indexed` says
so) the questions in `history` look for the words themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Integer,
    Select,
    bindparam,
    column,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy.sql.elements import ColumnElement

from service.model import Category
from service.store.filters import ChangeFilter
from service.store.names import spellings
from service.store.tables import SourceRow
from service.store.terms import Term, parse_terms
from service.store.types import category_mask, from_micros, to_micros

sources = SourceRow.__table__
change_keys = table("change_keys", column("key"), column("change_id"))
_change_text = table("change_text", column("rowid"))
_wording_text = table("wording_text", column("rowid"))
RANKED = 20_000
"""Of more that match, so many of the newest are ranked: to weigh a million would take seconds."""
_TIES = 2**20
"""Keys within one millisecond."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Found:
    """A part of what matches, in order; `next`: where to go on (`Place`), None at the end."""

    ids: tuple[str, ...]
    next: Place | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a search goes on: below `key`, and when ranked behind the first `offset`."""

    key: int
    offset: int = 0


def indexed(connection: Connection) -> bool:
    """Whether this database has the tables above."""
    return connection.dialect.name == "sqlite"


def searchable(wanted: ChangeFilter) -> bool:
    """Whether this index answers the question: by words, or by a filter that it holds as a facet. It walks back from
    the newest, however many match; an index of a table would sort what it finds, or look at all that it does not seek.
    """
    named = wanted.q or wanted.companies or wanted.categories or wanted.kinds or wanted.sources
    return bool(named) and not (wanted.document or wanted.assurance)


def match_changes(connection: Connection, wanted: ChangeFilter, place: Place | None, limit: int) -> Found:
    """Ids of changes. Newest first, or ranked: then `place.key` keeps out what came after the first part."""
    expression = _expression(connection, wanted)
    if not expression:
        return Found((), None)
    values: dict[str, Any] = {"words": expression, "limit": limit + 1}
    if wanted.since:
        values["from"] = _slot(wanted.since)
    if wanted.until:
        values["to"] = _slot(wanted.until + _MILLISECOND - timedelta(microseconds=1))
    if wanted.ranked and wanted.q:
        return _ranked(connection, values, place, limit)
    if place is not None:
        values["to"] = min(place.key, values.get("to", place.key))
    rows = connection.execute(_newest(frozenset(values)), values).all()
    ids = tuple(row.change_id for row in rows[:limit])
    return Found(ids, Place(rows[limit - 1].key) if len(rows) > limit else None)


@lru_cache(maxsize=64)
def _newest(given: frozenset[str]) -> Select[Any]:
    query = _keys(given)
    return query.order_by(_change_text.c.rowid.desc()).limit(bindparam("limit", type_=Integer))


@lru_cache(maxsize=64)
def _best(given: frozenset[str]) -> Select[Any]:
    """The best of the newest."""
    rowid = _change_text.c.rowid
    last = _keys(given).order_by(rowid.desc()).limit(1).offset(bindparam("ranked", type_=Integer))
    floor = select(last.subquery().c.key).scalar_subquery()
    score = func.bm25(literal_column("change_text"), 1.0, 0.0)
    query = _keys(given).where(rowid >= func.coalesce(floor, 0)).order_by(score, rowid.desc())
    return query.limit(bindparam("limit", type_=Integer)).offset(bindparam("offset", type_=Integer))


def _keys(given: frozenset[str]) -> Select[Any]:
    rowid = _change_text.c.rowid
    # No join: it stays with this index and its order.
    change_id = select(change_keys.c.change_id).where(change_keys.c.key == rowid).scalar_subquery()
    query = select(rowid.label("key"), change_id.label("change_id"))
    query = query.where(_matches(_change_text, bindparam("words")))
    if "from" in given:
        query = query.where(rowid >= bindparam("from", type_=BigInteger))
    if "to" in given:
        query = query.where(rowid < bindparam("to", type_=BigInteger))
    return query


def matching_wordings(q: str) -> ColumnElement[bool] | None:
    """Rows of `wording_text` that match; None if `q` holds no word."""
    terms = parse_terms(q)
    if not terms:
        return None
    return _matches(_wording_text, bindparam("said", _words(terms), unique=True))


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


def _ranked(connection: Connection, values: dict[str, Any], place: Place | None, limit: int) -> Found:
    offset = place.offset if place else 0
    ceiling = place.key if place else connection.execute(select(func.max(change_keys.c.key))).scalar() or 0
    values = {
        **values,
        "to": min(ceiling + 1, values.get("to", ceiling + 1)),
        "ranked": RANKED,
        "offset": offset,
    }
    rows = connection.execute(_best(frozenset(values)), values).all()
    ids = tuple(row.change_id for row in rows[:limit])
    return Found(ids, Place(ceiling, offset + limit) if len(rows) > limit else None)


def _matches(matched: Any, expression: ColumnElement[Any]) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = literal_column(matched.name).op("MATCH", is_comparison=True)(expression)
    return condition


def _slot(at: datetime) -> int:
    return max((at - _EPOCH) // _MILLISECOND, 0) * _TIES


# ------------------------------------------------------------------ expressions of FTS5


def _expression(connection: Connection, wanted: ChangeFilter) -> str:
    """What FTS5 is asked, empty if nothing can match."""
    terms = parse_terms(wanted.q)
    if wanted.q and not terms:
        return ""
    parts = [f"words : ({_words(terms)})"] if terms else []
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
    "RANKED", "Found", "Place", "change_keys", "cursor_of", "indexed", "match_changes", "matching_wordings",
    "place_of", "searchable", "to_micros", "wording_rank",
]  # fmt: skip
