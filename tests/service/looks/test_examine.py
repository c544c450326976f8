"""One look at a document: parsed, read, set against what is known. Runs here as it runs in a worker."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from service.decision import Failed, Seen
from service.looks.examine import Look, examine, reread
from service.model import Judgement, Known, Role, Sentence
from service.statements.detection.detector import judge
from watchers.errors import ExtractError
from watchers.model import Fetched, Validators

URL = "https://harborlight.example/requests"
FILLER = (
    "Harborlight keeps the letters of choirs and clubs. Our offices are in Tern Bay, and this page explains in plain "
    "words how we treat what you entrust to us, whom you can ask about it, and how long an answer takes."
)
NEVER = "Harborlight has never received a National Security Letter."
NOTICE = "We will notify you before we disclose your data to law enforcement."
COURT = "We disclose the content of messages to the police only on a valid search warrant."


def page(*sentences: str) -> bytes:
    words = "".join(f"<p>{s}</p>" for s in (FILLER, FILLER.upper(), *sentences))
    html = (
        f"<html><head><title>Requests</title></head><body><main><h1>Requests</h1>{words}</main></body></html>"
    )
    return html.encode()


def fetched(body: bytes, final_url: str = URL) -> Fetched:
    return Fetched(
        url=URL, final_url=final_url, permanent_url=None, status=200, headers=(), body=body,
        sha256=hashlib.sha256(body).hexdigest(), media_type="text/html", charset=None, validators=Validators(),
        fresh_for=None,
    )  # fmt: skip


def first(*sentences: str) -> tuple[Look, Seen]:
    look = Look(url=URL, company="Harborlight", role=Role.COMPANY, fetched=fetched(page(*sentences)))
    return look, examine(look)


def then(seen: Seen, *sentences: str) -> Look:
    """The look after `seen` was recorded, at a page that now holds `sentences`."""
    assert seen.matched is not None
    known = tuple(
        Known(f"asr_{i}", statement, datetime(2026, 3, 1, tzinfo=UTC))
        for i, (statement, _, _) in enumerate(seen.matched.begun)
    )
    return Look(
        url=URL, company="Harborlight", role=Role.COMPANY, fetched=fetched(page(*sentences)),
        old_text=seen.text, old_hash=seen.text_hash, known=known,
    )  # fmt: skip


def test_a_first_look_begins_everything() -> None:
    _, seen = first(NEVER, NOTICE)
    assert seen.matched is not None
    assert [s.text for s, _, _ in seen.matched.begun] == [NEVER, NOTICE]
    assert (seen.title, seen.media, seen.company, seen.basis) == ("Requests", "html", "Harborlight", "page")


def test_the_same_text_in_other_markup_is_not_compared() -> None:
    _, seen = first(NEVER, NOTICE)
    again = then(seen, NEVER, f"<b>{NOTICE}</b>")
    assert examine(again).matched is None


def test_each_known_assurance_is_accounted_for_once() -> None:
    _, seen = first(NEVER, NOTICE, COURT)
    later = examine(then(seen, COURT, NOTICE.replace("will", "may")))
    assert later.matched is not None
    assert [lineage for lineage, _ in later.matched.kept] == ["asr_2"]
    assert [(a[0], a[1]) for a in later.matched.altered] == [("asr_1", "weakened")]
    assert [m[0] for m in later.matched.missing] == ["asr_0"]
    assert later.matched.begun == ()


def test_a_reading_of_the_same_text_finds_only_what_was_overlooked() -> None:
    _, seen = first(NEVER, NOTICE)
    look = then(seen, NEVER, NOTICE)
    overlooked = replace(look, known=look.known[:1], outdated=True)
    again = reread(overlooked, "Requests", "html")
    assert again.technical
    assert again.matched is not None
    assert [lineage for lineage, _ in again.matched.kept] == ["asr_0"]
    assert [s.text for s, _, _ in again.matched.begun] == [NOTICE]


def test_a_redirect_to_the_home_page_is_not_the_document() -> None:
    look = Look(
        url=URL, company="", role=Role.COMPANY, fetched=fetched(page(NEVER), "https://harborlight.example/")
    )
    with pytest.raises(ExtractError) as caught:
        examine(look)
    assert caught.value.reason == "redirected"


def test_what_is_left_of_a_page_is_believed_only_when_told_to() -> None:
    _, seen = first(NEVER, NOTICE, COURT)
    stub = replace(
        then(seen), fetched=fetched(b"<html><body><main><p>Soon more here.</p></main></body></html>")
    )
    with pytest.raises(ExtractError) as caught:
        examine(stub)
    assert caught.value.reason == "collapsed"
    believed = examine(replace(stub, lenient=True))
    assert believed.matched is not None
    assert len(believed.matched.missing) == 3


def test_another_page_in_its_place_withdraws_nothing_but_a_cleared_page_does() -> None:
    _, seen = first(NEVER, NOTICE, COURT)
    home = "".join(
        f"<p>Welcome to our shop number {n}, where the kettle is always on.</p>" for n in range(12)
    )
    other = f"<html><head><title>Shop</title></head><body><main><h1>Welcome</h1>{home}</main></body></html>".encode()
    with pytest.raises(ExtractError) as caught:
        examine(replace(then(seen), fetched=fetched(other)))
    assert caught.value.reason == "collapsed"
    cleared = examine(then(seen))
    assert cleared.matched is not None
    assert len(cleared.matched.missing) == 3


def test_the_fuller_of_page_and_feed_is_read() -> None:
    feed = f"<p>{FILLER}</p><p>{NEVER}</p><p>{NOTICE}</p>"
    short = Look(
        url=URL, company="Harborlight", role=Role.COMPANY, fetched=fetched(b"<p>Read more in our app.</p>"),
        feed_content=feed.encode(), title="A letter",
    )  # fmt: skip
    seen = examine(short)
    assert (seen.basis, seen.title, seen.media) == ("feed", "A letter", "feed")
    assert seen.matched is not None
    assert len(seen.matched.begun) == 2
    assert examine(replace(short, fetched=fetched(page(NEVER, NOTICE, COURT)))).basis == "page"


def test_the_feed_stands_in_for_a_page_that_failed_and_says_so() -> None:
    problem = Failed("not_found", "404")
    look = Look(
        url=URL,
        company="Harborlight",
        role=Role.COMPANY,
        problem=problem,
        feed_content=f"<p>{NEVER}</p>".encode(),
    )
    seen = examine(look)
    assert (seen.basis, seen.page_problem) == ("feed", problem)


def test_a_news_story_is_whose_assurances_it_reports() -> None:
    story = page("Harborlight said on Monday that it has never given the police its encryption keys.")
    look = Look(url=URL, company="", role=Role.NEWS, fetched=fetched(story))
    seen = examine(look)
    assert seen.matched is not None
    assert {s.company for s, _, _ in seen.matched.begun} <= {"Harborlight"}


def test_a_text_that_breaks_off_inside_a_sentence_is_no_page() -> None:
    _, seen = first(NEVER, NOTICE, COURT)
    with pytest.raises(ExtractError) as caught:
        examine(then(seen, NEVER, NOTICE[:30]))
    assert caught.value.reason == "cut"
    shorter = examine(then(seen, NEVER, NOTICE))
    assert shorter.matched is not None
    assert len(shorter.matched.missing) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        f"<del>{NOTICE}</del>",
        f"<s>{NOTICE}</s> {COURT}",
        f"<div><strike>{NOTICE}</strike></div>",
        f"</p><h2>No longer in force</h2><h3>Notice</h3><p>{NOTICE}",
        f"</p><h2>Superseded commitments (until May 2024)</h2><p>{NOTICE}",
        f"</p><h2>Previous versions of this policy</h2><p>{NOTICE}",
    ],
)
def test_what_is_struck_out_or_superseded_is_not_said_any_more(sentence: str) -> None:
    _, seen = first(NEVER, NOTICE)
    looked = examine(then(seen, NEVER, sentence))
    assert looked.matched is not None
    assert [lineage for lineage, _, _ in looked.matched.missing] == ["asr_1"]


def test_what_stands_after_a_superseded_part_is_said() -> None:
    _, seen = first(f"</p><h2>No longer in force</h2><p>{NOTICE}</p><h2>Requests</h2><p>{COURT}")
    assert seen.matched is not None
    assert [s.text for s, _, _ in seen.matched.begun] == [COURT]


def test_what_stood_there_before_is_judged_as_the_record_has_it() -> None:
    """Only what is new is asked of the detector, and the outcome is that of a whole reading."""
    _, seen = first(NEVER, NOTICE, COURT)
    look = then(seen, NEVER, "We may notify you before we disclose your data to law enforcement.", COURT)
    remembering = examine(look)
    whole = examine(replace(look, known=tuple(replace(k, missing_since=k.since) for k in look.known)))
    assert remembering.matched is not None
    assert whole.matched is not None
    assert remembering.matched == whole.matched
    assert [change[1] for change in remembering.matched.altered] == ["weakened"]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sentences that the detector is asked about."""
    texts: list[str] = []

    def spy(sentences: Sequence[Sentence]) -> tuple[Judgement, ...]:
        texts.extend(sentence.text for sentence in sentences)
        return judge(sentences)

    monkeypatch.setattr("service.statements.read.judge", spy)
    return texts


