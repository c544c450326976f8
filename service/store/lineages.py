"""The lineages of one document: begin, go on in other words, wait, end, come from another document or go there."""

from __future__ import annotations

from dataclasses import astuple
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from service.decision import (
    Adopt,
    AssuranceWrite,
    Begin,
    ChangeRecord,
    Continue,
    Decision,
    Keep,
    Miss,
    Part,
    Pass,
    Release,
    Withdraw,
)
from service.diff.normal import fingerprint
from service.model import Statement
from service.sightings.traces import traces
from service.store.ids import new_id
from service.store.tables import AssuranceRow, TraceRow, VersionRow, WordingRow, inserted_id

assurances = AssuranceRow.__table__
wordings = WordingRow.__table__
traced = TraceRow.__table__
versions = VersionRow.__table__

_FOUND = (
    update(assurances)
    .where(assurances.c.id == bindparam("lineage"))
    .values(missing_since=None, missing_polls=0, last_seen_at=None)
)
_LINE = update(assurances).where(assurances.c.id == bindparam("lineage"))
_CLOSE = update(wordings).where(wordings.c.assurance_id == bindparam("lineage"), wordings.c.until.is_(None))
_BEGIN, _WORD, _TRACE = insert(assurances), insert(wordings), insert(traced)
_WORDED = (
    select(wordings.c.id, wordings.c.until, wordings.c.document_id)
    .where(
        wordings.c.assurance_id == bindparam("lineage"), wordings.c.fingerprint == bindparam("fingerprint")
    )
    .order_by(wordings.c.since.desc(), wordings.c.id.desc())
    .limit(1)
)
_UNTIL = select(func.max(versions.c.number)).where(
    versions.c.document_id == bindparam("document"), versions.c.observed_at < bindparam("until")
)
_STANDING = (
    select(wordings.c.id, wordings.c.assurance_id, assurances.c.seen_version)
    .select_from(wordings.join(assurances, wordings.c.assurance_id == assurances.c.id))
    .where(wordings.c.document_id == bindparam("document"), wordings.c.until.is_(None))
)


