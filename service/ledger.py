"""Assurances set against the record: which lineages begin, go on, wait or end, and what is told of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from service.decision import (
    AssuranceWrite,
    Begin,
    ChangeRecord,
    Continue,
    DocumentState,
    Keep,
    Matched,
    Miss,
    Moment,
    Watch,
    Withdraw,
)
from service.diff.normal import fingerprint
from service.model import Category, Kind, Known, Statement

CONFIRMING = 2
"""Further looks that must miss an assurance before it counts as withdrawn, unless `confirm` is 0."""


class Ledger:
    """Turns matches into what is written and what is told."""

    def __init__(
        self, watch: Watch, state: DocumentState, moment: Moment, *, technical: bool, baseline: bool
    ) -> None:
        self.watch, self.state, self.moment = watch, state, moment
        self.technical, self.baseline = technical, baseline
        self.writes: list[AssuranceWrite] = []
        self.changes: list[ChangeRecord] = []
        self.pending = False
        self._known = {k.assurance: k for k in state.known}
        self._former: dict[str, list[str]] = {}
        for mark, lineage in state.former:
            self._former.setdefault(mark, []).append(lineage)

    def take(self, matched: Matched, *, switched: bool) -> None:
        """`switched`: only what is new is believed to be the company's doing."""
        for lineage, _ in matched.kept:
            if self._known[lineage].missing_since is not None:
                self.writes.append(Keep(lineage))
        for lineage, kind, statement, score, reason in matched.altered:
            self._alter(lineage, kind, statement, score, reason, technical=self.technical or switched)
        for lineage, score, reason in matched.missing:
            self._miss(lineage, score, reason, technical=self.technical or switched)
        for statement, score, reason in matched.begun:
            self._begin(statement, score, reason)
        for statement in matched.familiar:
            self.writes.append(Begin(len(self.writes), statement))

    def _alter(
        self, lineage: str, kind: Kind, statement: Statement, score: float, reason: str, *, technical: bool
    ) -> None:
        old = self._known[lineage].statement
        self.writes.append(Continue(lineage, statement))
        self._tell(kind, old, statement, score, reason, lineage, technical=technical)

    def _begin(self, statement: Statement, score: float, reason: str) -> None:
        waiting = self._former.get(fingerprint(statement.text))
        revived = waiting.pop() if waiting else ""
        ref = len(self.writes)
        self.writes.append(Begin(ref, statement, revived))
        if not self.baseline:
            self._tell(Kind.NEW, None, statement, score, reason, revived, ref=ref, technical=self.technical)

    def _miss(self, lineage: str, score: float, reason: str, *, technical: bool) -> None:
        known = self._known[lineage]
        if technical:
            self.writes.append(Withdraw(lineage, self.moment.now, known.last_seen or self.watch.last_ok_at))
            self._tell(Kind.WITHDRAWN, known.statement, None, score, reason, lineage, technical=True)
            return
        write, gone = missed(self.watch, known, self.moment)
        self.writes.append(write)
        if gone:
            self._tell(
                Kind.WITHDRAWN,
                known.statement,
                None,
                score,
                reason,
                lineage,
                technical=False,
                last_seen=write.seen,
            )
        else:
            self.pending = True

    def _tell(
        self,
        kind: Kind,
        old: Statement | None,
        new: Statement | None,
        score: float,
        reason: str,
        lineage: str,
        *,
        technical: bool,
        ref: int = 0,
        last_seen: datetime | None = None,
    ) -> None:
        mark = fingerprint(new.text) if new else ""
        flapping = bool(lineage) and (lineage, mark) in self.state.announced
        back = kind is Kind.NEW and bool(lineage)
        note = "technical" if technical else "flapping" if flapping else "back" if back else ""
        self.changes.append(
            ChangeRecord(
                kind=kind,
                company=(new or old or _nobody()).company,
                categories=_categories(old, new),
                old=old,
                new=new,
                score=score,
                reason=reason,
                assurance=lineage,
                ref=ref,
                announce=not technical and not flapping,
                note=note,
                last_seen=last_seen,
            )
        )


def _nobody() -> Statement:
    raise AssertionError("a change has an old or a new side")


def _categories(old: Statement | None, new: Statement | None) -> tuple[Category, ...]:
    both = {c for s in (old, new) if s is not None for c in s.categories}
    return tuple(c for c in Category if c in both)


def missed(watch: Watch, known: Known, moment: Moment) -> tuple[Miss | Withdraw, bool]:
    """One more look that did not find it: wait on, or call it withdrawn (True)."""
    since = known.missing_since or moment.now
    seen = known.last_seen if known.missing_since else watch.last_ok_at
    polls = known.missing_polls + 1 if known.missing_since else 0
    confirm = watch.source.confirm
    held = (moment.now - since).total_seconds() >= confirm and polls >= CONFIRMING
    if confirm == 0 or held:
        return Withdraw(known.assurance, since, seen), True
    return Miss(known.assurance, since, polls, seen), False


def still_missing(
    watch: Watch, known: Iterable[Known], moment: Moment
) -> tuple[tuple[AssuranceWrite, ...], tuple[ChangeRecord, ...]]:
    """The text is unchanged: whatever was missing in it is so still."""
    writes: list[AssuranceWrite] = []
    changes: list[ChangeRecord] = []
    for one in known:
        if one.missing_since is None:
            continue
        write, gone = missed(watch, one, moment)
        writes.append(write)
        if gone:
            changes.append(
                ChangeRecord(
                    kind=Kind.WITHDRAWN,
                    company=one.statement.company,
                    categories=one.statement.categories,
                    old=one.statement,
                    new=None,
                    score=one.statement.score,
                    reason="no longer in the text",
                    assurance=one.assurance,
                    last_seen=write.seen,
                )
            )
    return tuple(writes), tuple(changes)
