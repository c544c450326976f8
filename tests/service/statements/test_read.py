from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.evaluate_articles import Tally, score, share, statements_of
from service.model import Attribution, Role
from service.statements.read import find_company, read
from watchers.model import Block, BlockKind, Document
from watchers.parse import read_document

ARTICLES = Path(__file__).parent / "articles"
SHARED = Path(__file__).resolve().parents[3] / "../shared"
STORIES = Path(__file__).resolve().parents[2] / "data"
LABELS = [json.loads(line) for line in (ARTICLES / "labels.jsonl").read_text("utf-8").splitlines()]


def _document(
    *paragraphs: str, url: str = "https://harborlight.example/post", title: str = "A post"
) -> Document:
    return Document(url, title, tuple(Block(BlockKind.PARAGRAPH, p) for p in paragraphs), "html")


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label["file"])
def test_articles_are_read_as_a_careful_reader_does(label: dict[str, object]) -> None:
    tally = score(statements_of(ARTICLES / str(label["file"]), label), label)
    assert tally.forbidden == [] or label["role"] == "company"
    assert tally.unlike == []
    assert share(tally.found, tally.expected) >= 0.5 or not tally.expected


def test_all_articles_together() -> None:
    total = Tally()
    for label in LABELS:
        if label["role"] == "news":
            total.add(score(statements_of(ARTICLES / label["file"], label), label))
    assert share(total.found, total.expected) >= 0.9
    assert share(total.taken - total.wrong, total.taken) >= 0.95


@pytest.mark.parametrize(
    "folder",
    [
        "stories",
        "stories-second",
        "stories-third",
        "stories-fourth",
        "stories-fifth",
        "stories-sixth",
        "stories-eighth",
        "stories-ninth",
        "stories-tenth",
        "stories-fifteenth",
        "stories-sixteenth",
        "stories-seventeenth",
        "stories-eighteenth",
    ],
)
def test_stories_that_were_labelled_before_any_rule_read_them(folder: str) -> None:
    total = Tally()
    for line in (STORIES / folder / "articles.jsonl").read_text("utf-8").splitlines():
        label = json.loads(line)
        total.add(score(statements_of(STORIES / folder / "articles" / label["file"], label), label))
    assert share(total.found, total.expected) >= 0.85
    assert share(total.taken - total.wrong, total.taken) >= 0.85
    assert share(total.company, total.found) >= 0.95
    assert share(total.attribution, total.found) >= 0.9


def test_a_companys_document_speaks_for_it_and_is_signed() -> None:
    document = _document(
        "To our customers,",
        "We only give data to the police when a court orders us to disclose it.",
        "Sincerely,",
        "Jane Roe",
        "General Counsel",
    )
    (statement,) = read(document, company="Harborlight").statements
    assert statement.company == "Harborlight"
    assert (statement.speaker.name, statement.speaker.role) == ("Jane Roe", "General Counsel")
    assert statement.speaker.attribution is Attribution.FIRST_PARTY
    assert statement.position == 1


def test_what_a_companys_post_quotes_of_others_is_left_out() -> None:
    document = _document(
        "On 3 May 2021 a newspaper wrote about us.",
        "One newspaper wrote that police have direct access to our customers' data.",
        "We have never given any government direct access to our customers' data.",
    )
    statements = read(document, company="Harborlight").statements
    assert [s.text[:13] for s in statements] == ["We have never"]


def test_every_sentence_is_in_the_reading() -> None:
    reading = read(_document("We sell tea. It is good tea."), company="Harborlight")
    assert reading.sentences == ("We sell tea.", "It is good tea.")
    assert reading.statements == ()


def test_news_without_a_company_says_nothing() -> None:
    document = _document("The police must get a court order before they access data, the minister said.")
    assert read(document, role=Role.NEWS).statements == ()


@pytest.mark.parametrize(
    ("url", "title", "text", "company"),
    [
        ("https://www.reddit.com/policies", "Privacy Policy", "We share little.", "Reddit"),
        ("https://x.example/", "Tessellate Privacy Policy", "Tessellate, Inc. is a company.", "Tessellate"),
        (
            "https://x.example/",
            "Our report",
            "The Quillnet team wrote this. Quillnet's users asked for it.",
            "Quillnet",
        ),
        ("https://x.example/", "Our report", "We wrote this.", ""),
    ],
)
def test_whose_document_it_is(url: str, title: str, text: str, company: str) -> None:
    assert find_company(_document(text, url=url, title=title)) == company


@pytest.mark.shared
def test_the_story_that_the_project_began_with() -> None:
    path = SHARED / "data/skype-denial-2013.txt"
    if not path.exists():
        pytest.skip("the labelled data is not beside the repository")
    document = read_document(
        path.read_bytes(), url="file:///skype", media_type="text/plain", charset="utf-8", name=path.name
    )
    statements = read(document, role=Role.NEWS).statements
    assert len(statements) >= 13
    assert {s.company for s in statements} == {"Microsoft"}
    assert {(s.speaker.name, s.speaker.role) for s in statements if s.speaker.name} == {
        ("Brad Smith", "General Counsel and Executive Vice President")
    }
    assert not any("Guardian" in s.text or "Snowden" in s.text for s in statements)


@pytest.mark.parametrize(
    ("title", "paragraphs", "owner"),
    [
        ("Privacy Policy | Harborlight", ("Harborlight respects your privacy.",), "Harborlight"),
        (
            "How we answer",
            ("Quillnet (“we”, “us”) may disclose data.", "Google processes payments."),
            "Quillnet",
        ),
        (
            "How we answer",
            (
                "This policy tells how Quillnet Inc. and its affiliates (together, “We”) answer.",
                "Google pays.",
            ),
            "Quillnet",
        ),
        ("How we answer", ("we may disclose personal information if you violate our terms.",) * 3, ""),
        ("Warrant canary, January 2024", ("Mossgate has not received a secret order.",), "Mossgate"),
        ("Requests like those Apple and Google get", ("At Tessellate, we read each.",), "Tessellate"),
        ("Guidelines", ("We read every request.",), ""),
    ],
)
def test_a_document_is_its_authors_not_that_of_a_company_it_names(
    title: str, paragraphs: tuple[str, ...], owner: str
) -> None:
    assert find_company(_document(*paragraphs, title=title)) == owner
