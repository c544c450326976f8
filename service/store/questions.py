"""The statements that ask for changes and assurances, each put together once for the filters that it has.

Putting one together, and finding out that it is a known one, takes longer than SQLite takes to answer it. Which rows a
list shows is asked first, of the table that has the order and the filters; then these rows are read, by key. In one
statement with all that is joined, an engine may begin with another table, and sort the whole record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Select, and_, bindparam, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from service.store.filters import WITHDRAWN, AssuranceFilter, ChangeFilter, holds_category, standing
from service.store.tables import (
    AssuranceRow,
    ChangeRow,
    DocumentRow,
    SourceRow,
    WatchRow,
    WeightRow,
    WordingRow,
)
from service.store.types import category_mask

sources = SourceRow.__table__
documents = DocumentRow.__table__
watches = WatchRow.__table__
assurances = AssuranceRow.__table__
wordings = WordingRow.__table__
changes = ChangeRow.__table__
weights = WeightRow.__table__

OLD, NEW = wordings.alias("old"), wordings.alias("new")
_ORIGIN = documents.alias("origin")
_SIDE = ("text", "exception", "heading", "speaker_name", "speaker_role", "attribution")

CHANGES: Select[Any] = (
    select(
        changes,
        *(side.c[name].label(f"{side.name}_{name}") for side in (OLD, NEW) for name in _SIDE),
        sources.c.name.label("source_name"),
        documents.c.url.label("document_url"),
        documents.c.title.label("document_title"),
        documents.c.published,
        _ORIGIN.c.url.label("moved_from_url"),
    )
    .select_from(changes)
    .join(sources, changes.c.source_id == sources.c.id)
    .join(documents, changes.c.document_id == documents.c.id)
    .outerjoin(OLD, changes.c.old_wording == OLD.c.id)
    .outerjoin(NEW, changes.c.new_wording == NEW.c.id)
    .outerjoin(_ORIGIN, changes.c.moved_from == _ORIGIN.c.id)
)
ASSURANCES: Select[Any] = (
    select(
        *(column for column in wordings.c if column.name not in ("fingerprint", "prev", "position")),
        wordings.c.id.label("wording_id"),
        assurances.c.state,
        assurances.c.since.label("first_seen"),
        assurances.c.missing_since,
        assurances.c.last_seen_at,
        documents.c.url.label("document_url"),
        documents.c.title.label("document_title"),
        sources.c.name.label("source_name"),
        watches.c.last_ok_at.label("checked_at"),
        weights.c.scale,
        weights.c.weight,
    )
    .select_from(wordings)
    .join(assurances, wordings.c.assurance_id == assurances.c.id)
    .join(documents, wordings.c.document_id == documents.c.id)
    .join(sources, documents.c.source_id == sources.c.id)
    .outerjoin(watches, watches.c.document_id == documents.c.id)
    .outerjoin(weights, weights.c.wording_id == wordings.c.id)
)
CHANGES_BY_ID = CHANGES.where(changes.c.id.in_(bindparam("ids", expanding=True)))
ASSURANCES_BY_WORDING = ASSURANCES.where(wordings.c.id.in_(bindparam("ids", expanding=True)))
ORDER = (wordings.c.company, wordings.c.document_id, wordings.c.position, wordings.c.id)
"""Of assurances."""

_NAMED = select(sources.c.id).where(sources.c.name.in_(bindparam("sources", expanding=True)))
_Condition = Callable[[], ColumnElement[bool]]
_EVERY: Mapping[str, _Condition] = {
    "since": lambda: changes.c.observed_at >= bindparam("since"),
    "until": lambda: changes.c.observed_at < bindparam("until"),
    "public": lambda: changes.c.note != "technical",
    "companies": lambda: changes.c.company.in_(bindparam("companies", expanding=True)),
    "categories": lambda: holds_category(changes.c.categories, bindparam("categories", type_=Integer)),
    "kinds": lambda: changes.c.kind.in_(bindparam("kinds", expanding=True)),
    "sources": lambda: changes.c.source_id.in_(_NAMED),
    "document": lambda: changes.c.document_id == bindparam("document"),
    "assurance": lambda: changes.c.assurance_id == bindparam("assurance"),
    "after": lambda: or_(
        changes.c.observed_at < bindparam("after"),
        and_(changes.c.observed_at == bindparam("after"), changes.c.id < bindparam("after_id")),
    ),
}
_SAID: Mapping[str, _Condition] = {
    "alone": lambda: wordings.c.joined == "",
    "companies": lambda: wordings.c.company.in_(bindparam("companies", expanding=True)),
    "categories": lambda: holds_category(wordings.c.categories, bindparam("categories", type_=Integer)),
    "sources": lambda: wordings.c.document_id.in_(
        select(documents.c.id).where(documents.c.source_id.in_(_NAMED))
    ),
    "document": lambda: wordings.c.document_id == bindparam("document"),
    "assurance": lambda: wordings.c.assurance_id == bindparam("assurance"),
}
_LIMIT = bindparam("limit", type_=Integer)


@lru_cache(maxsize=1024)
def newest(filters: frozenset[str]) -> Select[Any]:
    """Ids of changes by these filters, newest first, `limit` of them."""
    query = select(changes.c.id).where(*(_EVERY[name]() for name in sorted(filters)))
    return query.order_by(changes.c.observed_at.desc(), changes.c.id.desc()).limit(_LIMIT)


def with_words(query: Select[Any], words: Sequence[str]) -> Select[Any]:
    """Those of `newest` in whose texts all these words stand."""
    query = query.outerjoin(OLD, changes.c.old_wording == OLD.c.id)
    query = query.outerjoin(NEW, changes.c.new_wording == NEW.c.id)
    for word in words:
        query = query.where(or_(*(side.c.text.icontains(word, autoescape=True) for side in (OLD, NEW))))
    return query


def change_values(wanted: ChangeFilter, companies: tuple[str, ...]) -> dict[str, Any]:
    """By filter what it is given. `companies`: as spelled on record."""
    values: dict[str, Any] = {
        "companies": companies,
        "categories": category_mask(wanted.categories),
        "kinds": wanted.kinds,
        "sources": wanted.sources,
        "document": wanted.document,
        "assurance": wanted.assurance,
        "since": wanted.since,
        "until": wanted.until,
        "public": not wanted.technical,
    }
    return {name: value for name, value in values.items() if value}


@lru_cache(maxsize=1024)
def saying(filters: frozenset[str], status: str, *, as_of: bool) -> Select[Any]:
    """Ids of wordings by these filters, unordered, `limit` of them. `as_of`: those of a moment."""
    moment = bindparam("as_of", type_=wordings.c.since.type) if as_of else None
    query = select(wordings.c.id)
    if status != "current":
        query = query.join(assurances, wordings.c.assurance_id == assurances.c.id)
    if status == "withdrawn":  # said twice, so that they are begun with: they are few, and have an index
        query = query.where(wordings.c.assurance_id.in_(select(assurances.c.id).where(WITHDRAWN)))
    return query.where(standing(status, moment), *(_SAID[name]() for name in sorted(filters))).limit(_LIMIT)


@lru_cache(maxsize=1024)
def saying_in_order(filters: frozenset[str], status: str, *, as_of: bool) -> Select[Any]:
    """The same in the order of company, document and text."""
    query = saying(filters, status, as_of=as_of)
    if status != "withdrawn":
        return query.order_by(*ORDER)
    # By no column, or the index that has the order would lead past all that stand.
    return query.order_by(func.coalesce(wordings.c.company, ""), *ORDER[1:])


def assurance_values(wanted: AssuranceFilter, companies: tuple[str, ...]) -> dict[str, Any]:
    """By filter what it is given. `companies`: as spelled on record."""
    somewhere = wanted.sources or wanted.document or wanted.assurance
    values: dict[str, Any] = {
        "alone": not somewhere,  # otherwise sightings show for what they are sightings of
        "companies": companies,
        "categories": category_mask(wanted.categories),
        "sources": wanted.sources,
        "document": wanted.document,
        "assurance": wanted.assurance,
    }
    return {name: value for name, value in values.items() if value}
