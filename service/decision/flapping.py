"""Texts that go to and fro, as tests on visitors do: what is kept back, what is told of it in the end. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from service.decision import Alert, ChangeRecord, DocumentState, Swing, Unsettled, Watch
from service.diff.kinds import classify
from service.diff.normal import fingerprint
from service.model import Category, Kind, Statement

RESTLESS = timedelta(days=7)
"""A wording is told once within so long; what flips again so much later begins to count anew."""
FLIPS = 3
"""So many times to and fro, and the document is unstable."""
LOOKS = 24
"""Ordinary intervals for which a text must stand to be settled, within the two bounds below."""
SETTLED_AT_MOST = timedelta(days=1)
FEWEST = 3


def settling(watch: Watch) -> timedelta:
    """How long what was kept back must stand until it is told: 6 h at 15 min, never under `confirm`."""
    every = watch.source.every
    most = max(SETTLED_AT_MOST.total_seconds(), FEWEST * every)
    return timedelta(seconds=max(watch.source.confirm, min(LOOKS * every, most)))


def settled(state: DocumentState, watch: Watch, now: datetime, moving: frozenset[str]) -> list[ChangeRecord]:
    """The changes that were kept back and have stood since. `moving`: lineages that this very look touches."""
    wait = settling(watch)
    return [_told(one) for one in state.unsettled if one.assurance not in moving and now - one.since >= wait]


def _told(one: Unsettled) -> ChangeRecord:
    kind, score, reason = _kind(one)
    return ChangeRecord(
        kind=kind,
        company=next(s.company for s in (one.now, one.told, one.before) if s is not None),
        categories=categories_of(one.told, one.now),
        old=one.told,
        new=one.now,
        score=score,
        reason=reason,
        assurance=one.assurance,
        note="settled",
        last_seen=one.last_seen,
        believed=True,
    )


def _kind(one: Unsettled) -> tuple[Kind, float, str]:
    """From what readers were told to what stands: by the last change, if it began there."""
    if one.told is None:
        return Kind.NEW, one.score, one.reason or "back after going to and fro"
    if one.now is None:
        return Kind.WITHDRAWN, one.score, one.reason or "no longer in the text"
    if one.before is not None and fingerprint(one.before.text) == fingerprint(one.told.text):
        return one.kind, one.score, one.reason
    verdict = classify(one.told.text, one.now.text)
    kind = Kind.REWORDED if verdict.kind is Kind.UNRELATED else verdict.kind
    return kind, verdict.score, verdict.reason


def swung(swing: Swing, now: datetime) -> Swing:
    """After one more flip."""
    fresh = swing.at is None or now - swing.at >= RESTLESS
    flips = 1 if fresh else swing.flips + 1
    return Swing(flips, now, unstable=flips >= FLIPS)


def restless(after: Swing, state: DocumentState, watch: Watch) -> Alert | None:
    """The alert that is due when a document becomes unstable; told once."""
    if after.flips != FLIPS:
        return None
    return Alert("unstable", watch.source.company, state.url, after.at, failures=after.flips)


def categories_of(old: Statement | None, new: Statement | None) -> tuple[Category, ...]:
    """Categories of both sides, in the order of `Category`."""
    both = {c for s in (old, new) if s is not None for c in s.categories}
    return tuple(c for c in Category if c in both)


def kept_back(change: ChangeRecord) -> ChangeRecord:
    """The same change, recorded and not told."""
    return replace(change, announce=False, note="flapping")
