from __future__ import annotations

import pytest

from service.statements.names.companies import survey
from service.statements.speech.interviews import ASKS, turns
from service.statements.speech.letters import salutes, signatory
from service.statements.speech.people import Voice
from watchers.model import Block, BlockKind, Document

NOBODY = Voice()
ROE = Voice("Jane Roe", "General Counsel")


def _signed(*paragraphs: str, author: str = "") -> Voice:
    blocks = tuple(Block(BlockKind.PARAGRAPH, p) for p in paragraphs)
    return signatory(
        Document("https://x.example/", "A post", blocks, "html", author=author), lambda: survey(paragraphs)
    )


@pytest.mark.parametrize(
    ("paragraphs", "voice"),
    [
        (("Posted by Jane Roe, General Counsel, on 1 May 2020", "We refuse."), ROE),
        (("What we do By Jane Roe, General Counsel at Tessellate", "We refuse."), ROE),
        (("From Jane Roe, General Counsel", "We refuse."), ROE),
        (("We refuse.", "Sincerely,", "Jane Roe", "General Counsel"), ROE),
        (("We refuse.", "— Jane Roe, General Counsel"), ROE),
        (("Jane Roe, for the administrators of the co-op", "We refuse."), Voice("Jane Roe", "administrator")),
        (("Published by the Tessellate policy team", "We refuse."), NOBODY),
        (("We refuse.", "The Tessellate Team"), NOBODY),
        (("We refuse.", "Law Enforcement Response"), NOBODY),
    ],
)
def test_bylines_and_signatures_name_the_author(paragraphs: tuple[str, ...], voice: Voice) -> None:
    assert _signed(*paragraphs) == voice


def test_the_documents_own_author_is_believed_when_a_person() -> None:
    assert _signed("We refuse.", author="Jane Roe") == Voice("Jane Roe")
    assert _signed("We refuse.", author="admin") == NOBODY


def test_letters_open_with_a_salutation() -> None:
    assert salutes("Dear customers,")
    assert salutes("To everyone who uses Tessellate,")
    assert not salutes("To sum up: we refuse. It is not done.")


def test_turns_follow_the_labels_and_go_on_below_them() -> None:
    texts = ["An introduction.", "TT: Do you?", "Roe: No.", "Not ever.", "TT: Why?", "Roe: Because."]
    named = {"Roe": "Jane Roe"}
    assert turns(texts, lambda w: named.get(w, "")) == ("", ASKS, "Jane Roe", "Jane Roe", ASKS, "Jane Roe")


def test_a_lone_label_is_no_interview() -> None:
    assert turns(["Note: we refuse.", "And so on."], lambda _: "") == ("", "")
