"""What one look at the world leads to. Pure: state, result, `now` and chance in; a Decision out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from service.decision import (
    AssuranceWrite,
    Begin,
    ChangeRecord,
    Continue,
    Decision,
    DocumentState,
    EditedPost,
    Failed,
    FeedSeen,
    Keep,
    Matched,
    Miss,
    NewPost,
    NewVersion,
    Same,
    Seen,
    Subject,
    Watch,
    WatchUpdate,
    Withdraw,
)
from service.diff.normal import fingerprint
from service.model import Category, Kind, Known, Outcome, Statement
from service.schedule import confirming_look, next_after_failure, next_look, post_interval
from watchers.model import Validators

MOVED_AFTER = 3
"""Equal permanent redirects in a row until the new address is stored."""
CONFIRMING = 2
"""Further looks that must miss an assurance before it counts as withdrawn, unless `confirm` is 0."""
FLOOD = 100
"""New posts that one look at a feed may announce; the rest are read and recorded, quietly."""
BELIEVE_AFTER = timedelta(days=3)
"""A page whose text was replaced wholesale is taken for broken so long; then it is what the company says now."""
_GONE = frozenset({"gone", "not_found"})
_HELD = "held"


@dataclass(frozen=True, slots=True)
class Moment:
    """What a decision needs beside state and result. `chance` in 0..1 is the jitter, `recheck` the posts' intervals."""

    now: datetime
    chance: float
    recheck: Sequence[float]
    reader: int
    """Version of the reader that examined the document."""


# ------------------------------------------------------------------ looks that found nothing new


def decide_same(watch: Watch, same: Same, known: Iterable[Known], moment: Moment) -> Decision:
    """The server said "not modified", or the text is the one we have."""
    writes, changes = _still_missing(watch, known, moment)
    pending = any(isinstance(w, Miss) for w in writes)
    update = _succeeded(
        watch, moment, same.validators, watch.body_hash, same.permanent_url, same.fresh_for, pending
    )
    return Decision(
        watch_id=watch.id,
        source_id=watch.source_id,
        source_name=watch.source.name,
        at=moment.now,
        outcome=_outcome(Outcome.UNCHANGED, watch, update, changes),
        update=update,
        status=same.status,
        document_id=watch.document_id,
        document_state="ok" if watch.document_id else "",
        writes=writes,
        changes=changes,
    )


def decide_failed(watch: Watch, failed: Failed, moment: Moment) -> Decision:
    """No usable look: nothing that is recorded is touched, the next look comes later."""
    gone = failed.reason in _GONE
    held = failed.reason == _HELD
    failures = watch.failures if held else watch.failures + 1
    update = WatchUpdate(
        next_poll_at=next_after_failure(
            moment.now, watch.source.every, failures, moment.chance, retry_after=failed.retry_after
        ),
        url=watch.url,
        validators=watch.validators,
        body_hash=watch.body_hash,
        failures=failures,
        last_ok_at=watch.last_ok_at,
        first_ok_at=watch.first_ok_at,
        step=watch.step,
        moved_url=watch.moved_url,
        moved_seen=watch.moved_seen,
        reason=failed.reason,
        error=failed.message,
        failing_since=watch.failing_since or moment.now,
    )
    outcome = Outcome.GONE if gone else Outcome.BACKOFF if held else Outcome.ERROR
    return Decision(
        watch_id=watch.id,
        source_id=watch.source_id,
        source_name=watch.source.name,
        at=moment.now,
        outcome=Outcome.REFUSED if failed.refused else outcome,
        update=update,
        reason=failed.reason,
        status=failed.status,
        document_id=watch.document_id,
        document_state=_document_state(failed) if watch.document_id else "",
    )


def _document_state(failed: Failed) -> str:
    if failed.reason in _GONE:
        return "gone"
    if failed.reason in ("blocked", "challenge", "consent", "robots"):
        return "blocked"
    return "unreadable" if failed.reason == "unreadable" else ""


# ------------------------------------------------------------------ looks that read a document


def decide_seen(watch: Watch, state: DocumentState, seen: Seen, moment: Moment) -> Decision:
    """A document was read; its assurances were set against the record's."""
    if seen.matched is None:
        return _same_text(watch, state, seen, moment)
    quiet = seen.technical or (state.version > 0 and seen.text_hash == state.text_hash)
    first = state.version == 0
    ledger = _Ledger(watch, state, moment, technical=quiet, baseline=first and not watch.announce)
    ledger.take(seen.matched, switched=_switched(state, seen))
    update = _seen_update(watch, seen, moment, pending=ledger.pending)
    base = Outcome.OK if first and not ledger.changes else Outcome.UNCHANGED if quiet else Outcome.CHANGED
    return Decision(
        watch_id=watch.id,
        source_id=watch.source_id,
        source_name=watch.source.name,
        at=moment.now,
        outcome=_outcome(base, watch, update, ledger.changes),
        update=update,
        status=seen.fetched.status if seen.fetched else None,
        reason=seen.page_problem.reason if seen.page_problem else "",
        document_id=state.id,
        document_state="ok",
        version=None if quiet else _version(seen),
        technical=quiet,
        retain=not seen.technical,
        detector=moment.reader,
        writes=tuple(ledger.writes),
        changes=tuple(ledger.changes),
    )


