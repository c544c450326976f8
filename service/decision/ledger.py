"""Assurances set against the record: which lineages begin, go on, wait or end, and what is told of it. Pure."""

from __future__ import annotations

from datetime import datetime

from service.decision import (
    RETURNED,
    AssuranceWrite,
    Begin,
    ChangeRecord,
    Continue,
    DocumentState,
    Keep,
    Matched,
    Miss,
    Moment,
    Release,
    Watch,
    Withdraw,
)
from service.decision.flapping import believes, categories_of, caught_up, familiar, kept_back, settled
from service.diff.echoes import Told
from service.diff.normal import normal_form, words_print
from service.model import Category, Kind, Known, Statement
from service.statements.figures.deadlines import without_dates

CONFIRMING = 2
"""Further looks that must miss an assurance before it counts as withdrawn, unless `confirm` is 0."""
MANY = 3
"""So many assurances missing at once, and most of the document's: looked at again even where `confirm` is 0."""


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
        self.flipped = False
        """Something went to and fro: came back before it was confirmed as gone, or was told not long ago."""
        self._known = {k.assurance: k for k in state.known}
        self._unsettled = {one.assurance: one for one in state.unsettled}
        self._patient = False
        self._told = Told()
        self._former: dict[str, list[str]] = {}
        for mark, lineage in state.former:
            self._former.setdefault(mark, []).append(lineage)

    def take(self, matched: Matched, *, switched: bool) -> None:
        """A new text. `switched`: only what is new is believed to be the company's doing."""
        for lineage, _ in matched.kept:
            if self._known[lineage].missing_since is not None:
                self.flipped = True
                self.writes.append(Keep(lineage))
        for lineage, kind, statement, score, reason in matched.altered:
            self._alter(lineage, kind, statement, score, reason, technical=self.technical or switched)
        self._patient = self._mostly_gone(len(matched.missing))
        for lineage, score, reason in matched.missing:
            self._miss(lineage, score, reason, technical=self.technical or switched)
        for statement, score, reason in matched.begun:
            self._begin(statement, score, reason)
        for old, kind, statement, score, reason in matched.unearthed:
            self._unearth(old, kind, statement, score, reason)
        for statement in matched.familiar:
            self.writes.append(Begin(len(self.writes), statement))
        if not (self.technical or switched):
            self._settle()
            self._release({**dict(matched.kept), **{one[0]: one[2] for one in matched.altered}})

    def stand(self) -> None:
        """The text is unchanged: whatever was missing in it is so still."""
        waiting = [known for known in self.state.known if known.missing_since is not None]
        self._patient = self._mostly_gone(len(waiting))
        for known in waiting:
            self._miss(known.assurance, known.statement.score, "no longer in the text", technical=False)
        self._settle()
        standing = (known for known in self.state.known if known.missing_since is None)
        self._release({known.assurance: known.statement for known in standing})

    def _mostly_gone(self, missing: int) -> bool:
        """Half a page is sooner a broken answer than a company's word."""
        return not self.moment.once and missing >= MANY and 2 * missing > len(self.state.known)

    def _release(self, standing: dict[str, Statement]) -> None:
        """Tell what waited, where it turned out to be no other page's promise in new words, and still stands."""
        for known in self.state.known:
            if not known.held:
                continue
            statement = standing.get(known.assurance)
            if statement is None or not known.due:
                self.pending = self.pending or statement is not None
                continue
            self.writes.append(Release(known.assurance))
            if not self._told.first(Kind.NEW, None, statement):
                continue
            self.changes.append(
                ChangeRecord(
                    kind=Kind.NEW,
                    company=statement.company,
                    categories=categories_of(None, statement),
                    old=None,
                    new=statement,
                    score=statement.score,
                    reason="said for the first time",
                    assurance=known.assurance,
                )
            )

    def _settle(self) -> None:
        moving = {c.assurance for c in self.changes}
        moving |= {w.assurance for w in self.writes if isinstance(w, Continue | Miss | Withdraw)}
        self.changes += settled(self.state, self.watch, self.moment.now, frozenset(moving))

    def _alter(
        self, lineage: str, kind: Kind, statement: Statement, score: float, reason: str, *, technical: bool
    ) -> None:
        known = self._known[lineage]
        old = known.statement
        self.writes.append(Continue(lineage, statement, known.joined))
        if known.held:
            return
        self._tell(kind, old, statement, score, reason, lineage, technical=technical)

    def _begin(self, statement: Statement, score: float, reason: str) -> None:
        waiting = self._former.get(words_print(statement.text))
        revived = waiting.pop() if waiting else ""
        ref = len(self.writes)
        self.writes.append(Begin(ref, statement, revived))
        if not self.baseline:
            self._tell(Kind.NEW, None, statement, score, reason, revived, ref=ref, technical=self.technical)

    def _unearth(self, old: Statement, kind: Kind, statement: Statement, score: float, reason: str) -> None:
        """A sentence that was overlooked until its words changed: what changed is told, not that it is new."""
        if self.baseline or self._former.get(words_print(statement.text)):
            self._begin(statement, score, reason)
            return
        ref = len(self.writes)
        self.writes.append(Begin(ref, statement, was=old))
        self._tell(kind, old, statement, score, reason, "", ref=ref, technical=self.technical)

    def _miss(self, lineage: str, score: float, reason: str, *, technical: bool) -> None:
        known = self._known[lineage]
        if known.joined:
            self.writes.append(Withdraw(lineage, self.moment.now, known.last_seen or self.watch.last_ok_at))
            return
        if (
            self.technical and known.missing_since is not None
        ):  # the company took it out; that we read anew is by the way
            self.pending = True
            return
        if technical:
            self.writes.append(Withdraw(lineage, self.moment.now, known.last_seen or self.watch.last_ok_at))
            self._tell(Kind.WITHDRAWN, known.statement, None, score, reason, lineage, technical=True)
            return
        write = missed(self.watch, known, self.moment, patient=self._patient)
        self.writes.append(write)
        if isinstance(write, Miss):
            self.pending = True
            return
        if known.held:
            return
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
        if not self._told.first(kind, old, new):
            return
        back = kind is Kind.NEW and bool(lineage)
        fresh = kind is Kind.FIGURE and self._refreshed(old, new)
        change = ChangeRecord(
            kind=kind,
            company=(new or old or _nobody()).company,
            categories=categories_of(old, new),
            old=old,
            new=new,
            score=score,
            reason=RETURNED if back else reason,
            assurance=lineage,
            ref=ref,
            announce=not (technical or fresh),
            note="technical" if technical else "back" if back else "refreshed" if fresh else "",
            last_seen=last_seen,
        )
        self.changes.append(change if technical else self._weighed(change))

    def _weighed(self, change: ChangeRecord) -> ChangeRecord:
        """Kept back where readers know the wording; what is news to them begins at what they believe."""
        past = self.state.pasts.get(change.assurance)
        one = self._unsettled.get(change.assurance)
        if familiar(past, change.new, self.moment.now) or believes(one, change.new):
            self.flipped = True
            return kept_back(change)
        if one is None or not change.announce:
            return change
        return caught_up(change, one)

    def _refreshed(self, old: Statement | None, new: Statement | None) -> bool:
        """A canary said again on another day: only its dates differ. That is what it is for, and wakes nobody."""
        if old is None or new is None or not (self.state.canary or Category.NEVER in new.categories):
            return False
        return normal_form(without_dates(old.text)) == normal_form(without_dates(new.text))


def _nobody() -> Statement:
    raise AssertionError("a change has an old or a new side")


def missed(watch: Watch, known: Known, moment: Moment, *, patient: bool = False) -> Miss | Withdraw:
    """One more look that did not find it: wait on, or call it withdrawn. `patient`: even where `confirm` is 0."""
    since = known.missing_since or moment.now
    seen = known.last_seen if known.missing_since else watch.last_ok_at
    polls = known.missing_polls + 1 if known.missing_since else 0
    confirm = watch.source.confirm
    held = (moment.now - since).total_seconds() >= confirm and polls >= CONFIRMING
    if held or (confirm == 0 and not patient):
        return Withdraw(known.assurance, since, seen)
    return Miss(known.assurance, since, polls, seen)
