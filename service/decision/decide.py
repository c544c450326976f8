"""What one look at the world leads to. Pure: state, result, `now` and chance in; a Decision out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from service.decision import (
    Alert,
    ChangeRecord,
    Decision,
    DocumentState,
    EditedPost,
    Failed,
    FeedSeen,
    Flood,
    Moment,
    NewPost,
    NewVersion,
    Same,
    Seen,
    Swing,
    Watch,
    WatchUpdate,
)
from service.decision.flapping import restless, swung
from service.decision.ledger import Ledger
from service.decision.pacing import chance_of, seconds, seen_update, succeeded
from service.decision.renewal import Resigned
from service.model import Outcome
from service.schedule import next_after_failure
from watchers.answers import PAUSING, TOO_MANY

FLOOD = 100
"""New posts that one look at a feed may announce; the rest are read and recorded, quietly."""
BELIEVE_AFTER = timedelta(days=3)
"""A page whose text was replaced wholesale is taken for broken so long; then it is what the company says now."""
GONE = frozenset({"gone", "not_found"})
_HELD = "held"
DOUBTED = frozenset({"collapsed", "cut"})
"""Answers that hold too little of the text to be believed at once."""


# ------------------------------------------------------------------ looks that found nothing new


def decide_same(watch: Watch, same: Same, state: DocumentState | None, moment: Moment) -> Decision:
    """The server said "not modified", or the text is the one we have. `state`: where something waits in it."""
    ledger = None if state is None else Ledger(watch, state, moment, technical=False, baseline=False)
    if ledger is not None:
        ledger.stand()
    writes, changes = (tuple(ledger.writes), tuple(ledger.changes)) if ledger else ((), ())
    pending = ledger is not None and ledger.pending
    update = succeeded(
        watch, moment, same.validators, watch.body_hash, same.permanent_url, same.fresh_for, pending
    )
    swing, unstable = _restlessness(watch, state, ledger, moment)
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
        pokes=watch.pokes,
        swing=swing,
        unstable=unstable,
    )


def _restlessness(
    watch: Watch, state: DocumentState | None, ledger: Ledger | None, moment: Moment
) -> tuple[Swing | None, Alert | None]:
    """What this look adds to the document's going to and fro, and whether that is to be told."""
    if state is None or ledger is None or not ledger.flipped:
        return None, None
    after = swung(state.swing, moment.now)
    return after, restless(after, state, watch)


def decide_failed(watch: Watch, failed: Failed, moment: Moment) -> Decision:
    """No usable look: nothing that is recorded is touched, the next look comes later."""
    gone = failed.reason in GONE
    held = failed.reason == _HELD
    failures = watch.failures if held else watch.failures + 1
    update = WatchUpdate(
        next_poll_at=next_after_failure(
            moment.now,
            watch.source.every,
            failures,
            chance_of(watch, moment, watch.source.every),
            retry_after=failed.retry_after,
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
        changed_at=watch.changed_at,
        hint=watch.hint,
        collapsed_since=watch.collapsed_since or (moment.now if failed.reason in DOUBTED else None),
    )
    asked = failed.status == TOO_MANY or (failed.status in PAUSING and failed.retry_after is not None)
    outcome = Outcome.GONE if gone else Outcome.BACKOFF if held or asked else Outcome.ERROR
    return Decision(
        watch_id=watch.id,
        source_id=watch.source_id,
        source_name=watch.source.name,
        at=moment.now,
        outcome=Outcome.REFUSED if failed.refused else outcome,
        pause=failed.retry_after if failed.status in PAUSING else None,
        update=update,
        reason=failed.reason,
        status=failed.status,
        document_id=watch.document_id,
        document_state=_document_state(failed) if watch.document_id else "",
        pokes=watch.pokes,
    )


def _document_state(failed: Failed) -> str:
    if failed.reason in GONE:
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
    ledger = Ledger(watch, state, moment, technical=quiet, baseline=first and not watch.announce)
    ledger.take(seen.matched, switched=_switched(state, seen))
    update = seen_update(watch, seen, moment, pending=ledger.pending, changed=not quiet)
    swing, unstable = _restlessness(watch, state, ledger, moment)
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
        pokes=watch.pokes,
        swing=swing,
        unstable=unstable,
        canary=seen.canary,
        resigned=_resigned(state, seen),
    )


