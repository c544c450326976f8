"""What a look means for a promised renewal: does it prove that a canary is overdue, and when is the next needed? Pure.

A canary is overdue when a look *after* the deadline and its grace still finds the old statement, or when its page has
been gone (404, 410) for days by then. A page that cannot be read proves nothing: that is a failing source.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from service.decision import Decision, Subject, Watch
from service.decision.decide import BELIEVE_AFTER, GONE
from service.decision.renewal import Overdue, kept_until, silent_from
from service.model import Outcome


def judge_canary(watch: Watch, decision: Decision) -> Decision:
    """The same decision, with what it says of the source's deadline, and a look as soon as that has passed."""
    due = _deadline(watch, decision)
    if due is None or watch.subject is Subject.POST:
        return decision
    grace = watch.source.grace
    limit = silent_from(due, grace)
    if decision.at < limit:
        return _looking_at(decision, watch, due)
    if decision.outcome is Outcome.GONE:
        since = decision.update.failing_since
        gone = since is not None and decision.at - since >= BELIEVE_AFTER and watch.reason in GONE
        return (
            replace(decision, overdue=Overdue(kept_until(decision.at, grace), gone=True))
            if gone
            else decision
        )
    if decision.update.last_ok_at != decision.at or decision.posts or decision.edited:
        return decision
    return replace(decision, overdue=Overdue(kept_until(decision.at, grace)))


def _deadline(watch: Watch, decision: Decision) -> date | None:
    """The one that stands after this look."""
    return watch.deadline if decision.canary is None else decision.canary.due


def _looking_at(decision: Decision, watch: Watch, due: date) -> Decision:
    planned, limit = decision.update.next_poll_at, silent_from(due, watch.source.grace)
    if planned is None or planned <= limit or decision.update.failures:
        return decision
    return replace(decision, update=replace(decision.update, next_poll_at=limit))
