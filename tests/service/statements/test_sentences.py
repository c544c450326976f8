"""Sentences as legal and press prose needs them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.statements.sentences import split, split_text, states
from watchers.model import Block, BlockKind, Document

ONE_SENTENCE = [
    "The U.S. Government has not asked Harborlight Inc. for anything.",
    "See 18 U.S.C. § 2703(d) and Art. 6(1)(c) of Reg. No. 2016/679 for the grounds.",
    "Doe v. Quillnet was decided on Jan. 5 by Judge A. Stern.",
    "We charge a fee, e.g. 3.5 per cent, i.e. what the copying costs.",
    "Visit https://quillnet.example/law.html?q=1.2 or write to law@quillnet.example now.",
    "(a) Tessellate, Inc. will tell you, unless the law forbids it.",
    "Mr. Dahl and Dr. Ruiz of Harborlight Ltd. signed the letter.",
    "Yahoo! Mail and others were asked too.",
]


@pytest.mark.parametrize("text", ONE_SENTENCE)
def test_abbreviations_and_citations_do_not_end_a_sentence(text: str) -> None:
    assert split_text(text) == (text,)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("We refused. They sued.", ("We refused.", "They sued.")),
        ("It happened in the U.S. We refused.", ("It happened in the U.S.", "We refused.")),
        ("Ask Quillnet Inc. The form is below.", ("Ask Quillnet Inc.", "The form is below.")),
        ("Is it so? No. We never did.", ("Is it so?", "No.", "We never did.")),
        ("He waited… Then he signed.", ("He waited…", "Then he signed.")),
        ("“We never did. We never will,” she said.", ("“We never did.", "We never will,” she said.")),
        ('"It is false." The firm said so.', ('"It is false."', "The firm said so.")),
        ("It is kept (see Sec. 4.) It is safe.", ("It is kept (see Sec. 4.)", "It is safe.")),
        ("It is so.[12] It was so.", ("It is so.[12]", "It was so.")),
        ("We sign • We publish • We wait", ("We sign", "We publish", "We wait")),
        ("1. None so far. 2. No raid.", ("None so far.", "No raid.")),
        ("1. We have not received any secret order.", ("We have not received any secret order.",)),
        ("(12) No key was given away.", ("No key was given away.",)),
        ("3. March was quiet.", ("3. March was quiet.",)),
        ("2.5 requests came in a week.", ("2.5 requests came in a week.",)),
        ("We hold none.We say so.", ("We hold none.", "We say so.")),
        ("• We ask for a warrant.", ("We ask for a warrant.",)),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, parts: tuple[str, ...]) -> None:
    assert split_text(text) == parts


@given(st.text(alphabet="aB. “”\"'!?…•;:()1\n\tU.S", max_size=80))
def test_pieces_are_substrings_in_order(text: str) -> None:
    at = 0
    for piece in split_text(text):
        at = text.index(piece, at) + len(piece)


def test_nothing_without_letters_is_a_sentence() -> None:
    assert split_text(" *** … 12. ") == ()


def _document(*blocks: Block) -> Document:
    return Document(url="https://quillnet.example/", title="", blocks=blocks, media="html")


def test_prev_is_the_sentence_before_in_the_block_or_the_lead_in() -> None:
    lead = "We disclose data:"
    first, item, after = split(
        _document(
            Block(BlockKind.PARAGRAPH, "We wait.", heading="Law"),
            Block(BlockKind.ITEM, "when a court orders it. We check.", heading="Law", lead_in=lead, level=1),
        )
    )
    assert (first.prev, first.heading, first.block) == ("", "Law", 0)
    assert (item.prev, item.block) == (lead, 1)
    assert after.prev == item.text


def test_a_paragraph_does_not_read_a_lead_in() -> None:
    (only,) = split(_document(Block(BlockKind.PARAGRAPH, "We wait.", lead_in="We disclose data:")))
    assert only.prev == ""


def test_quoted_carries_over_the_sentences_of_a_quotation() -> None:
    marks = [
        s.quoted
        for s in split(_document(Block(BlockKind.PARAGRAPH, "He said “no. Never. Not once.” Then he left.")))
    ]
    assert marks == [True, True, True, False]


def test_a_block_quotation_is_quoted() -> None:
    assert split(_document(Block(BlockKind.QUOTE, "We never did.")))[0].quoted


@pytest.mark.parametrize(
    ("heading", "speaks"),
    [
        ("We have never received a secret order", True),
        ("Requests from law enforcement", False),
        ("What do we disclose to the police?", False),
        ("Our policy", False),
    ],
)
def test_only_a_heading_that_makes_a_statement_is_a_sentence(heading: str, speaks: bool) -> None:
    assert states(heading) is speaks
    assert len(split(_document(Block(BlockKind.HEADING, heading, level=2)))) == int(speaks)


def test_splitting_stays_linear() -> None:
    for text in ("a. " * 60_000, "“" * 60_000 + ". A", "U.S. " * 40_000, "A." * 60_000, " " * 60_000):
        start = time.process_time()
        split_text(text)
        assert time.process_time() - start < 2
