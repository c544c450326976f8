"""One look's decision set against the company's other documents: what is said there already is no news here. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.decision import (
    RETURNED,
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
from service.decision.flapping import categories_of
from service.model import Kind, Outcome, Statement, Verdict
from service.schedule import confirming_look
from service.sightings.neighbours import Candidate, Line, Neighbours, Rank, Stand
from service.sightings.same import kinship, quotes_part, says_the_same

_SUBSTANCE = (Kind.WEAKENED, Kind.STRENGTHENED, Kind.FIGURE)


@dataclass(frozen=True, slots=True)
class Joined:
    """A decision with its joins, and where to look at once because of it."""

    decision: Decision
    ask: frozenset[str] = frozenset()
    """Documents that may hold what a new statement was before."""
    ask_pages: bool = False
    """All of the company's pages: something has gone, and may stand on another by now."""


def join(decision: Decision, near: Neighbours) -> Joined:
    """The decision, with sightings and moves in place of what only looks new or gone."""
    joiner = _Joiner(decision, near)
    for write in decision.writes:
        joiner.take(write)
    return joiner.joined()


class _Joiner:
    """Rewrites one decision, write by write."""

    def __init__(self, decision: Decision, near: Neighbours) -> None:
        self.decision, self.near = decision, near
        self.writes: list[AssuranceWrite] = []
        self.changes: list[ChangeRecord | None] = list(decision.changes)
        self.ask: set[str] = set()
        self.ask_pages = self.waits = False
        self._begun: list[Begin] = []
        self._by_ref = {c.ref: n for n, c in enumerate(decision.changes) if not c.assurance}
        self._by_line = {c.assurance: n for n, c in enumerate(decision.changes) if c.assurance}

    def take(self, write: AssuranceWrite) -> None:
        """One write, as the record stands by now."""
        if isinstance(write, Begin):
            self._begin(write)
        elif isinstance(write, Adopt | Pass | Part):
            self.writes.append(write)
        elif (line := self._line(write)) is None:
            self._stale(write)
        elif isinstance(write, Continue):
            self._alter(write, line)
        elif isinstance(write, Withdraw):
            self._withdraw(write, line)
        elif isinstance(write, Release):
            self._release(write, line)
        else:
            self.writes.append(write)
            if isinstance(write, Miss) and not write.polls and self.near.rank is Rank.PAGE:
                self.ask_pages = True

    def joined(self) -> Joined:
        """The outcome."""
        changes = tuple(change for change in self.changes if change is not None)
        decision = replace(self.decision, writes=tuple(self.writes), changes=changes)
        if self.decision.changes and not changes and decision.outcome is Outcome.CHANGED:
            quiet = Outcome.CHANGED if decision.version else Outcome.UNCHANGED
            decision = replace(decision, outcome=Outcome.OK if self.near.first else quiet)
        due = decision.update.next_poll_at
        if self.waits and due is not None:
            due = confirming_look(decision.at, due, self.near.confirm)
            decision = replace(decision, update=replace(decision.update, next_poll_at=due))
        return Joined(decision, frozenset(self.ask), self.ask_pages)

    # -------------------------------------------------------------- what stands here that did not

    def _begin(self, write: Begin) -> None:
        number = self._by_ref.get(write.ref)
        same = None if write.revives else self._same(write.statement)
        if same is not None and write.was is not None:
            self._as_new(number)
        twin = None if write.revives or same else self._twin(write.statement)
        if twin is not None:
            self._tell(number, None)
            self.writes.append(replace(write, twin=twin))
        elif same is None:
            self._begin_alone(write, number)
        elif same.current:
            self._begin_elsewhere(write, number, same)
        elif self.near.rank is Rank.NEWS:
            self._tell(number, None)
            self.writes.append(replace(write, joins=same.lineage))
        else:
            self._tell(number, self._back(number, same))
            self.writes.append(Adopt(same.lineage, write.statement))

    def _as_new(self, number: int | None) -> None:
        """What was overlooked here is on record elsewhere: what it was here tells nothing."""
        change = None if number is None else self.changes[number]
        if change is not None:
            self._tell(number, replace(change, kind=Kind.NEW, old=None))

    def _begin_elsewhere(self, write: Begin, number: int | None, same: Candidate) -> None:
        """The company says so already: a sighting, or the statement's new home."""
        here = self.near.rank
        if here > same.rank:
            self._tell(number, None)
            self.writes.append(Adopt(same.lineage, write.statement, leaves=True))
        elif here is same.rank is Rank.PAGE and (same.missing or same.dead):
            self._tell(number, self._moved_here(number, same.lineage, same.document, same.statement))
            self.writes.append(Adopt(same.lineage, write.statement))
        else:
            self._tell(number, None)
            self.writes.append(replace(write, joins=same.lineage))

    def _begin_alone(self, write: Begin, number: int | None) -> None:
        change = None if number is None else self.changes[number]
        kin = None
        news = change is not None and change.kind is Kind.NEW and change.announce and not change.note
        if self.near.rank is Rank.PAGE and news:
            kin = self._kin(write.statement)
        if kin is None:
            self.writes.append(write)
            self._begun.append(write)
        elif kin.dead:
            self._tell(number, self._moved_here(number, kin.lineage, kin.document, kin.statement))
            self.writes.append(Adopt(kin.lineage, write.statement))
        else:
            self._tell(number, None)
            self.writes.append(replace(write, held=kin.lineage))
            self.waits = True
            if not kin.missing:
                self.ask.add(kin.document)

    def _same(self, statement: Statement) -> Candidate | None:
        """The lineage that says the same: one that stands rather than one that is gone, at home where it counts most.

        A report may quote old words; the company itself says what it says now.
        """
        news = self.near.rank is Rank.NEWS
        found = [
            c
            for c in self.near.candidates.get(statement.text, ())
            if (news or (c.latest and c.document != self.near.document))
            and self._agrees(c.statement, statement)
        ]
        return max(found, key=lambda c: (c.current, c.latest, c.rank), default=None)

    def _agrees(self, known: Statement, said: Statement) -> bool:
        if says_the_same(known.text, said.text, said.company):
            return True
        return self.near.rank is Rank.NEWS and quotes_part(said.text, known.text, said.company)

    def _twin(self, statement: Statement) -> int | None:
        """A story that quotes a sentence twice has one statement."""
        if self.near.rank is not Rank.NEWS:
            return None
        return next((b.ref for b in self._begun if b.statement.company == statement.company
                     and self._agrees(b.statement, statement)), None)  # fmt: skip

    def _kin(self, statement: Statement) -> Candidate | None:
        """A promise on another page of the company that this may be the new words of."""
        found = [
            (kin[0], -n, c)
            for n, c in enumerate(self.near.candidates.get(statement.text, ()))
            if c.latest and c.current and c.rank is Rank.PAGE and c.document != self.near.document
            and set(c.statement.categories) & set(statement.categories)
            and (kin := kinship(c.statement.text, statement.text))
        ]  # fmt: skip
        return max(found)[2] if found else None

    # -------------------------------------------------------------- what stands in other words

    def _alter(self, write: Continue, line: Line) -> None:
        number = self._by_line.get(write.assurance)
        change = None if number is None else self.changes[number]
        if line.joined:
            self._alter_sighting(write, number, change, line.joined)
            return
        others = self.near.sightings.get(write.assurance, ())
        same = None if others or self.near.rank is not Rank.PAGE else self._same(write.statement)
        joins = same.lineage if same and same.current and same.rank is Rank.PAGE else ""
        self.writes.append(replace(write, joins=joins))
        if change is not None and change.kind in _SUBSTANCE:
            self._part(write.statement, [s for s in others if s.rank is Rank.PAGE])

    def _alter_sighting(
        self, write: Continue, number: int | None, change: ChangeRecord | None, leader: str
    ) -> None:
        news = self.near.rank is Rank.NEWS
        said = self.near.leaders[leader].statements[-1:] if not news else self.near.leaders[leader].statements
        stays = change is None or change.kind is Kind.REWORDED
        if stays or any(self._agrees(one, write.statement) for one in said):
            self._tell(number, None)
            self.writes.append(replace(write, joins=leader))
            return
        other = self._same(write.statement)
        if news and other is not None:
            self._tell(number, None)
        joins = other.lineage if other and (other.current or news) else ""
        self.writes.append(replace(write, joins=joins if joins != write.assurance else ""))

    def _part(self, now: Statement, others: Sequence[Stand]) -> None:
        """The company's other pages still say what was said before: that goes on by itself."""
        left = [one for one in others if not says_the_same(one.statement.text, now.text, now.company)]
        for one in left:
            self.writes.append(Part(one.lineage, joins="" if one is left[0] else left[0].lineage))

    # -------------------------------------------------------------- what stands here no longer

    def _withdraw(self, write: Withdraw, line: Line) -> None:
        number = self._by_line.get(write.assurance)
        if line.joined:
            self._withdraw_sighting(write, line.joined)
            return
        change = None if number is None else self.changes[number]
        heir = self._heir(write.assurance, technical=change is None or change.note == "technical")
        if heir is None:
            self.writes.append(write)
            return
        self.writes.append(Pass(write.assurance, heir.lineage))
        told = self.near.rank is Rank.PAGE and change is not None and change.note != "technical"
        self._tell(number, self._moved_there(change, heir) if told and change else None)

    def _heir(self, lineage: str, *, technical: bool) -> Stand | None:
        """Where it stands as well, on a page that answers; a page's promise is not kept by a story about it."""
        page = self.near.rank is Rank.PAGE
        others = [s for s in self.near.sightings.get(lineage, ()) if s.rank >= self.near.rank]
        if page and not technical:
            others += self.near.heirs.get(lineage, ())
        return next((s for s in others if s.alive or not page), None)

    def _withdraw_sighting(self, write: Withdraw, leader: str) -> None:
        """No loss while it stands elsewhere; where nobody answers for that any more, this page was what was left."""
        known = self.near.leaders[leader]
        if not (self.near.rank is known.rank is Rank.PAGE and known.current and not known.alive):
            self.writes.append(write)
            return
        self.writes.append(Pass(leader, write.assurance))
        if self.near.confirm:
            self.writes.append(Miss(leader, write.since, 0, write.seen))
            self.waits = self.ask_pages = True
            return
        self.writes.append(replace(write, assurance=leader))
        last = known.statements[-1]
        self.changes.append(
            ChangeRecord(Kind.WITHDRAWN, last.company, last.categories, last, None, last.score, "no longer said",
                         assurance=leader, last_seen=write.seen)
        )  # fmt: skip

    def _release(self, write: Release, line: Line) -> None:
        """What waited is told; as the new words of the other page's promise if that page is gone meanwhile."""
        number = self._by_line.get(write.assurance)
        change = None if number is None else self.changes[number]
        before = self.near.leaders.get(line.held)
        if before is None or change is None or change.new is None or not (before.dead and before.current):
            self.writes.append(write)
            return
        self._tell(number, self._moved_here(number, line.held, before.document, before.statements[-1]))
        self.writes.append(Adopt(line.held, change.new, instead=write.assurance))

    # -------------------------------------------------------------- looks that were overtaken

    def _line(self, write: Continue | Keep | Miss | Withdraw | Release) -> Line | None:
        """None where the lineage is not this document's any more."""
        line = self.near.lines.get(write.assurance)
        return line if line and line.current and line.document == self.near.document else None

    def _stale(self, write: Continue | Keep | Miss | Withdraw | Release) -> None:
        number = self._by_line.get(write.assurance)
        if not isinstance(write, Continue):
            self._tell(number, None)
            return
        change = None if number is None else self.changes[number]
        ref = -1 - len(self.writes)
        if number is not None and change is not None:
            fresh = replace(
                change, kind=Kind.NEW, old=None, assurance="", ref=ref, reason="said for the first time"
            )
            self._tell(number, fresh)
            self._by_ref[ref] = number
        self._begin(Begin(ref, write.statement))

    # -------------------------------------------------------------- what is told

    def _tell(self, number: int | None, change: ChangeRecord | None) -> None:
        """Put another change, or none, in a change's place."""
        if number is not None:
            self.changes[number] = change

    def _back(self, number: int | None, same: Candidate) -> ChangeRecord | None:
        change = None if number is None else self.changes[number]
        return change and replace(change, assurance=same.lineage, note=change.note or "back", reason=RETURNED)

    def _moved_here(
        self, number: int | None, lineage: str, origin: str, was: Statement
    ) -> ChangeRecord | None:
        change = None if number is None else self.changes[number]
        if change is None or change.new is None or change.note == "technical":
            return None
        return _moved(change, was, change.new, lineage, moved_from=origin)

    def _moved_there(self, change: ChangeRecord, heir: Stand) -> ChangeRecord | None:
        if change.old is None:
            return None
        moved = _moved(change, change.old, heir.statement, change.assurance, moved_from=self.near.document)
        return replace(moved, document=heir.document, last_seen=None)


def _moved(
    change: ChangeRecord, was: Statement, now: Statement, lineage: str, *, moved_from: str
) -> ChangeRecord:
    verdict = _verdict(was, now)
    return replace(
        change,
        kind=verdict.kind,
        categories=categories_of(was, now),
        old=was,
        new=now,
        score=verdict.score,
        reason=verdict.reason,
        assurance=lineage,
        note=change.note or "moved",
        moved_from=moved_from,
    )


def _verdict(was: Statement, now: Statement) -> Verdict:
    found = None if says_the_same(was.text, now.text, now.company) else kinship(was.text, now.text)
    if found is None or found[1].kind is Kind.REWORDED:
        return Verdict(Kind.REWORDED, 0.9 if found is None else found[1].score, "moved to another page")
    return replace(found[1], reason=f"{found[1].reason}; moved to another page".lstrip("; "))
