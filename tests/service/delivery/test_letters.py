from __future__ import annotations

import copy
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import PackageLoader

from service.delivery.letters import WHOLE_NOTICES, Letter, mail_for, prepare
from service.delivery.letters.labels import KINDS, TOPICS
from service.model import Category, Kind
from tests.service.letterbox import BASE, HOSTILE, NEW, OLD, Page, event, flat


def test_a_change_is_told_in_full_in_both_parts() -> None:
    letter = mail_for([event()], public_url=BASE)
    assert letter.subject == "Weakened: Quillnet on notice to users"
    text, page = flat(letter.text), Page(letter.html)
    for words in (
        OLD,
        NEW,
        "“unless the law forbids it”",
        "“will” became “may”",
        "Ada Quill, General Counsel (as quoted)",
        "Privacy notice",
        "20 November 2026, 08:30 UTC",
        "22 November 2026, 11:00 UTC (version 7, before: version 6)",
        "https://quillnet.example/privacy",
    ):
        assert words in text, words
        assert words in page.text, words
    for link in ("https://onrecord.example/changes/chg_42", "https://onrecord.example/api/v1/versions/ver_7"):
        assert link in text
        assert link in page.links


def test_word_differences_are_marked_in_both_parts() -> None:
    letter = mail_for([event()], public_url=BASE)
    assert "We [-will-]{+may+} notify you" in flat(letter.text)
    page = Page(letter.html)
    assert page.marks["del"] == ["will"]
    assert page.marks["ins"][0] == "may"
    styles = [dict(attrs).get("style", "") for tag, attrs in page.tags if tag in ("del", "ins")]
    assert all(styles)


def test_marks_stand_at_the_words() -> None:
    longer = event(old={"text": "We will always notify you."}, new={"text": "We may notify you ."})
    text = flat(mail_for([longer], public_url=BASE).text)
    assert "We [-will always-] {+may+} notify you ." in text


@pytest.mark.parametrize(("kind", "there", "not_there"), [("new", NEW, OLD), ("withdrawn", OLD, NEW)])
def test_a_one_sided_change_shows_its_side(kind: str, there: str, not_there: str) -> None:
    letter = mail_for([event(kind)], public_url=BASE)
    for part in (flat(letter.text), Page(letter.html).text):
        assert there in part
        assert not_there not in part
        assert "Word by word" not in part


def test_when_a_withdrawn_one_was_last_seen() -> None:
    withdrawn = event("withdrawn")
    withdrawn["data"]["document"]["last_seen"] = "2026-11-21T09:00:00Z"
    letter = mail_for([withdrawn], public_url=BASE)
    assert "21 November 2026, 09:00 UTC" in letter.text
    assert "21 November 2026, 09:00 UTC" in letter.html


def test_one_that_came_back_is_called_so() -> None:
    assert mail_for([event("new", back=True)], public_url=BASE).subject.startswith("Back again: Quillnet")


def test_every_kind_and_category_has_its_words() -> None:
    assert set(TOPICS) == set(Category)
    assert set(KINDS) == {k.value for k in Kind} - {"unrelated", "none"} | {
        "failing",
        "recovered",
        "flooded",
        "overdue",
        "signature",
        "disabled",
        "undelivered",
    }
    subject = mail_for([event(categories=["never", "notice", "challenge"])], public_url=BASE).subject
    assert subject == "Weakened: Quillnet on contesting requests and notice to users"


def test_lines_are_short_and_urls_whole() -> None:
    url = "https://quillnet.example/" + "long-way/" * 20
    letter = mail_for([event(document={"url": url, "title": "word " * 60})], public_url=BASE)
    assert url in letter.text
    assert all(len(line) <= 76 or url in line for line in letter.text.splitlines())


def test_letters_about_one_document_are_one_thread() -> None:
    first, second = (mail_for([event(sequence=n)], public_url=BASE) for n in (1, 2))
    other = mail_for([event(document={"url": "https://quillnet.example/terms"})], public_url=BASE)
    assert first.thread == second.thread != other.thread
    assert re.fullmatch(r"[a-z0-9-]{1,64}", first.thread)


def test_links_are_completed_or_left_out() -> None:
    bare = event(links={"change": "/changes/chg_1", "evidence": "/api/v1/versions/ver_7"})
    assert f"{BASE}/changes/chg_1" in mail_for([bare], public_url=BASE + "/").text
    alone = mail_for([bare], public_url="")
    assert "/changes/" not in alone.text + alone.html
    assert Page(alone.html).links == ["https://quillnet.example/privacy"] * 2


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http:x", "http://[", "//x"]
)
def test_only_web_addresses_become_links(url: str) -> None:
    sly = event(document={"url": url, "title": "Notice"}, links={"change": url, "evidence": url})
    assert Page(mail_for([sly], public_url="").html).links == []