def _same_text(watch: Watch, state: DocumentState, seen: Seen, moment: Moment) -> Decision:
    """Other bytes, or none, but the very text that is recorded."""
    writes, changes = _still_missing(watch, state.known, moment)
    update = _seen_update(watch, seen, moment, pending=any(isinstance(w, Miss) for w in writes))
    return Decision(
        watch_id=watch.id,
        source_id=watch.source_id,
        source_name=watch.source.name,
        at=moment.now,
        outcome=_outcome(Outcome.UNCHANGED, watch, update, changes),
        update=update,
        status=seen.fetched.status if seen.fetched else None,
        reason=seen.page_problem.reason if seen.page_problem else "",
        document_id=watch.document_id,
        document_state="ok",
        writes=writes,
        changes=changes,
    )


def _switched(state: DocumentState, seen: Seen) -> bool:
    """The text comes from elsewhere than last time (page instead of feed, or back): differences prove little."""
    return state.version > 0 and seen.basis != state.basis


def _version(seen: Seen) -> NewVersion:
    fetched = seen.fetched if seen.basis == "page" else None
    return NewVersion(
        raw=fetched.body if fetched else seen.text.encode(),
        text=seen.text,
        text_hash=seen.text_hash,
        title=seen.title,
        published=seen.published,
        media=seen.media,
        final_url=fetched.final_url if fetched else "",
        headers=fetched.headers if fetched else (),
        basis=seen.basis,
        company=seen.company,
    )


class _Ledger:
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


# ------------------------------------------------------------------ withdrawals


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


def _still_missing(
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


# ------------------------------------------------------------------ feeds


def decide_feed(watch: Watch, seen: FeedSeen, moment: Moment) -> Decision:
    """A feed was read: what is new in its window. What left the window means nothing."""
    first = watch.first_ok_at is None
    posts = tuple(
        NewPost(shown, announce=not first and i < FLOOD, next_poll_at=moment.now)
        for i, shown in enumerate(seen.fresh)
    )
    edited = tuple(EditedPost(document, shown, moment.now) for document, shown in seen.edited)
    fetched = seen.fetched
    update = _succeeded(
        watch,
        moment,
        fetched.validators,
        bytes.fromhex(fetched.sha256),
        fetched.permanent_url,
        _seconds(fetched.fresh_for),
        pending=False,
        hint=seen.fresh_for,
    )
    base = Outcome.OK if first else Outcome.CHANGED if posts or edited else Outcome.UNCHANGED
    return Decision(
        watch_id=watch.id,
        source_id=watch.source_id,
        source_name=watch.source.name,
        at=moment.now,
        outcome=_outcome(base, watch, update, ()),
        update=update,
        status=fetched.status,
        reason="ill_formed" if seen.ill_formed else "",
        posts=posts,
        edited=edited,
    )


# ------------------------------------------------------------------ the watch's row


def _seen_update(watch: Watch, seen: Seen, moment: Moment, *, pending: bool) -> WatchUpdate:
    fetched = seen.fetched
    if fetched is not None and seen.page_problem is None:
        return _succeeded(
            watch,
            moment,
            fetched.validators,
            bytes.fromhex(fetched.sha256),
            fetched.permanent_url,
            _seconds(fetched.fresh_for),
            pending,
        )
    update = _succeeded(watch, moment, watch.validators, watch.body_hash, None, None, pending)
    if seen.page_problem is None:
        return update
    failures = watch.failures + 1
    problem = seen.page_problem
    return replace(
        update,
        failures=failures,
        next_poll_at=next_after_failure(
            moment.now, watch.source.every, failures, moment.chance, retry_after=problem.retry_after
        ),
        reason=problem.reason,
        error=problem.message,
        failing_since=watch.failing_since or moment.now,
    )


def _succeeded(
    watch: Watch,
    moment: Moment,
    validators: Validators,
    body_hash: bytes | None,
    permanent_url: str | None,
    fresh_for: float | None,
    pending: bool,
    hint: float | None = None,
) -> WatchUpdate:
    now = moment.now
    post = watch.subject is Subject.POST
    every = post_interval(watch.source.every, moment.recheck, watch.step) if post else watch.source.every
    due = next_look(now, every, moment.chance, fresh_for=fresh_for, hint=hint)
    if pending:
        due = confirming_look(now, due, watch.source.confirm)
    url, moved_url, moved_seen = _moved(watch, permanent_url)
    return WatchUpdate(
        next_poll_at=due,
        url=url,
        validators=validators,
        body_hash=body_hash,
        failures=0,
        last_ok_at=now,
        first_ok_at=watch.first_ok_at or now,
        step=watch.step + 1 if post else 0,
        moved_url=moved_url,
        moved_seen=moved_seen,
    )


def _moved(watch: Watch, permanent_url: str | None) -> tuple[str, str, int]:
    """The address to ask from now on, and how often a permanent redirect has named another."""
    if not permanent_url or permanent_url == watch.url:
        return watch.url, "", 0
    times = watch.moved_seen + 1 if permanent_url == watch.moved_url else 1
    if times >= MOVED_AFTER:
        return permanent_url, "", 0
    return watch.url, permanent_url, times


def _outcome(base: Outcome, watch: Watch, update: WatchUpdate, changes: Sequence[ChangeRecord]) -> Outcome:
    if any(change.note != "technical" for change in changes):
        return Outcome.CHANGED
    return Outcome.MOVED if update.url != watch.url else base


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()
