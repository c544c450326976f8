"""How firm a sentence is."""

from __future__ import annotations

import pytest

from service.model import Category
from service.web.strength import ALLOWS, BOUNDED, FIRM, STATES, contradicts, strength, weakest


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


def test_a_flat_promise_beside_one_that_takes_it_back() -> None:
    assert contradicts([FIRM, ALLOWS])
    assert not contradicts([BOUNDED, ALLOWS])


@pytest.mark.parametrize(
    ("text", "category", "word"),
    [
        ("The officer in charge has to sign the emergency form.", Category.EMERGENCY, "States"),
        ("In an emergency we may disclose data to the police without a warrant.", Category.EMERGENCY, "Allows"),
        ("An extension needs a second letter.", Category.PRESERVATION, "States"),
        ("We preserve the records of an account for 90 days.", Category.PRESERVATION, "Allows"),
        ("We do not preserve data at the request of an agency.", Category.PRESERVATION, "Firm"),
    ],
)  # fmt: skip
def test_how_an_emergency_is_handled_promises_nothing(text: str, category: Category, word: str) -> None:
    """So it contradicts nothing, either."""
    assert strength(text, "", category).word == word


def test_what_a_sentence_is_about_is_no_hedge() -> None:
    text = "For basic subscriber records we require a subpoena."
    assert strength(text, "", Category.LEGAL_PROCESS) is FIRM
