"""Questions that pictures and comparisons ask: who says what side by side, and how one company's promises went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from service.model import Attribution, Category, Speaker
from service.store.evidence import polls
from service.store.history import assurances, changes, sources, watches, wordings
from service.store.names import spellings
from service.store.weights import weights

SAID_MAX = 20_000
"""Sentences at most that one comparison reads."""


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence that stood, as far as a comparison needs it."""

    assurance: str
    company: str
    text: str
    exception: str
    categories: tuple[Category, ...]
    since: datetime
    speaker: Speaker
    document_id: str
    heading: str
    weight: tuple[int, int] | None = None
    """How firm it is, and by which scale, where that is kept (service/web/strength.py)."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened to a lineage."""

    at: datetime
    kind: str
    change: str


@dataclass(frozen=True, slots=True)
class Span:
    """A lineage through time. `pieces`: from when until when it was said (None: it still is), oldest first."""

    id: str
    text: str
    categories: tuple[Category, ...]
    pieces: tuple[tuple[datetime, datetime | None], ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Pulse:
    """The watching in three numbers."""

    sources: int
    failing: int
    untried: int


def said_by(connection: Connection, companies: Sequence[str], as_of: datetime | None) -> tuple[Said, ...]:
    """What these companies (spelled as on record) say now, or said then, in the order of the documents."""
    standing: ColumnElement[bool] = wordings.c.until.is_(None)
    if as_of is not None:
        standing = and_(wordings.c.since <= as_of, or_(wordings.c.until.is_(None), wordings.c.until > as_of))
    query = (
        select(
            wordings.c.assurance_id,
            wordings.c.company,
            wordings.c.text,
            wordings.c.exception,
            wordings.c.categories,
            wordings.c.since,
            wordings.c.speaker_name,
            wordings.c.speaker_role,
            wordings.c.attribution,
            wordings.c.document_id,
            wordings.c.heading,
            weights.c.scale,
            weights.c.weight,
        )
        .outerjoin(weights, weights.c.wording_id == wordings.c.id)
        .where(wordings.c.company.in_(companies), wordings.c.joined == "", standing)
        .order_by(wordings.c.company, wordings.c.document_id, wordings.c.position, wordings.c.id)
        .limit(SAID_MAX)
    )
    return tuple(
        Said(
            *row[:6],
            Speaker(*row[6:8], Attribution(row.attribution)),
            row.document_id,
            row.heading,
            None if row.weight is None else (row.scale, row.weight),
        )
        for row in connection.execute(query)
    )


def checks_of(connection: Connection, document_ids: Iterable[str]) -> dict[str, int]:
    """How many looks at each of these documents the log holds."""
    query = (
        select(watches.c.document_id, func.count())
        .select_from(watches.join(polls, polls.c.watch_id == watches.c.id))
        .where(watches.c.document_id.in_(set(document_ids)))
        .group_by(watches.c.document_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def spans(connection: Connection, company: str, limit: int = 40) -> tuple[Span, ...]:
    """The lineages of a company to which something happened last, then others that stand; by category, oldest first."""
    names = spellings(connection, company)
    ids = _eventful(connection, names, limit)
    if len(ids) < limit:
        query = (
            select(assurances.c.id)
            .where(
                assurances.c.company.in_(names), assurances.c.state == "current", assurances.c.joined == ""
            )
            .order_by(assurances.c.since, assurances.c.id)
            .limit(limit)
        )
        ids = list(dict.fromkeys([*ids, *connection.execute(query).scalars()]))[:limit]
    found = _spans(connection, ids)
    order = {category: number for number, category in enumerate(Category)}
    return tuple(
        sorted(found, key=lambda s: (order[s.categories[0]] if s.categories else 99, s.pieces[0][0], s.id))
    )


def pulse(connection: Connection) -> Pulse:
    """How many sources are watched, fail, and have not been asked yet."""
    main = (watches.c.source_id == sources.c.id) & (watches.c.subject == sources.c.kind)
    row = connection.execute(
        select(
            func.count(),
            func.count(case((watches.c.failures > 0, 1))),
            func.count(case((watches.c.last_poll_at.is_(None), 1))),
        )
        .select_from(sources.join(watches, main))
        .where(sources.c.active)
    ).one()
    return Pulse(*map(int, row))


def _eventful(connection: Connection, names: Sequence[str], limit: int) -> list[str]:
    last = func.max(changes.c.observed_at)
    query = (
        select(changes.c.assurance_id)
        .where(changes.c.company.in_(names), changes.c.note != "technical")
        .group_by(changes.c.assurance_id)
        .order_by(last.desc(), changes.c.assurance_id)
        .limit(limit)
    )
    return list(connection.execute(query).scalars())


def _spans(connection: Connection, ids: Sequence[str]) -> list[Span]:
    marks: dict[str, list[Mark]] = defaultdict(list)
    happened = (
        select(changes.c.assurance_id, changes.c.observed_at, changes.c.kind, changes.c.id)
        .where(changes.c.assurance_id.in_(ids), changes.c.note != "technical")
        .order_by(changes.c.observed_at, changes.c.id)
    )
    for one in connection.execute(happened):
        marks[one.assurance_id].append(Mark(one.observed_at, one.kind, one.id))
    said = (
        select(
            wordings.c.assurance_id,
            wordings.c.text,
            wordings.c.categories,
            wordings.c.since,
            wordings.c.until,
        )
        .where(wordings.c.assurance_id.in_(ids))
        .order_by(wordings.c.assurance_id, wordings.c.since, wordings.c.id)
    )
    pieces: dict[str, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    latest: dict[str, tuple[str, tuple[Category, ...]]] = {}
    for row in connection.execute(said):
        latest[row.assurance_id] = (row.text, row.categories)
        _extend(pieces[row.assurance_id], row.since, row.until)
    return [Span(i, *latest[i], tuple(pieces[i]), tuple(marks[i])) for i in ids if i in latest]


def _extend(pieces: list[tuple[datetime, datetime | None]], since: datetime, until: datetime | None) -> None:
    """A wording that begins where the last one ended goes on with its piece."""
    if pieces and pieces[-1][1] == since:
        pieces[-1] = (pieces[-1][0], until)
    else:
        pieces.append((since, until))
