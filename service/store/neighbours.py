"""Finds what of a company's other documents a decision has to be set against."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, Select, bindparam, literal, select, union_all

from service.decision import Begin, Continue, Decision, Subject, Withdraw
from service.model import Role, Statement
from service.sightings.neighbours import Candidate, Leader, Line, Neighbours, Rank, Stand
from service.sightings.traces import BANDS, traces
from service.store.swings import statement_of
from service.store.tables import AssuranceRow, DocumentRow, SourceRow, TraceRow, WatchRow, WordingRow

sources = SourceRow.__table__
documents = DocumentRow.__table__
watches = WatchRow.__table__
assurances = AssuranceRow.__table__
wordings = WordingRow.__table__
traced = TraceRow.__table__

CROWD = 64
"""Wordings looked at for one trace: what more of them share tells nothing."""
KEPT = 24
"""Candidates read for one sentence, those with the most traces in common."""
CHUNK = 500

_PLACE = (
    assurances.c.id.label("lineage"),
    assurances.c.document_id.label("home"),
    assurances.c.state,
    assurances.c.joined.label("leader"),
    assurances.c.held,
    assurances.c.missing_since,
    assurances.c.withdrawn_at,
    documents.c.state.label("document_state"),
    sources.c.role,
    sources.c.active,
    watches.c.subject,
    watches.c.failures,
)


_WANTED: BindParameter[Any] = bindparam("wanted", expanding=True)


def _band(number: int) -> Select[Any]:
    first = select(literal(number).label("n"), traced.c.wording_id).where(
        traced.c.trace == bindparam(f"t{number}")
    )
    return select(first.order_by(traced.c.wording_id).limit(CROWD).subquery())


def _placed(*more: Any) -> Select[Any]:
    return (
        select(*_PLACE, *more)
        .select_from(assurances)
        .join(documents, assurances.c.document_id == documents.c.id)
        .join(sources, documents.c.source_id == sources.c.id)
        .outerjoin(watches, watches.c.document_id == documents.c.id)
    )


def _worded() -> Select[Any]:
    return _placed(wordings).join(wordings, wordings.c.assurance_id == assurances.c.id)


def _standing(column: Any) -> Select[Any]:
    """Rows that stand, and name a lineage in `column`, the oldest first."""
    return (
        _placed(wordings, column.label("named"))
        .join(wordings, wordings.c.assurance_id == assurances.c.id)
        .where(
            assurances.c.state == "current", assurances.c.missing_since.is_(None), wordings.c.until.is_(None)
        )
        .where(column != "", column.in_(_WANTED))
        .order_by(assurances.c.since, assurances.c.id)
    )


# Composed once: every changed page asks them.
_SHARING = union_all(*(_band(number) for number in range(BANDS + 1)))
_DOCUMENT = (
    select(sources.c.role, sources.c.confirm, watches.c.subject, documents.c.last_version)
    .select_from(documents.join(sources).outerjoin(watches, watches.c.document_id == documents.c.id))
    .where(documents.c.id == bindparam("document"))
)
_LINES = select(
    assurances.c.id, assurances.c.document_id, assurances.c.state, assurances.c.joined, assurances.c.held
).where(assurances.c.id.in_(_WANTED))
_CANDIDATES = _worded().where(assurances.c.joined == "", wordings.c.id.in_(_WANTED))
_LEADERS = _worded().where(assurances.c.id.in_(_WANTED)).order_by(wordings.c.since, wordings.c.id)
_SIGHTINGS, _HEIRS = _standing(assurances.c.joined), _standing(assurances.c.held)


def neighbours(connection: Connection, decision: Decision) -> Neighbours:
    """The neighbourhood of what this decision writes."""
    document = connection.execute(_DOCUMENT, {"document": decision.document_id}).one()
    written = {write.assurance for write in decision.writes if not isinstance(write, Begin)}
    lines = _lines(connection, written)
    changed = {w.assurance for w in decision.writes if isinstance(w, Continue | Withdraw)}
    said = [
        w.statement for w in decision.writes
        if isinstance(w, Continue) or (isinstance(w, Begin) and not w.revives)
    ]  # fmt: skip
    return Neighbours(
        document=decision.document_id,
        rank=_rank(document),
        confirm=document.confirm,
        first=document.last_version == 0,
        lines=lines,
        candidates=_candidates(connection, said),
        leaders=_leaders(connection, {i for line in lines.values() for i in (line.joined, line.held) if i}),
        sightings=_stands(connection, _SIGHTINGS, changed),
        heirs=_stands(connection, _HEIRS, changed),
    )


def _rank(row: Any) -> Rank:
    if row.role == Role.NEWS.value:
        return Rank.NEWS
    return Rank.POST if row.subject == Subject.POST.value else Rank.PAGE


def _dead(row: Any) -> bool:
    return row.document_state == "gone" or not row.active


def _alive(row: Any) -> bool:
    return row.document_state == "ok" and bool(row.active) and not row.failures


def _lines(connection: Connection, ids: Iterable[str]) -> dict[str, Line]:
    return {
        row.id: Line(row.document_id, row.state == "current", row.joined, row.held)
        for row in _in_parts(connection, _LINES, ids)
    }


def _candidates(connection: Connection, said: Sequence[Statement]) -> dict[str, tuple[Candidate, ...]]:
    near = {s.text: found for s in said if (found := _sharing(connection, traces(s.company, s.text)))}
    numbers = {number for found in near.values() for number in found}
    read = {row.id: _candidate(row) for row in _in_parts(connection, _CANDIDATES, numbers)}
    return {text: tuple(read[n] for n in found if n in read) for text, found in near.items()}


def _sharing(connection: Connection, said: Sequence[int]) -> list[int]:
    """Wordings that share traces; the one that shares the whole first, then those that share the most."""
    if not said:
        return []
    hits: Counter[int] = Counter()
    for row in connection.execute(_SHARING, {f"t{n}": trace for n, trace in enumerate(said)}):
        hits[row.wording_id] += 1 if row.n else BANDS
    return [number for number, _ in hits.most_common(KEPT)]


def _candidate(row: Row[Any]) -> Candidate:
    current = row.state == "current"
    return Candidate(
        lineage=row.lineage,
        statement=statement_of(row),
        latest=row.until is None if current else row.until == row.withdrawn_at,
        current=current,
        missing=row.missing_since is not None,
        document=row.home,
        rank=_rank(row),
        dead=_dead(row),
    )


def _leaders(connection: Connection, ids: Iterable[str]) -> dict[str, Leader]:
    words: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in _in_parts(connection, _LEADERS, ids):
        words[row.lineage].append(row)
    return {lineage: _leader(found) for lineage, found in words.items()}


def _leader(rows: Sequence[Row[Any]]) -> Leader:
    last = rows[-1]
    return Leader(
        statements=tuple(statement_of(row) for row in rows),
        document=last.home,
        rank=_rank(last),
        current=last.state == "current",
        alive=_alive(last),
        dead=_dead(last),
    )


def _stands(connection: Connection, query: Select[Any], ids: Iterable[str]) -> dict[str, tuple[Stand, ...]]:
    """Rows that stand elsewhere and name one of these lineages (`_standing`), by lineage, the oldest first."""
    found: defaultdict[str, list[Stand]] = defaultdict(list)
    for row in _in_parts(connection, query, ids):
        found[row.named].append(Stand(row.lineage, row.home, _rank(row), _alive(row), statement_of(row)))
    return {lineage: tuple(stands) for lineage, stands in found.items()}


def _in_parts(connection: Connection, query: Select[Any], values: Iterable[Any]) -> Iterable[Row[Any]]:
    wanted = sorted(values)
    for start in range(0, len(wanted), CHUNK):
        yield from connection.execute(query, {"wanted": wanted[start : start + CHUNK]})
