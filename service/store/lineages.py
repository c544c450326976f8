"""The lineages of one document: begin, go on in other words, wait, end."""

from __future__ import annotations

from dataclasses import astuple
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from service.decision import Begin, Continue, Decision, Keep, Miss, Withdraw
from service.diff.normal import fingerprint
from service.model import Statement
from service.store.ids import new_id
from service.store.tables import AssuranceRow, WordingRow, inserted_id

assurances = AssuranceRow.__table__  # type: ignore[attr-defined]
wordings = WordingRow.__table__  # type: ignore[attr-defined]


_FOUND = (
    update(assurances)
    .where(assurances.c.id == bindparam("lineage"))
    .values(missing_since=None, missing_polls=0, last_seen_at=None)
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

    def write(self) -> None:
        if not self._decision.writes:
            return
        self._load()
        found = [w.assurance for w in self._decision.writes if isinstance(w, Keep | Continue)]
        if found:  # most of a page stands: all of it in one go
            self._connection.execute(_FOUND, [{"lineage": lineage} for lineage in found])
        for write in self._decision.writes:
            match write:
                case Begin():
                    self._begin(write)
                case Continue():
                    self._close(write.assurance, self._decision.at)
                    self._word(write.assurance, write.statement)
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
                    )

    def _load(self) -> None:
        rows = self._connection.execute(
            select(wordings.c.id, wordings.c.assurance_id, assurances.c.seen_version)
            .select_from(wordings.join(assurances, wordings.c.assurance_id == assurances.c.id))
            .where(wordings.c.document_id == self._decision.document_id, wordings.c.until.is_(None))
        )
        self.old = {row.assurance_id: (row.id, row.seen_version) for row in rows}

    def _begin(self, write: Begin) -> None:
        lineage = write.revives
        if lineage:
            self._line(lineage, state="current", withdrawn_at=None, last_seen_at=None)
        else:
            lineage = new_id("asr", self._decision.at)
            self._connection.execute(
                insert(assurances).values(
                    id=lineage,
                    document_id=self._decision.document_id,
                    company=write.statement.company,
                    state="current",
                    since=self._decision.at,
                    seen_version=self._number,
                    missing_polls=0,
                )
            )
        self.begun[write.ref] = lineage
        self._word(lineage, write.statement)

    def _line(self, lineage: str, **values: Any) -> None:
        self._connection.execute(update(assurances).where(assurances.c.id == lineage).values(**values))

    def _close(self, lineage: str, at: datetime) -> None:
        self._connection.execute(
            update(wordings)
            .where(wordings.c.assurance_id == lineage, wordings.c.until.is_(None))
            .values(until=at)
        )

    def _word(self, lineage: str, statement: Statement) -> None:
        result = self._connection.execute(
            insert(wordings).values(
                assurance_id=lineage,
                document_id=self._decision.document_id,
                version_id=self._version_id,
                since=self._decision.at,
                **_wording(statement),
            )
        )
        self.new[lineage] = inserted_id(result)


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
