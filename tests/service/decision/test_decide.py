"""What a look leads to. Nothing here touches a network, a clock or a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.decision import (
    Begin,
    Continue,
    DocumentState,
    Failed,
    FeedSeen,
    Keep,
    Matched,
    Miss,
    Moment,
    Past,
    Same,
    Seen,
    Shown,
    Subject,
    Telling,
    Watch,
    Withdraw,
)
from service.decision.decide import decide_failed, decide_feed, decide_same, decide_seen
from service.decision.pacing import MOVED_AFTER
from service.diff.normal import fingerprint, words_print
from service.model import Category, Kind, Known, Outcome, SourceKind, SourceSpec, Speaker, Statement
from watchers.model import Entry, Fetched, Validators

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://harborlight.example/government-requests"
NEVER = "We have never received a secret order."
NOTICE = "We will notify you before we disclose your data."
NOTICE_UNLESS = "We will notify you before we disclose your data unless the law forbids it."


def moment(now: datetime = NOW) -> Moment:
    return Moment(now, 0.5, (3600.0, 86400.0), 1)


def statement(text: str, *categories: Category) -> Statement:
    return Statement(text, "Harborlight", Speaker(), categories or (Category.NOTICE,), "", 0.9)


def watch(**changes: object) -> Watch:
    spec = SourceSpec(name="harborlight", url=URL, kind=SourceKind.PAGE, company="Harborlight")
    base = Watch(id=1, source_id=1, source=spec, subject=Subject.PAGE, url=URL, document_id="doc_1")
    return replace(base, **changes)  # type: ignore[arg-type]


def seen_before(**changes: object) -> Watch:
    return watch(first_ok_at=NOW - timedelta(days=9), last_ok_at=NOW - timedelta(minutes=15), **changes)


def fetched(body: bytes = b"body", **changes: object) -> Fetched:
    base = Fetched(
        url=URL, final_url=URL, permanent_url=None, status=200, headers=(), body=body, sha256="ab" * 32,
        media_type="text/html", charset=None, validators=Validators('"1"'), fresh_for=None,
    )  # fmt: skip
    return replace(base, **changes)  # type: ignore[arg-type]


def state(*texts: str, **changes: object) -> DocumentState:
    known = tuple(Known(f"asr_{i}", statement(t), NOW - timedelta(days=9)) for i, t in enumerate(texts))
    base = DocumentState(
        id="doc_1", url=URL, version=3, text=b"old", text_hash=b"old", known=known, detector=1
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def seen(matched: Matched | None, **changes: object) -> Seen:
    base = Seen(
        text=b"new",
        text_hash=b"new",
        title="Requests",
        published=None,
        media="html",
        matched=matched,
        fetched=fetched(),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def test_first_sight_of_a_page_is_a_baseline() -> None:
    found = Matched(begun=((statement(NEVER), 0.9, ""),))
    decision = decide_seen(watch(), DocumentState(id="doc_1", url=URL), seen(found), moment())
    assert decision.outcome is Outcome.OK
    assert [type(w) for w in decision.writes] == [Begin]
    assert decision.changes == ()
    assert decision.version is not None


def test_a_post_that_appeared_after_the_feeds_baseline_is_told() -> None:
    found = Matched(begun=((statement(NEVER), 0.9, ""),))
    post = watch(subject=Subject.POST, announce=True)
    decision = decide_seen(post, DocumentState(id="doc_1", url=URL), seen(found), moment())
    assert [(c.kind, c.announce) for c in decision.changes] == [(Kind.NEW, True)]
    assert decision.outcome is Outcome.CHANGED


def test_an_altered_assurance_keeps_its_lineage() -> None:
    found = Matched(altered=(("asr_0", Kind.WEAKENED, statement(NOTICE_UNLESS), 0.8, "new exception"),))
    decision = decide_seen(seen_before(), state(NOTICE), seen(found), moment())
    assert decision.writes == (Continue("asr_0", statement(NOTICE_UNLESS)),)
    (change,) = decision.changes
    assert (change.kind, change.assurance, change.reason) == (Kind.WEAKENED, "asr_0", "new exception")
    assert change.old is not None
    assert change.old.text == NOTICE


def test_a_withdrawal_waits_and_comes_after_two_more_looks_and_the_hour() -> None:
    found = Matched(missing=(("asr_0", 0.9, "gone"),))
    decision = decide_seen(seen_before(), state(NOTICE), seen(found), moment())
    assert decision.changes == ()
    (miss,) = decision.writes
    assert isinstance(miss, Miss)
    assert decision.update.next_poll_at == NOW + timedelta(minutes=15)
    known = state(NOTICE).known[0]
    for minutes, told in ((30, False), (59, False), (61, True)):
        known = replace(known, missing_since=miss.since, missing_polls=miss.polls, last_seen=miss.seen)
        later = decide_same(
            seen_before(pending=1),
            Same(Validators()),
            state(known=(known,)),
            moment(NOW + timedelta(minutes=minutes)),
        )
        assert bool(later.changes) is told
        if not told:
            (again,) = later.writes
            assert isinstance(again, Miss)
            miss = again
    (change,) = later.changes
    assert change.kind is Kind.WITHDRAWN
    assert change.last_seen == NOW - timedelta(minutes=15)
    assert later.outcome is Outcome.CHANGED


def test_one_look_after_the_hour_is_not_enough() -> None:
    known = replace(state(NOTICE).known[0], missing_since=NOW - timedelta(hours=5), missing_polls=0)
    decision = decide_same(seen_before(pending=1), Same(Validators()), state(known=(known,)), moment())
    assert decision.changes == ()


def test_confirm_zero_tells_at_once() -> None:
    spec = replace(watch().source, confirm=0.0)
    found = Matched(missing=(("asr_0", 0.9, "gone"),))
    decision = decide_seen(seen_before(source=spec), state(NOTICE), seen(found), moment())
    assert [type(w) for w in decision.writes] == [Withdraw]
    assert [c.kind for c in decision.changes] == [Kind.WITHDRAWN]


def test_what_comes_back_before_it_is_confirmed_was_never_gone() -> None:
    known = replace(state(NOTICE).known[0], missing_since=NOW, missing_polls=1)
    found = Matched(kept=(("asr_0", statement(NOTICE)),))
    decision = decide_seen(seen_before(pending=1), state(known=(known,)), seen(found), moment())
    assert decision.writes == (Keep("asr_0"),)
    assert decision.changes == ()


@pytest.mark.parametrize("said", [NOTICE, "We will notify you, before we disclose your data."])
def test_what_comes_back_after_it_was_told_revives_its_lineage(said: str) -> None:
    before = state(former=((words_print(NOTICE), "asr_7"),))
    found = Matched(begun=((statement(said), 0.9, "said for the first time"),))
    decision = decide_seen(seen_before(), before, seen(found), moment())
    assert decision.writes == (Begin(0, statement(said), "asr_7"),)
    assert [(c.kind, c.note, c.announce, c.reason) for c in decision.changes] == [
        (Kind.NEW, "back", True, "said again after it was withdrawn")
    ]


def test_what_was_overlooked_and_is_a_withdrawn_promise_now_revives_its_lineage() -> None:
    before = state(former=((words_print(NOTICE), "asr_7"),))
    found = Matched(
        unearthed=(
            (statement(NOTICE_UNLESS), Kind.STRENGTHENED, statement(NOTICE), 0.9, "exception dropped"),
        )
    )
    decision = decide_seen(seen_before(), before, seen(found), moment())
    assert decision.writes == (Begin(0, statement(NOTICE), "asr_7"),)
    assert [(c.kind, c.note) for c in decision.changes] == [(Kind.NEW, "back")]


def test_two_copies_of_one_promise_are_told_once_and_two_companies_that_say_the_same_are_not() -> None:
    twice = Matched(begun=((statement(NEVER), 0.9, ""), (statement(NEVER), 0.9, "")))
    decision = decide_seen(seen_before(), state(NOTICE), seen(twice), moment())
    assert [c.kind for c in decision.changes] == [Kind.NEW]
    assert len(decision.writes) == 2
    other = replace(statement(NEVER), company="Fernmail")
    story = Matched(begun=((statement(NEVER), 0.9, ""), (other, 0.9, "")))
    decision = decide_seen(seen_before(), state(NOTICE), seen(story), moment())
    assert [c.company for c in decision.changes] == ["Harborlight", "Fernmail"]


def test_two_copies_that_were_held_are_told_once() -> None:
    held = tuple(Known(f"asr_{i}", statement(NEVER), NOW, held="asr_9", due=True) for i in range(2))
    decision = decide_same(seen_before(pending=True), Same(Validators()), state(known=held), moment())
    assert len(decision.writes) == 2
    assert [c.assurance for c in decision.changes] == ["asr_0"]


def test_to_and_fro_is_told_once_a_wording() -> None:
    telling = Telling(NOW, fingerprint(NOTICE), fingerprint(NOTICE_UNLESS))
    before = state(NOTICE, pasts={"asr_0": Past((telling,), NOW)})
    found = Matched(altered=(("asr_0", Kind.WEAKENED, statement(NOTICE_UNLESS), 0.8, ""),))
    decision = decide_seen(seen_before(), before, seen(found), moment())
    assert [(c.announce, c.note) for c in decision.changes] == [(False, "flapping")]


@pytest.mark.parametrize("technical", [True, False])
def test_a_better_reading_of_the_same_text_is_never_told(technical: bool) -> None:
    found = Matched(begun=((statement(NEVER), 0.9, ""),), missing=(("asr_0", 0.5, ""),))
    again = seen(found, text_hash=b"old", technical=technical)
    decision = decide_seen(seen_before(), state(NOTICE), again, moment())
    assert {c.note for c in decision.changes} == {"technical"}
    assert not any(c.announce for c in decision.changes)
    assert decision.version is None
    assert decision.outcome is Outcome.UNCHANGED


def test_a_better_reading_takes_away_no_withdrawal_that_waits() -> None:
    """What the company took out shortly before an upgrade is told all the same."""
    gone = Matched(missing=(("asr_0", 0.9, "no longer in the text"),))
    first = decide_seen(seen_before(), state(NEVER), seen(gone), moment())
    assert isinstance(first.writes[0], Miss)
    waiting = Known("asr_0", statement(NEVER), NOW, missing_since=NOW, missing_polls=1)
    again = decide_seen(
        seen_before(pending=True),
        state(known=(waiting,)),
        seen(gone, text_hash=b"old", technical=True),
        moment(),
    )
    assert (again.writes, again.changes) == ((), ())
    later = decide_same(
        seen_before(pending=True),
        Same(Validators()),
        state(known=(waiting,)),
        moment(NOW + timedelta(hours=1)),
    )
    assert [(c.kind, c.announce) for c in later.changes] == [(Kind.WITHDRAWN, True)]


def test_the_feeds_text_giving_way_to_the_pages_proves_nothing_about_what_is_missing() -> None:
    found = Matched(begun=((statement(NEVER), 0.9, ""),), missing=(("asr_0", 0.5, ""),))
    decision = decide_seen(seen_before(), state(NOTICE, basis="feed"), seen(found), moment())
    assert [(c.kind, c.announce) for c in decision.changes] == [(Kind.WITHDRAWN, False), (Kind.NEW, True)]


def test_a_failed_look_touches_nothing_and_backs_off() -> None:
    decision = decide_failed(seen_before(failures=2), Failed("timeout", "no answer within 30 s"), moment())
    assert decision.outcome is Outcome.ERROR
    assert (decision.writes, decision.changes, decision.version) == ((), (), None)
    assert decision.update.failures == 3
    assert decision.update.next_poll_at == NOW + timedelta(seconds=900 * 8)
    assert decision.update.failing_since == NOW


@pytest.mark.parametrize(
    ("failed", "outcome", "document"),
    [
        (Failed("gone", "410 Gone", status=410), Outcome.GONE, "gone"),
        (Failed("not_found", "404", status=404), Outcome.GONE, "gone"),
        (Failed("blocked", "403", status=403), Outcome.ERROR, "blocked"),
        (Failed("address", "private", refused=True), Outcome.REFUSED, ""),
        (Failed("held", "asked to wait", retry_after=60), Outcome.BACKOFF, ""),
        (Failed("status", "429", status=429), Outcome.BACKOFF, ""),
        (Failed("status", "503", status=503, retry_after=60), Outcome.BACKOFF, ""),
        (Failed("status", "503", status=503), Outcome.ERROR, ""),
    ],
)
def test_failures_are_told_apart(failed: Failed, outcome: Outcome, document: str) -> None:
    decision = decide_failed(seen_before(), failed, moment())
    assert (decision.outcome, decision.document_state) == (outcome, document)


def test_a_permanent_redirect_is_believed_the_third_time() -> None:
    at, seen_times = watch(), 0
    for turn in range(1, MOVED_AFTER + 1):
        at = replace(at, moved_url=f"{URL}/new" if seen_times else "", moved_seen=seen_times)
        decision = decide_same(at, Same(Validators(), permanent_url=f"{URL}/new"), None, moment())
        seen_times = decision.update.moved_seen
        assert (decision.update.url == f"{URL}/new") is (turn == MOVED_AFTER)
    assert decision.outcome is Outcome.MOVED


def entry(name: str) -> Shown:
    return Shown(Entry(name, f"https://harborlight.example/{name}", name, None, None, "", ""), b"", (name,))


def test_a_feeds_first_window_is_a_baseline_and_what_follows_is_told() -> None:
    feed = watch(subject=Subject.FEED, document_id="")
    first = decide_feed(feed, FeedSeen(fetched(), 2, (entry("a"), entry("b"))), moment())
    assert [p.announce for p in first.posts] == [False, False]
    assert first.outcome is Outcome.OK
    second = decide_feed(replace(feed, first_ok_at=NOW), FeedSeen(fetched(), 3, (entry("c"),)), moment())
    assert [p.announce for p in second.posts] == [True]
    assert second.outcome is Outcome.CHANGED


def test_an_empty_feed_means_nothing() -> None:
    feed = watch(subject=Subject.FEED, document_id="", first_ok_at=NOW)
    decision = decide_feed(feed, FeedSeen(fetched(), 0, ()), moment())
    assert (decision.outcome, decision.posts, decision.changes) == (Outcome.UNCHANGED, (), ())


# ------------------------------------------------------------------ how often


def unchanging(until: timedelta, **spec: float) -> list[float]:
    """The waits of a page that never changes, with a clock that goes from look to look."""
    now, waits = NOW, []
    looked = watch(changed_at=NOW, first_ok_at=NOW, last_ok_at=NOW)
    looked = replace(looked, source=replace(looked.source, **spec))  # type: ignore[arg-type]
    while now - NOW < until:
        update = decide_same(looked, Same(Validators()), None, moment(now)).update
        assert update.next_poll_at is not None
        waits.append((update.next_poll_at - now).total_seconds())
        looked = replace(looked, changed_at=update.changed_at)
        now = update.next_poll_at
    return waits


def test_every_holds_for_ever_unless_it_may_grow() -> None:
    assert set(unchanging(timedelta(days=30))) == {900.0}


def test_an_unchanging_page_is_asked_less_and_less_within_its_bounds() -> None:
    waits = unchanging(timedelta(days=30), slowest=21_600.0)
    assert waits == sorted(waits)
    assert waits[:10] == [900.0] * 10
    assert max(waits) == 21_600.0
    assert len(waits) < 30 * 96 / 10


def test_a_change_is_followed_by_looks_at_the_ordinary_pace() -> None:
    calm = seen_before(changed_at=NOW - timedelta(days=9))
    calm = replace(calm, source=replace(calm.source, slowest=21_600.0))
    state = DocumentState(id="doc_1", url=URL, version=1, text=b"old", text_hash=b"old")
    seen = Seen(b"new", b"new", "", None, "html", matched=Matched(), fetched=fetched())
    changed = decide_seen(calm, state, seen, moment())
    assert changed.update.changed_at == NOW
    assert changed.update.next_poll_at == NOW + timedelta(minutes=15)
    same = decide_same(calm, Same(Validators()), None, moment())
    assert same.update.next_poll_at == NOW + timedelta(hours=6)


def test_a_feeds_own_hint_is_remembered_while_it_is_not_read_again() -> None:
    feed = replace(seen_before(), subject=Subject.FEED, document_id="", hint=1800.0)
    same = decide_same(feed, Same(Validators()), None, moment())
    assert same.update.next_poll_at == NOW + timedelta(minutes=30)
    silent = decide_feed(feed, FeedSeen(fetched(), 0, ()), moment())
    assert silent.update.hint == 0
    assert silent.update.next_poll_at == NOW + timedelta(minutes=15)


def test_while_a_hub_tells_of_changes_a_feed_is_asked_rarely_until_the_lease_lapses() -> None:
    told = replace(seen_before(), subject=Subject.FEED, document_id="")
    for left, wanted in ((timedelta(days=9), timedelta(hours=3)), (timedelta(hours=1), timedelta(hours=1))):
        until = replace(told, pushed_until=NOW + left)
        assert decide_same(until, Same(Validators()), None, moment()).update.next_poll_at == NOW + wanted
    lapsed = replace(told, pushed_until=NOW)
    assert decide_same(lapsed, Same(Validators()), None, moment()).update.next_poll_at == NOW + timedelta(
        minutes=15
    )
