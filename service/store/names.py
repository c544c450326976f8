"""How companies are spelled on record."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, func, select

from service.store.tables import AssuranceRow

assurances = AssuranceRow.__table__


def _hopping() -> Select[Any]:
    """From name to name through the index."""
    company = assurances.c.company
    names = select(func.min(company).label("name")).where(company > "").cte("names", recursive=True)
    after = select(func.min(company)).where(company > names.c.name).scalar_subquery()
    names = names.union_all(select(after).where(names.c.name.is_not(None)))
    return select(names.c.name).where(names.c.name.is_not(None))


_NAMES = _hopping()


def company_names(connection: Connection) -> tuple[str, ...]:
    """Everybody who has or had an assurance on record."""
    return tuple(sorted(connection.execute(_NAMES).scalars().all(), key=str.casefold))


def spellings(connection: Connection, *companies: str) -> tuple[str, ...]:
    """The names that are one of these but for upper and lower case: an index finds those, not a case-blind search."""
    wanted = {company.casefold() for company in companies}
    known = (name for name in sorted(connection.execute(_NAMES).scalars().all()) if name.casefold() in wanted)
    return tuple(dict.fromkeys((*companies, *known)))
