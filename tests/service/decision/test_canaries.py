"""Which looks prove that a promised statement has not come, and when the next look is needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from service.decision import Decision, Failed, Moment, Same, Subject, Watch
from service.decision.canaries import judge_canary
from service.decision.decide import decide_failed, decide_same
from service.decision.renewal import Overdue, kept_until, silent_from
from service.model import SourceKind, SourceSpec
from service.statements.figures.canary import Canary
from watchers.model import Validators

DUE = date(2026, 6, 7)
DAY = timedelta(days=1)
LIMIT = datetime(2026, 6, 11, tzinfo=UTC)
URL = "https://quillnet.example/canary.txt"
PAGE = SourceSpec(name="canary", url=URL, kind=SourceKind.PAGE, company="Quillnet", grace=3 * 86400.0)


def watch(**more: object) -> Watch:
    base = Watch(1, 1, PAGE, Subject.PAGE, URL, document_id="doc_1", deadline=DUE)
    return replace(base, **more)  # type: ignore[arg-type]


def moment(now: datetime) -> Moment:
    return Moment(now, 0.5, (3600.0,), 1)


def same(now: datetime, at: Watch | None = None) -> Decision:
    before = at or watch()
    return judge_canary(before, decide_same(before, Same(Validators()), None, moment(now)))


def failed(now: datetime, slug: str, **more: object) -> Decision:
    before = watch(**more)
    return judge_canary(before, decide_failed(before, Failed(slug, "no"), moment(now)))


def test_the_limit_is_the_end_of_the_day_and_the_grace() -> None:
    assert silent_from(DUE, 3 * 86400.0) == LIMIT
    assert silent_from(date.max, 1e12) == datetime.max.replace(tzinfo=UTC)
    assert kept_until(datetime(1, 1, 1, tzinfo=UTC), 1e12) == date.min


@pytest.mark.parametrize("grace", [0.0, 3600.0, 86400.0, 200_000.0])
@pytest.mark.parametrize("hours", range(0, 120, 7))
def test_both_sides_of_the_limit_agree(grace: float, hours: int) -> None:
    now = datetime(2026, 6, 7, 1, tzinfo=UTC) + timedelta(hours=hours)
    assert (now >= silent_from(DUE, grace)) == (kept_until(now, grace) > DUE)


def test_a_look_before_the_limit_proves_nothing_and_the_next_is_at_the_limit() -> None:
    weekly = watch(source=replace(PAGE, every=7 * 86400.0))
    decision = same(LIMIT - DAY, weekly)
    assert decision.overdue is None
    assert decision.update.next_poll_at == LIMIT
    soon = same(LIMIT - DAY)
    assert soon.update.next_poll_at is not None
    assert soon.update.next_poll_at < LIMIT


def test_a_look_after_it_that_finds_the_old_statement_does() -> None:
    assert same(LIMIT).overdue == Overdue(date(2026, 6, 8))
    assert same(LIMIT - timedelta(seconds=1)).overdue is None
    assert same(LIMIT, watch(deadline=None)).overdue is None


def test_a_new_reading_goes_before_what_was_known() -> None:
    found = decide_same(watch(), Same(Validators()), None, moment(LIMIT))
    renewed = replace(found, canary=Canary(DUE, date(2026, 9, 7), "…"))
    assert judge_canary(watch(), renewed).overdue is None
    assert judge_canary(watch(), replace(found, canary=Canary())).overdue is None
    stale = replace(found, canary=Canary(None, DUE, "…"))
    assert judge_canary(watch(deadline=None), stale).overdue is not None


@pytest.mark.parametrize(
    "reason", ["timeout", "status", "blocked", "challenge", "soft_404", "collapsed", "robots"]
)
def test_what_cannot_be_read_proves_nothing(reason: str) -> None:
    long_ago = LIMIT - timedelta(days=30)
    assert failed(LIMIT + DAY, reason, failing_since=long_ago, reason=reason).overdue is None


def test_a_page_that_has_been_gone_for_days_does() -> None:
    since = LIMIT - timedelta(days=3)
    assert failed(LIMIT, "gone", failing_since=since, reason="not_found").overdue == Overdue(
        date(2026, 6, 8), gone=True
    )
    assert failed(LIMIT, "gone", failing_since=since + DAY, reason="gone").overdue is None
    assert failed(LIMIT, "gone", failing_since=since, reason="timeout").overdue is None


def test_a_post_keeps_no_promise_and_a_feed_with_news_is_read_first() -> None:
    assert same(LIMIT, watch(subject=Subject.POST)).overdue is None
    feed = watch(subject=Subject.FEED, document_id="")
    assert same(LIMIT, feed).overdue is not None
