"""Which changes and assurances a question means, and the conditions that say so to the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, and_, literal_column, or_, type_coerce
from sqlalchemy.sql.elements import ColumnElement

from service.model import Category
from service.store.tables import AssuranceRow, ChangeRow, WordingRow

assurances = AssuranceRow.__table__
wordings = WordingRow.__table__
changes = ChangeRow.__table__

WITHDRAWN: ColumnElement[bool] = assurances.c.state == literal_column("'withdrawn'")
"""In these words an index on nothing else answers it."""


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """Which changes; what is empty does not filter, several names mean any of them. `until` is exclusive."""

    companies: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    kinds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    document: str = ""
    assurance: str = ""
    since: datetime | None = None
    until: datetime | None = None
    q: str = ""
    technical: bool = False
    """Also those that our own reading made, not the company."""
    ranked: bool = False
    """With `q`: the best match first, not the newest."""


@dataclass(frozen=True, slots=True)
class AssuranceFilter:
    """Which assurances. `as_of`: as the record stood at that time; `status`: current or withdrawn, "" for both."""

    companies: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    sources: tuple[str, ...] = ()
    document: str = ""
    assurance: str = ""
    """Id of the one that is meant, in whatever document it stands."""
    status: str = "current"
    as_of: datetime | None = None
    q: str = ""
    ranked: bool = False
    """With `q`: the best match first, not in the order of company and text."""


def standing(status: str, as_of: ColumnElement[datetime] | None) -> ColumnElement[bool]:
    """The wording that each lineage had: at the time asked for, now, or when it ended."""
    ended = and_(WITHDRAWN, wordings.c.until == assurances.c.withdrawn_at)
    if as_of is None:
        now = wordings.c.until.is_(None)
        return now if status == "current" else ended if status else or_(now, ended)
    begun = wordings.c.since <= as_of
    current = and_(begun, or_(wordings.c.until.is_(None), wordings.c.until > as_of))
    past = and_(ended, wordings.c.until <= as_of)
    return current if status == "current" else past if status else or_(current, past)


def holds_category(column: Any, mask: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a set of categories holds one of those in `mask`."""
    return type_coerce(column, Integer).op("&")(mask) != 0


def after_row(key: tuple[Any, ...], values: tuple[Any, ...]) -> ColumnElement[bool]:
    """Rows that come later than `values` in the order of `key`."""
    return or_(
        *(
            and_(*(k == v for k, v in zip(key[:i], values[:i], strict=True)), key[i] > values[i])
            for i in range(len(key))
        )
    )