def test_hostile_words_stay_words() -> None:
    sly = event(
        company=HOSTILE,
        old={"text": HOSTILE, "exception": HOSTILE},
        new={"text": HOSTILE + " more", "exception": ""},
        speaker={"name": HOSTILE, "role": HOSTILE, "attribution": HOSTILE},
        document={
            "url": "https://quillnet.example/?" + HOSTILE,
            "title": HOSTILE,
            "observed": "2026-11-22T12:00:00Z",
            "version": HOSTILE,
        },
        reason=HOSTILE,
    )
    clean = Page(mail_for([event()], public_url=BASE).html)
    for letter in (mail_for([sly], public_url=BASE), mail_for([sly, sly], public_url=BASE, digest=True)):
        assert letter.subject.isprintable()
        assert "\u202e" not in letter.text + letter.html
        letter.html.encode()
        page = Page(letter.html)
        assert {tag for tag, _ in page.tags} <= {tag for tag, _ in clean.tags} | {"h1", "ul", "li"}
        assert {a for _, attrs in page.tags for a in attrs} == {a for _, attrs in clean.tags for a in attrs}
        assert "<script>alert(1)</script> Bcc: eve@example.net" in page.text


def test_a_subject_is_short() -> None:
    assert len(mail_for([event(company="Quill " * 100)], public_url=BASE).subject) <= 120


def test_a_digest_goes_by_company_and_begins_with_the_worst() -> None:
    events = [
        event("strengthened", company="Tessellate", sequence=1),
        event("weakened", company="Quillnet", sequence=2),
        event("new", company="Quillnet", sequence=3),
        event("withdrawn", company="Quillnet", sequence=4),
        event("weakened", company="Harborlight", sequence=5),
    ]
    letter = mail_for(events, public_url=BASE, digest=True)
    assert (
        letter.subject
        == "Digest: 1 withdrawn, 2 weakened, 1 new, 1 strengthened (Quillnet, Harborlight and 1 more)"
    )
    assert letter.thread == "digest"
    page = Page(letter.html)
    for part in (letter.text, "".join(page.words)):
        told = re.findall(r"(?i)(withdrawn|weakened|new|strengthened): (\w+) on", part)
        assert [(kind.lower(), who) for kind, who in told] == [
            ("withdrawn", "Quillnet"),
            ("weakened", "Quillnet"),
            ("new", "Quillnet"),
            ("weakened", "Harborlight"),
            ("strengthened", "Tessellate"),
        ]
    assert [line for line in letter.text.splitlines() if line.startswith("==")] == [
        "== Quillnet ==",
        "== Harborlight ==",
        "== Tessellate ==",
    ]


def test_a_digest_of_one_is_a_digest() -> None:
    assert mail_for([event()], public_url=BASE, digest=True).subject == "Digest: 1 weakened (Quillnet)"


def test_a_great_digest_tells_the_worst_in_full_and_links_the_rest() -> None:
    events = [event("reworded", sequence=n) for n in range(1, 300)] + [event("withdrawn", sequence=300)]
    letter = mail_for(events, public_url=BASE, digest=True)
    assert letter.text.count("Before:") == WHOLE_NOTICES
    assert letter.text.index("chg_300\n") < letter.text.index("chg_1\n")
    for n in range(1, 301):
        assert f"{BASE}/changes/chg_{n}\n" in letter.text
        assert f'{BASE}/changes/chg_{n}"' in letter.html


def test_long_sentences_are_not_all_told_in_full() -> None:
    long = [event(sequence=n, old={"text": OLD * 60}, new={"text": NEW * 60}) for n in range(1, 100)]
    letter = mail_for(long, public_url=BASE, digest=True)
    assert 1 <= letter.text.count("Before:") < 10
    assert len(letter.html) < 120_000
    assert all(f"{BASE}/changes/chg_{n}\n" in letter.text for n in range(1, 100))


def test_a_failing_source_is_told() -> None:
    failing = {
        "type": "onrecord.source.failing",
        "source": "/sources/harbor%20light",
        "sequence": "7",
        "data": {
            "kind": "failing",
            "reason": "timeout",
            "url": "https://harborlight.example/",
            "failures": 5,
            "failing_since": "2026-11-22T12:00:00Z",
        },
    }
    letter = mail_for([failing], public_url=BASE)
    assert letter.subject == "Failing: harbor light"
    for part in (letter.text, Page(letter.html).text):
        for words in (
            "timeout",
            "https://harborlight.example/",
            "5",
            "22 November 2026, 12:00 UTC",
            "Failing since",
        ):
            assert words in part


