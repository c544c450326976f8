"""When a watch is looked at next, and what else of its row a look changes. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from service.decision import Moment, Seen, Subject, Watch, WatchUpdate
from service.schedule import (
    calm,
    confirming_look,
    hinted,
    next_after_failure,
    next_look,
    post_interval,
    pushed,
    toward_slot,
)
from watchers.model import Validators

MOVED_AFTER = 3
"""Equal permanent redirects in a row until the new address is stored."""


def seen_update(
    watch: Watch, seen: Seen, moment: Moment, *, pending: bool, changed: bool = False
) -> WatchUpdate:
    """The row after a document was read; where only its feed had the text, its page has failed."""
    fetched = seen.fetched
    if fetched is not None and seen.page_problem is None:
        return succeeded(
            watch,
            moment,
            fetched.validators,
            bytes.fromhex(fetched.sha256),
            fetched.permanent_url,
            seconds(fetched.fresh_for),
            pending,
            changed=changed,
        )
    update = succeeded(watch, moment, watch.validators, watch.body_hash, None, None, pending, changed=changed)
    if seen.page_problem is None:
        return update
    failures = watch.failures + 1
    problem = seen.page_problem
    return replace(
        update,
        failures=failures,
        next_poll_at=next_after_failure(
            moment.now,
            watch.source.every,
            failures,
            chance_of(watch, moment, watch.source.every),
            retry_after=problem.retry_after,
        ),
        reason=problem.reason,
        error=problem.message,
        failing_since=watch.failing_since or moment.now,
    )


def succeeded(
    watch: Watch,
    moment: Moment,
    validators: Validators,
    body_hash: bytes | None,
    permanent_url: str | None,
    fresh_for: float | None,
    pending: bool,
    hint: float | None = None,
    baseline: bool | None = None,
    changed: bool = False,
) -> WatchUpdate:
    """The row after a look that went well. `pending`: something is missing and waits; `hint`: None leaves it."""
    now = moment.now
    post = watch.subject is Subject.POST
    if baseline is None:
        baseline = watch.subject is not Subject.FEED
    changed_at = now if changed else watch.changed_at or watch.first_ok_at or now
    every = (
        post_interval(watch.source.every, moment.recheck, watch.step)
        if post
        else _interval(watch, moment, changed_at)
    )
    hint = watch.hint if hint is None else hint
    heeded = hinted(hint, watch.source.every, watch.source.slowest)
    due = next_look(now, every, chance_of(watch, moment, every), fresh_for=fresh_for, hint=heeded)
    if watch.pushed_until is not None and watch.pushed_until > now:
        due = min(due, watch.pushed_until)
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
        first_ok_at=watch.first_ok_at or (now if baseline else None),
        step=watch.step + 1 if post else 0,
        moved_url=moved_url,
        moved_seen=moved_seen,
        changed_at=changed_at,
        hint=hint,
        still=not post
        and hint == watch.hint
        and _settled(watch)
        and changed_at == watch.changed_at
        and not moved_url
        and (url, body_hash) == (watch.url, watch.body_hash)
        and validators == watch.validators,
    )


def _interval(watch: Watch, moment: Moment, changed_at: datetime) -> float:
    """How long until a feed or page is asked again, its server's wishes aside."""
    source = watch.source
    if watch.pushed_until is not None and watch.pushed_until > moment.now:
        return pushed(source.every)
    return calm(source.every, source.slowest, (moment.now - changed_at).total_seconds())


def chance_of(watch: Watch, moment: Moment, wait: float) -> float:
    """Where in its spread the next look comes: as the moment says, or at the watch's own time."""
    return toward_slot(moment.now, wait, watch.id) if moment.chance is None else moment.chance


def _settled(watch: Watch) -> bool:
    """A watch whose last look went well, with nothing left over from looks before."""
    return (
        watch.first_ok_at is not None
        and watch.failing_since is None
        and watch.collapsed_since is None
        and not watch.failures
        and not watch.moved_url
    )


def _moved(watch: Watch, permanent_url: str | None) -> tuple[str, str, int]:
    """The address to ask from now on, and how often a permanent redirect has named another."""
    if not permanent_url or permanent_url == watch.url:
        return watch.url, "", 0
    times = watch.moved_seen + 1 if permanent_url == watch.moved_url else 1
    if times >= MOVED_AFTER:
        return permanent_url, "", 0
    return watch.url, permanent_url, times


def seconds(span: timedelta | None) -> float | None:
    """As a number, None if there is none."""
    return None if span is None else span.total_seconds()
