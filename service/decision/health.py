"""When a source that fails becomes news. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from service.decision import Alert, Decision, Subject, Watch

AGAIN = 2
"""So many looks must have failed: a source that is asked once a day is not failing after one of them."""
_PACED = (429, 503)
"""Answers that may have named a time to come back; it is kept."""


def judge_health(watch: Watch, decision: Decision, failing_after: timedelta) -> Decision:
    """Add the alert that this look gives reason for; look again when the time to say so has come.

    Only a source's own feed or page counts, not the posts found through it; and only one that has worked before,
    so that a start without a network says nothing.
    """
    if watch.subject is Subject.POST or not decision.retain:
        return decision
    since = decision.update.failing_since
    if since is None:
        return replace(decision, alert=_recovered(watch)) if _may_have_failed(watch) else decision
    if watch.last_ok_at is None:
        return decision
    if decision.update.failures >= AGAIN and decision.at - since >= failing_after:
        return replace(decision, alert=_failing(watch, decision))
    return _look_in_time(decision, failing_after)


def _may_have_failed(watch: Watch) -> bool:
    """A watch that is new may follow one that failed: the same source under another kind."""
    return watch.failing_since is not None or watch.last_ok_at is None


def _recovered(watch: Watch) -> Alert:
    return Alert("recovered", watch.source.company, watch.source.url, watch.failing_since)


def _failing(watch: Watch, decision: Decision) -> Alert:
    update = decision.update
    return Alert(
        "failing",
        watch.source.company,
        watch.source.url,
        update.failing_since,
        update.reason,
        update.error,
        update.failures,
    )


def _look_in_time(decision: Decision, failing_after: timedelta) -> Decision:
    """Waits double while a source fails; none of them leads past the moment when it is to be told."""
    update, since = decision.update, decision.update.failing_since
    if since is None or update.next_poll_at is None or decision.status in _PACED:
        return decision
    told = since + failing_after
    if not decision.at < told < update.next_poll_at:
        return decision
    return replace(decision, update=replace(update, next_poll_at=told))