@pytest.mark.parametrize(
    ("kind", "facts", "subject", "words"),
    [
        (
            "undelivered",
            {"reason": "given up after 10 attempts", "event": "evt_9", "delivery": "dlv_9"},
            "Undelivered: alerts to hooks.courier.example",
            (
                "given up after 10 attempts",
                "POST /api/v1/deliveries/dlv_9/retry",
                "not tried again by itself",
            ),
        ),
        (
            "disabled",
            {"reason": "the endpoint answered 410 Gone", "state": "disabled"},
            "Switched off: alerts to hooks.courier.example",
            ("the endpoint answered 410 Gone", "What it is owed is kept"),
        ),
        (
            "disabled",
            {"reason": "the reader unsubscribed", "state": "unsubscribed"},
            "Switched off: alerts to hooks.courier.example",
            ("the reader unsubscribed", "out of the configuration for one start"),
        ),
    ],
)
def test_who_is_not_told_and_what_to_do(
    kind: str, facts: dict[str, str], subject: str, words: tuple[str, ...]
) -> None:
    lost = {
        "type": f"onrecord.subscription.{kind}",
        "source": "/subscriptions/sub_9",
        "subject": "hooks.courier.example",
        "sequence": "8",
        "data": {"kind": kind, "endpoint": "hooks.courier.example", **facts, "subscription": "sub_9"},
    }
    letter = mail_for([lost], public_url=BASE)
    assert letter.subject == subject
    page = Page(letter.html)
    for part in (flat(letter.text), page.text):
        for said in ("sub_9", *words):
            assert said in part
    assert f"This subscription: {BASE}/subscriptions/sub_9" in letter.text
    assert f"{BASE}/subscriptions/sub_9" in page.links


def test_a_letter_says_where_it_can_be_ended() -> None:
    leave = f"{BASE}/unsubscribe/token"
    letter = mail_for([event()], public_url=BASE, leave=leave)
    assert letter.text.rstrip().endswith(f"No more of these letters: {leave}")
    assert Page(letter.html).links[-1] == leave
    without = mail_for([event()], public_url=BASE)
    assert "unsubscribe" not in without.text + without.html


def test_an_overdue_canary_is_told() -> None:
    overdue = event(due="2026-11-01T00:00:00Z", old={"text": OLD, "exception": ""}, new=None)
    overdue["type"] = "onrecord.canary.overdue"
    letter = mail_for([overdue], public_url=BASE)
    assert letter.subject == "Overdue: Quillnet on notice to users"
    for part in (flat(letter.text), Page(letter.html).text):
        assert "1 November 2026, 00:00 UTC" in part
        assert OLD in part


@pytest.mark.parametrize("part", ["data", "source", "subject", "sequence", "type"])
def test_an_event_that_lacks_something_is_still_told(part: str) -> None:
    less = event()
    del less[part]
    assert mail_for([less], public_url=BASE).text
    for key in list(event()["data"]):
        less = copy.deepcopy(event())
        less["data"][key] = None
        assert mail_for([less], public_url=BASE).text


def test_a_version_installed_meanwhile_changes_no_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    prepare()
    monkeypatch.setattr("os.path.getmtime", lambda _: -1.0)
    monkeypatch.setattr(
        PackageLoader, "get_source", lambda *_: ("what a newer version puts there", None, None)
    )
    letter = mail_for([event()], public_url=BASE)
    assert flat(NEW) in flat(letter.text)
    assert flat(NEW) in Page(letter.html).text


def test_no_event_is_no_letter() -> None:
    with pytest.raises(ValueError, match="nothing"):
        mail_for([], public_url=BASE)


@settings(deadline=None)
@given(st.text(st.characters(codec=None), max_size=80), st.text(max_size=80), st.booleans())
def test_any_words_make_a_letter(old: str, new: str, digest: bool) -> None:
    letter = mail_for(
        [
            event(
                old={"text": old, "exception": new},
                new={"text": new, "exception": old},
                reason=old,
                company=new,
            )
        ],
        public_url=BASE,
        digest=digest,
    )
    assert isinstance(letter, Letter)
    assert "\n" not in letter.subject
    letter.text.encode()
    letter.html.encode()
