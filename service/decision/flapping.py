"""Texts that go to and fro, as tests on visitors do: what is kept back, what is told of it in the end. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from service.decision import (
    RETURNED,
    Alert,
    ChangeRecord,
    DocumentState,
    Past,
    Swing,
    Telling,
    Unsettled,
    Watch,
)
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
LONGEST = timedelta(days=30)
"""What comes back again and again is waited for no longer than this, unless a text is settled later anyhow."""
CALM = 2 * LONGEST
"""What has stood so long is no test on visitors: its next change is told at once, and counting begins anew."""
MEMORY = timedelta(days=365)
"""What was told longer ago counts no more."""


def settling(watch: Watch) -> timedelta:
    """How long what was kept back must stand until it is told: 6 h at 15 min, never under `confirm`."""
    every = watch.source.every
    most = max(SETTLED_AT_MOST.total_seconds(), FEWEST * every)
    return timedelta(seconds=max(watch.source.confirm, min(LOOKS * every, most)))


def settled(state: DocumentState, watch: Watch, now: datetime, moving: frozenset[str]) -> list[ChangeRecord]:
    """The changes that were kept back and have stood since. `moving`: what this very look touches or misses."""
    return [
        _told(one)
        for one in state.unsettled
        if one.assurance not in moving
        and now - one.since >= patience(watch, state.pasts.get(one.assurance), now)
    ]


def patience(watch: Watch, past: Past | None, now: datetime) -> timedelta:
    """How long a lineage's wording must stand: twice as long for each one that was told to be back, up to `LONGEST`."""
    least = settling(watch).total_seconds()
    doubled = least * 2.0 ** min(returns(_run(past, now)), 64)
    return timedelta(seconds=min(doubled, max(least, LONGEST.total_seconds())))


def returns(tellings: Sequence[Telling]) -> int:
    """How many of these brought back a wording that was said before, or took away again what had come back."""
    seen: set[str] = set()
    count = 0
    for one in tellings:
        if one.left:
            seen.add(one.left)
        count += one.mark in seen
        seen.add(one.mark)
    return count


def familiar(past: Past | None, said: Statement | None, now: datetime) -> bool:
    """Whether readers were told of this wording within a week, or before where something has come back already."""
    run = _run(past, now)
    told = [one.at for one in run if one.mark == _mark(said)]
    return bool(told) and (now - told[-1] < RESTLESS or returns(run) > 0)


def _run(past: Past | None, now: datetime) -> Sequence[Telling]:
    """What was told since the lineage was calm last."""
    if past is None or now - past.turned >= CALM:
        return ()
    calm = [n for n, one in enumerate(past.tellings) if one.since is not None and one.at - one.since >= CALM]
    return past.tellings[calm[-1] if calm else 0 :]


def believes(one: Unsettled | None, said: Statement | None) -> bool:
    """Whether this is what readers believe, since what stood meanwhile was never told."""
    return one is not None and _mark(one.told) == _mark(said)


def _mark(said: Statement | None) -> str:
    return fingerprint(said.text) if said else ""


def caught_up(change: ChangeRecord, one: Unsettled) -> ChangeRecord:
    """What is news, from what readers believe: what stood between the two was kept back."""
    step = replace(
        one,
        before=change.old,
        now=change.new,
        kind=change.kind,
        score=change.score,
        reason=change.reason,
        last_seen=change.last_seen,
    )
    return replace(_told(step), note="back" if one.told is None else "")


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
        return Kind.NEW, one.score, RETURNED
    if one.now is None:
        return Kind.WITHDRAWN, one.score, one.reason or "no longer in the text"
    if one.before is not None and fingerprint(one.before.text) == fingerprint(one.told.text):
        return one.kind, one.score, one.reason
    verdict = classify(one.told.text, one.now.text)
    if verdict.kind is not Kind.UNRELATED:
        return verdict.kind, verdict.score, verdict.reason
    return one.kind if one.before is not None else Kind.REWORDED, one.score, one.reason


def swung(swing: Swing, now: datetime) -> Swing:
    """After one more flip. What was unstable stays so until it has been calm."""
    since = now - swing.at if swing.at else CALM
    flips = swing.flips + 1 if since < RESTLESS else 1
    return Swing(flips, now, unstable=flips >= FLIPS or (swing.unstable and since < CALM))


def restless(after: Swing, state: DocumentState, watch: Watch) -> Alert | None:
    """The alert that is due when a document becomes unstable."""
    if state.swing.unstable or not after.unstable:
        return None
    return Alert("unstable", watch.source.company, state.url, after.at, failures=after.flips)


def categories_of(old: Statement | None, new: Statement | None) -> tuple[Category, ...]:
    """Categories of both sides, in the order of `Category`."""
    both = {c for s in (old, new) if s is not None for c in s.categories}
    return tuple(c for c in Category if c in both)


def kept_back(change: ChangeRecord) -> ChangeRecord:
    """The same change, recorded and not told."""
    return replace(change, announce=False, note="flapping")
