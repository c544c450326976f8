"""Words as they are shown: nothing lost at the marks, long stretches cut."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from service.diff.words import Segment
from service.model import Speaker
from service.store.views import ChangeView, SideView
from service.web.present import segments
from service.web.templating import condensed, edged, render

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def side(text: str) -> SideView:
    return SideView(text, "", "", Speaker())


def change(old: str | None, new: str | None) -> ChangeView:
    return ChangeView(
        id="chg_01M7YNAYM00W738EYCFBYSMKA2",
        kind="weakened",
        company="Harborlight",
        categories=(),
        source="harborlight",
        assurance="asr_1",
        old=side(old) if old is not None else None,
        new=side(new) if new is not None else None,
        score=0.9,
        reason="",
        note="",
        announced=True,
        observed_at=AT,
        last_seen_at=None,
        document_id="doc_1",
        document_url="javascript:alert(1)",
        document_title="",
        published=None,
        version_id="ver_1",
        version=2,
        previous_version=1,
    )


def test_one_side_alone_is_put_in_or_taken_out() -> None:
    assert segments(change(None, "a b")) == (Segment("insert", "a b"),)
    assert segments(change("a b", None)) == (Segment("delete", "a b"),)


def test_marks_hug_words_and_lose_nothing() -> None:
    given = (
        Segment("equal", "We "),
        Segment("insert", " may "),
        Segment("delete", " "),
        Segment("equal", "go"),
    )

    shown = list(edged(given))

    assert "".join(s.text for s in shown) == "".join(s.text for s in given)
    assert [s.text for s in shown if s.op == "insert"] == ["may"]


def test_long_stretches_are_cut_to_what_stands_beside_the_change() -> None:
    before, after = "word " * 200, " tail" * 200
    shown = condensed(change(f"{before}old{after}", f"{before}new{after}"))

    text = "".join(s.text for s in shown)
    assert len(text) < 500
    assert "word old" in "".join(s.text for s in shown if s.op != "insert")
    assert text.startswith("… word")
    assert text.endswith("tail …")


def test_a_short_text_is_shown_whole() -> None:
    one = change("We tell you before.", "We tell you after.")

    assert condensed(one) == segments(one)


def test_a_long_new_statement_is_cut_at_a_word() -> None:
    shown = condensed(change(None, "word " * 1000))

    assert len(shown[0].text) < 910
    assert shown[0].text.endswith("word …")


def test_what_cannot_be_linked_is_not() -> None:
    one = replace(change("a", "b"), document_title="<b>")

    html = render("feed_entry.html", change=one, segments=segments(one), base="https://record.example")

    assert "javascript" not in html
    assert "&lt;b&gt;" in html
    assert "<del>a</del><ins>b</ins>" in html
