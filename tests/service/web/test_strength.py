"""How firm a sentence is."""

from __future__ import annotations

import pytest

from service.model import Category
from service.web.strength import BOUNDED, FIRM, STATES, strength, weakest


@pytest.mark.parametrize(
    ("text", "exception", "category", "word"),
    [
        ("No government has direct access to our servers.", "", Category.DIRECT_ACCESS, "Firm"),
        ("Tessellate does not currently give any government direct access to its servers.", "",
         Category.DIRECT_ACCESS, "Bounded"),
        ("We will notify users before we disclose their data, unless prohibited by law.",
         "unless prohibited by law", Category.NOTICE, "Bounded"),
        ("We may notify users.", "", Category.NOTICE, "Bounded"),
        ("We may disclose your information if required by a subpoena.", "", Category.DISCLOSURE, "Allows"),
        ("We disclose content only on a valid court order.", "", Category.LEGAL_PROCESS, "Firm"),
        ("Requests are sent through our portal.", "", Category.PROCEDURE, "States"),
    ],
)  # fmt: skip
def test_four_words(text: str, exception: str, category: Category, word: str) -> None:
    assert strength(text, exception, category).word == word


def test_the_weakest_sentence_counts_and_mere_statements_do_not() -> None:
    assert weakest([FIRM, BOUNDED, STATES]) is BOUNDED
    assert weakest([STATES]) is STATES
    assert weakest([]) is None