class Lineages:
    """Applies the writes to lineages and remembers which wording each change is about."""

    def __init__(self, connection: Connection, decision: Decision, version_id: str, number: int) -> None:
        self._connection, self._decision = connection, decision
        self._version_id, self._number = version_id, number
        self.begun: dict[int, str] = {}
        self.old: dict[str, tuple[int, int]] = {}
        """lineage → (wording before this decision, number of the last version that had it)"""
        self.new: dict[str, int] = {}
        self.touched: set[str] = set()
        """Other documents in which lineages begin or end by this."""

    def write(self) -> None:
        if not self._decision.writes:
            return
        self._load()
        found = [w.assurance for w in self._decision.writes if isinstance(w, Keep | Continue)]
        if found:  # most of a page stands: all of it in one go
            self._connection.execute(_FOUND, [{"lineage": lineage} for lineage in found])
        for write in self._decision.writes:
            self._write(write)

    def _write(self, write: AssuranceWrite) -> None:
        match write:
            case Begin():
                self._begin(write)
            case Continue():
                self._close(write.assurance, self._decision.at)
                if self._decision.joining:
                    self._line(write.assurance, joined=write.joins)
                self._word(write.assurance, write.statement, joined=write.joins)
            case Keep():
                pass
            case Miss():
                self._line(
                    write.assurance,
                    missing_since=write.since,
                    missing_polls=write.polls,
                    last_seen_at=write.seen,
                )
            case Withdraw():
                self._close(write.assurance, write.since)
                self._line(
                    write.assurance,
                    state="withdrawn",
                    withdrawn_at=write.since,
                    last_seen_at=write.seen,
                    missing_since=None,
                    missing_polls=0,
                    held="",
                )
            case Adopt():
                self._adopt(write)
            case Pass():
                self._pass(write)
            case Part():
                self._part(write)
            case Release():
                self._line(write.assurance, held="", held_at=None)

    def _load(self) -> None:
        rows = self._connection.execute(_STANDING, {"document": self._decision.document_id})
        self.old = {row.assurance_id: (row.id, row.seen_version) for row in rows}

    def _begin(self, write: Begin) -> None:
        lineage, at = write.revives, self._decision.at
        joined = write.joins if write.twin is None else self.begun[write.twin]
        if lineage:
            self._line(lineage, state="current", withdrawn_at=None, last_seen_at=None)
        else:
            held = {"held": write.held, "held_at": at} if write.held else {}
            lineage = self._open(
                self._decision.document_id, self._number, write.statement.company, joined, **held
            )
        self.begun[write.ref] = lineage
        if write.was is not None and not (write.revives or joined):
            self._overlooked(lineage, write.was)
        self._word(lineage, write.statement, joined=joined)

    def _overlooked(self, lineage: str, was: Statement) -> None:
        """Words of the last version that nobody took down: on record beside what they became, at no time alone."""
        at = self._decision.at
        row = {
            "assurance_id": lineage,
            "document_id": self._decision.document_id,
            "version_id": self._before() or self._version_id,
            "since": at,
            "until": at,
            **_wording(was),
        }
        number = inserted_id(self._connection.execute(insert(wordings).values(row)))
        self.old[lineage] = (number, self._number - 1)

    def _before(self) -> str | None:
        """The id of the version before this one."""
        query = select(versions.c.id).where(
            versions.c.document_id == self._decision.document_id, versions.c.number == self._number - 1
        )
        return self._connection.execute(query).scalar()

    def _open(self, document_id: str, number: int, company: str, joined: str, **more: Any) -> str:
        lineage = new_id("asr", self._decision.at)
        self._connection.execute(
            _BEGIN,
            {
                "id": lineage,
                "document_id": document_id,
                "company": company,
                "state": "current",
                "since": self._decision.at,
                "seen_version": number,
                "missing_polls": 0,
                "joined": joined,
                **more,
            },
        )
        return lineage

    # -------------------------------------------------------------- what a change is about

    def sides(self, change: ChangeRecord) -> tuple[int | None, int | None, int]:
        """The wordings before and after, and the number of the last version that had the one before, 0 if unknown."""
        lineage = change.assurance or self.begun[change.ref]
        if change.believed:
            return self._believed(lineage, change)
        old, seen = self.old.get(lineage, (None, 0))
        return (
            old if change.old is not None else None,
            self.new.get(lineage) if change.new is not None else None,
            seen,
        )

    def _believed(self, lineage: str, change: ChangeRecord) -> tuple[int | None, int | None, int]:
        """Told of long after it was written: by what the record holds of the lineage, here or where it was before."""
        old, new = self._worded(lineage, change.old), self._worded(lineage, change.new)
        seen = None
        here = old is not None and old.document_id == self._decision.document_id
        if old is not None and here and old.until is not None:
            given = {"document": self._decision.document_id, "until": old.until}
            seen = self._connection.execute(_UNTIL, given).scalar()
        return old and old.id, new and new.id, seen or 0

    def _worded(self, lineage: str, statement: Statement | None) -> Row[Any, Any, Any] | None:
        if statement is None:
            return None
        given = {"lineage": lineage, "fingerprint": fingerprint(statement.text)}
        return self._connection.execute(_WORDED, given).first()

    # -------------------------------------------------------------- from one document to another

    def _adopt(self, write: Adopt) -> None:
        """What stood elsewhere is at home here from now on."""
        at = self._decision.at
        before = self._home(write.assurance)
        self._close(write.assurance, at)
        if write.leaves and before is not None:
            left = self._open(before.document_id, before.seen_version, before.company, write.assurance)
            self._copy(before, left, joined=write.assurance)
        if write.instead:
            self._end(write.instead, write.assurance)
        self._settle_in(write.assurance, self._decision.document_id, self._number)
        self._word(write.assurance, write.statement)

    def _pass(self, write: Pass) -> None:
        """What stood here is at home from now on where its heir stands, and the heir's row ends."""
        heir = self._home(write.heir)
        if heir is None:
            raise LookupError(f"{write.heir} stands nowhere")
        self._home(write.assurance)
        self._close(write.assurance, self._decision.at)
        self._end(write.heir, write.assurance)
        self._settle_in(write.assurance, heir.document_id, heir.seen_version)
        self.new[write.assurance] = number = self._copy(heir, write.assurance)
        if heir.document_id == self._decision.document_id:
            self.old[write.assurance] = (number, heir.seen_version)

    def _part(self, write: Part) -> None:
        here = self._home(write.assurance)
        if here is not None:
            self._close(write.assurance, self._decision.at)
            self._line(write.assurance, joined=write.joins)
            self._copy(here, write.assurance, joined=write.joins)

    def _home(self, lineage: str) -> Row[Any] | None:
        """Its newest wording, and the document where it stands; remembered as what was before."""
        row = self._connection.execute(
            select(wordings, assurances.c.seen_version)
            .select_from(wordings.join(assurances, wordings.c.assurance_id == assurances.c.id))
            .where(assurances.c.id == lineage)
            .order_by(wordings.c.until.is_(None).desc(), wordings.c.since.desc(), wordings.c.id.desc())
            .limit(1)
        ).first()
        if row is not None:
            self.old.setdefault(lineage, (row.id, row.seen_version))
            self.touched.add(row.document_id)
        return row

    def _settle_in(self, lineage: str, document_id: str, number: int) -> None:
        self._line(
            lineage, document_id=document_id, seen_version=number, state="current", withdrawn_at=None,
            missing_since=None, missing_polls=0, last_seen_at=None, joined="", held="", held_at=None,
        )  # fmt: skip

    def _end(self, lineage: str, joined: str) -> None:
        """A row stands for nothing of its own any more: another one has taken its place."""
        at = self._decision.at
        self._close(lineage, at)
        self._line(lineage, state="withdrawn", withdrawn_at=at, joined=joined, held="", held_at=None)

    def _copy(self, row: Row[Any], lineage: str, *, joined: str = "") -> int:
        """The same words, of another lineage or in another standing from now on."""
        kept = {c.name: row._mapping[c] for c in wordings.c if c.name not in ("id", "until")}
        values = {**kept, "assurance_id": lineage, "since": self._decision.at, "joined": joined}
        number = inserted_id(self._connection.execute(_WORD, values))
        if not joined:
            self._trace(number, row.company, row.text)
        return number

    # -------------------------------------------------------------- rows

    def _line(self, lineage: str, **values: Any) -> None:
        self._connection.execute(_LINE, {"lineage": lineage, **values})

    def _close(self, lineage: str, at: datetime) -> None:
        self._connection.execute(_CLOSE, {"lineage": lineage, "until": at})

    def _word(self, lineage: str, statement: Statement, *, joined: str = "") -> None:
        result = self._connection.execute(
            _WORD,
            {
                "assurance_id": lineage,
                "document_id": self._decision.document_id,
                "version_id": self._version_id,
                "since": self._decision.at,
                "joined": joined,
                **_wording(statement),
            },
        )
        self.new[lineage] = number = inserted_id(result)
        if not joined:
            self._trace(number, statement.company, statement.text)

    def _trace(self, wording: int, company: str, text: str) -> None:
        """Let copies be found by it. A sighting needs that not: what it is a sighting of is found."""
        found = {*traces(company, text)} if self._decision.joining else ()
        if found:
            self._connection.execute(_TRACE, [{"trace": t, "wording_id": wording} for t in found])


def _wording(statement: Statement) -> dict[str, Any]:
    return {
        "company": statement.company,
        "text": statement.text,
        "fingerprint": fingerprint(statement.text),
        "exception": statement.exception,
        "categories": statement.categories,
        "score": statement.score,
        "heading": statement.heading,
        "prev": statement.prev,
        "speaker_name": statement.speaker.name,
        "speaker_role": statement.speaker.role,
        "attribution": statement.speaker.attribution.value,
        "figures": [list(astuple(figure)) for figure in statement.figures],
        "position": statement.position,
    }
