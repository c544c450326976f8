"""Questions about the log of looks at a source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from service.store.evidence import polls
from service.store.history import sources, watches
from service.store.polls import OUTCOMES


@dataclass(frozen=True, slots=True)
class Look:
    """One look and what came of it. `status`: of the HTTP answer, None where there was none."""

    at: datetime
    outcome: str
    status: int | None
    reason: str


def recent_looks(connection: Connection, source: str, limit: int = 30) -> tuple[Look, ...]:
    """At the source itself (not at the posts of a feed), newest first."""
    watch = (
        select(watches.c.id)
        .select_from(watches.join(sources, watches.c.source_id == sources.c.id))
        .where(sources.c.name == source, watches.c.subject == sources.c.kind)
        .limit(1)
        .scalar_subquery()
    )
    query = select(polls).where(polls.c.watch_id == watch).order_by(polls.c.at.desc()).limit(limit)
    return tuple(
        Look(row.at, OUTCOMES[row.outcome].value, row.status, row.reason or "")
        for row in connection.execute(query)
    )