def test_a_standing_sentence_is_not_asked_of_the_detector_again(asked: list[str]) -> None:
    _, seen = first(NEVER, NOTICE)
    asked.clear()
    examine(then(seen, NEVER, NOTICE, COURT))
    assert asked == [COURT]


def test_nor_is_one_before_which_another_is_new(asked: list[str]) -> None:
    """Whatever a neighbour does, an assurance that stands as it stood is kept, and nothing else is found."""
    idle = "Our choir rehearses on the first Monday of a month."
    _, seen = first(f"{NEVER} {NOTICE} {idle}")
    asked.clear()
    look = examine(then(seen, f"{NEVER} {COURT} {NOTICE} {FILLER} {idle}"))
    assert NOTICE not in asked
    assert idle not in asked
    assert look.matched is not None
    assert (len(look.matched.kept), len(look.matched.begun), look.matched.missing) == (2, 1, ())


def test_nor_is_a_standing_one_forgotten_that_is_known_by_its_number_in_a_list() -> None:
    """As records of earlier versions have it. Else the page is no canary any more, and its deadline is given up."""
    renewed = "This page was signed on 1 March 2026 and is void after 5 April 2026."
    day = datetime(2026, 3, 2, tzinfo=UTC)
    _, seen = first(f"1. {NEVER}", FILLER, FILLER, renewed)
    look = then(seen, f"1. {NEVER}", FILLER, FILLER, renewed, "Our choir rehearses on Mondays.")
    numbered = tuple(
        replace(k, statement=replace(k.statement, text=f"1. {k.statement.text}")) for k in look.known
    )
    found = examine(replace(look, known=numbered, at=day))
    assert found.matched is not None
    assert [lineage for lineage, _ in found.matched.kept] == [k.assurance for k in numbered]
    assert found.canary is not None
    assert found.canary.due == date(2026, 4, 5)


