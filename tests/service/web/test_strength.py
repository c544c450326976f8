"""How firm a sentence is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from service.model import Category
from service.web.strength import SCALE, is_flat, strength, strength_of, weakest, weigh


@dataclass(frozen=True)
class Sentence:
    text: str
    exception: str = ""
    weight: tuple[int, int] | None = None


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
        ("Preservation requests must be sent through our portal.", "", Category.PRESERVATION, "States"),
        ("Your files are sent to the police.", "", Category.PRESERVATION, "Allows"),
    ],
)  # fmt: skip
def test_four_words(text: str, exception: str, category: Category, word: str) -> None:
    assert strength(text, exception, category).word == word


FLAT = Sentence("We notify every customer of each request.")
BOUND = Sentence("We notify customers, unless prohibited by law.", "unless prohibited by law")
GIVES = Sentence("We may disclose your information if required by a subpoena.")
TOLD = Sentence("Requests are sent through our portal.")


def _weakest(category: Category, *said: Sentence) -> tuple[str, Sentence] | None:
    found = weakest(said, category)
    return (found[0].word, found[1]) if found else None


def test_the_weakest_sentence_counts_and_mere_statements_do_not() -> None:
    assert _weakest(Category.NOTICE, FLAT, BOUND, FLAT) == ("Bounded", BOUND)
    assert _weakest(Category.DISCLOSURE, BOUND, GIVES) == ("Allows", GIVES)
    assert _weakest(Category.PRESERVATION, TOLD) == ("States", TOLD)
    assert _weakest(Category.VOLUME, FLAT, BOUND) == ("States", FLAT)
    assert _weakest(Category.NOTICE) is None


def test_no_more_is_weighed_than_it_takes() -> None:
    strength.cache_clear()

    weakest([BOUND, *(Sentence(f"We notify customer {n}.") for n in range(9))], Category.NOTICE)

    assert strength.cache_info().misses == 1


ABOUT = (Category.NOTICE, Category.DISCLOSURE, Category.PROCEDURE)


@pytest.mark.parametrize("one", [FLAT, BOUND, GIVES, TOLD])
def test_a_kept_weight_says_what_weighing_would(one: Sentence) -> None:
    kept = replace(one, weight=(SCALE, weigh(one.text, one.exception, ABOUT)))
    assert [strength_of(kept, c) for c in ABOUT] == [strength(one.text, one.exception, c) for c in ABOUT]
    assert is_flat(kept) == is_flat(one)


def test_a_kept_weight_is_believed_only_by_its_own_scale() -> None:
    other = weigh(TOLD.text, "", [Category.NOTICE]) ^ weigh(BOUND.text, BOUND.exception, [Category.NOTICE])
    assert other
    lie = weigh(BOUND.text, BOUND.exception, [Category.NOTICE])
    assert strength_of(replace(FLAT, weight=(SCALE, lie)), Category.NOTICE).word == "Bounded"
    assert strength_of(replace(FLAT, weight=(SCALE + 1, lie)), Category.NOTICE).word == "Firm"