def _same_text(watch: Watch, state: DocumentState, seen: Seen, moment: Moment) -> Decision:
    """Other bytes, or none, but the very text that is recorded; signed by another key, it is a version of its own."""
    resigned = _resigned(state, seen)
    ledger = Ledger(watch, state, moment, technical=False, baseline=False)
    ledger.stand()
    update = seen_update(watch, seen, moment, pending=ledger.pending)
    swing, unstable = _restlessness(watch, state, ledger, moment)
    return Decision(
        watch_id=watch.id,
        source_id=watch.source_id,
        source_name=watch.source.name,
        at=moment.now,
        outcome=_outcome(Outcome.UNCHANGED, watch, update, ledger.changes),
        update=update,
        status=seen.fetched.status if seen.fetched else None,
        reason=seen.page_problem.reason if seen.page_problem else "",
        document_id=watch.document_id,
        document_state="ok",
        version=_version(seen) if resigned else None,
        detector=moment.reader if resigned else None,
        writes=tuple(ledger.writes),
        changes=tuple(ledger.changes),
        pokes=watch.pokes,
        swing=swing,
        unstable=unstable,
        resigned=resigned,
    )


def _resigned(state: DocumentState, seen: Seen) -> Resigned | None:
    """Whether the page names other keys than it did. Where it was not signed before there is nothing to tell."""
    if seen.technical or not state.signers or "feed" in (seen.basis, state.basis):
        return None
    return None if set(seen.signers) == set(state.signers) else Resigned(state.signers, seen.signers)


def _switched(state: DocumentState, seen: Seen) -> bool:
    """The text comes from elsewhere than last time (page instead of feed, or back): differences prove little."""
    return state.version > 0 and seen.basis != state.basis


def _version(seen: Seen) -> NewVersion:
    fetched = seen.fetched if seen.basis == "page" else None
    return NewVersion(
        raw=fetched.body if fetched else seen.text,
        text=seen.text,
        text_hash=seen.text_hash,
        title=seen.title,
        published=seen.published,
        media=seen.media,
        final_url=fetched.final_url if fetched else "",
        headers=fetched.headers if fetched else (),
        basis=seen.basis,
        company=seen.company,
        language=seen.language,
        signers=seen.signers if seen.basis == "page" else (),
    )


# ------------------------------------------------------------------ feeds


def decide_feed(watch: Watch, seen: FeedSeen, moment: Moment) -> Decision:
    """A feed was read: what is new in its window. What left the window means nothing.

    A feed without a single entry has shown nothing yet: the baseline is the first window with something in it.
    """
    first = watch.first_ok_at is None
    posts = tuple(
        NewPost(shown, announce=not first and i < FLOOD, next_poll_at=moment.now)
        for i, shown in enumerate(seen.fresh)
    )
    edited = tuple(EditedPost(document, shown, moment.now) for document, shown in seen.edited)
    fetched = seen.fetched
    update = succeeded(
        watch,
        moment,
        fetched.validators,
        bytes.fromhex(fetched.sha256),
        fetched.permanent_url,
        seconds(fetched.fresh_for),
        pending=False,
        hint=seen.fresh_for or 0.0,
        baseline=seen.total > 0,
        changed=bool(posts or edited),
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
        shared=seen.shared,
        flood=None if first else _flood(watch, len(posts)),
        hub=seen.hub,
        pokes=watch.pokes,
    )


def _flood(watch: Watch, posts: int) -> Flood | None:
    return Flood(watch.source.company, watch.source.url, posts, FLOOD) if posts > FLOOD else None


def _outcome(base: Outcome, watch: Watch, update: WatchUpdate, changes: Sequence[ChangeRecord]) -> Outcome:
    if any(change.note != "technical" for change in changes):
        return Outcome.CHANGED
    return Outcome.MOVED if update.url != watch.url else base