def test_what_waits_as_missing_is_not_found_again_in_a_sentence_like_it() -> None:
    """Whatever else is edited before its withdrawal is confirmed."""
    alike = "Harborlight has never received a preservation letter from the FBI."
    _, seen = first(NEVER.replace(".", " from the FBI."), alike, COURT)
    later = examine(then(seen, alike, COURT))
    assert later.matched is not None
    assert [lineage for lineage, *_ in later.matched.missing] == ["asr_0"]
    look = then(seen, alike, COURT, "Our choir rehearses on Mondays.")
    known = (replace(look.known[0], missing_since=look.known[0].since), *look.known[1:])
    again = examine(replace(look, old_text=later.text, old_hash=later.text_hash, known=known))
    assert again.matched is not None
    assert [lineage for lineage, *_ in again.matched.missing] == ["asr_0"]


def test_one_that_leans_on_another_is(asked: list[str]) -> None:
    leans = "They are told of it first."
    _, seen = first(f"{NEVER} {leans}")
    asked.clear()
    examine(then(seen, f"{NEVER} {COURT} {leans}"))
    assert leans in asked


def test_an_item_is_judged_by_the_words_that_lead_to_it(asked: list[str]) -> None:
    items = (
        "<ul><li>the content of messages, to the police</li><li>what a court orders us to hand over</li></ul>"
    )
    _, seen = first(f"We disclose to the authorities:</p>{items}<p>{NEVER}")
    asked.clear()
    examine(then(seen, f"We never disclose to the authorities:</p>{items}<p>{NEVER}"))
    assert "the content of messages, to the police" in asked


def test_a_figure_that_is_another_one_makes_no_other_sentence(asked: list[str]) -> None:
    count = "In 2025 we received {} requests from law enforcement, unless {} were sent twice."
    _, seen = first(NEVER, count.format(1204, 3))
    asked.clear()
    look = examine(then(seen, NEVER, count.format(1319, 4)))
    assert asked == []
    assert look.matched is not None
    ((_, kind, new, _, _),) = look.matched.altered
    assert (kind, new.exception) == ("figure", "unless 4 were sent twice")


@pytest.mark.parametrize(("before", "now"), [("0", "12"), ("12", "0")])
def test_nought_is_no_figure_like_others(asked: list[str], before: str, now: str) -> None:
    count = "In 2025 we received {} requests from law enforcement."
    _, seen = first(NEVER, count.format(before))
    asked.clear()
    examine(then(seen, NEVER, count.format(now)))
    assert asked == [count.format(now)]


GERMAN = (
    "Wir geben Daten unserer Kundinnen und Kunden nur dann an Behörden weiter, wenn uns ein Gericht dazu verpflichtet. "
    "Polizei und Nachrichtendienste haben keinen direkten Zugriff auf unsere Server. "
) * 6


def bilingual(*english: str) -> Look:
    body = page(GERMAN, *english, GERMAN).decode().replace(FILLER, GERMAN).replace(FILLER.upper(), GERMAN)
    return Look(url=URL, company="Harborlight", role=Role.COMPANY, fetched=fetched(body.encode()))


def test_the_english_passage_of_a_bilingual_page_is_compared_and_its_loss_is_no_withdrawal() -> None:
    seen = examine(bilingual(NEVER, NOTICE, COURT))
    assert seen.matched is not None
    assert (seen.language, [s.text for s, _, _ in seen.matched.begun]) == ("de", [NEVER, NOTICE, COURT])
    later = then(seen)
    shorter = examine(replace(later, fetched=bilingual(NEVER, COURT).fetched)).matched
    assert shorter is not None
    assert len(shorter.missing) == 1
    with pytest.raises(ExtractError, match="another language"):
        examine(replace(later, fetched=bilingual().fetched))


def test_an_english_page_that_comes_in_german_with_an_english_passage_withdraws_nothing() -> None:
    _, seen = first(NEVER, NOTICE, COURT)
    with pytest.raises(ExtractError, match="another language"):
        examine(replace(then(seen), fetched=bilingual(NOTICE, COURT).fetched))
