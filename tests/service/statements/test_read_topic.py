from __future__ import annotations

import pytest

from service.model import Category, Judgement
from service.statements.topic import kinds, share_about, speaks_of_it, writes_of_it
from service.statements.touch import touch

UNSURE = Judgement(relevant=False, score=0.3)
NO = Judgement(relevant=False, score=0.0)
ABOUT = 0.4


def test_a_story_is_about_the_matter_when_states_want_data_in_it() -> None:
    story = [
        "Police asked for the messages.",
        "A court ordered the records.",
        "The warrant named an account.",
        "It rained.",
    ]
    prices = [
        "Prices rose.",
        "A court fined the firm.",
        "The Chief Financial Officer resigned.",
        "Shares fell.",
    ]
    assert share_about([(touch(s), False) for s in story]) > 0.5
    assert share_about([(touch(s), False) for s in prices]) == 0.0


@pytest.mark.parametrize(
    ("text", "before", "expected"),
    [
        ("“Three times, out of seventeen,” the witness replied.", 3.0, True),
        ("“Customers are not routinely informed.”", 3.0, True),
        ("“Copper is dear,” she said.", 0.0, False),
        ("She declined to comment on the police request.", 3.0, False),
        ("Do you tell the customer?", 3.0, False),
    ],
)
def test_what_a_company_says_in_such_a_story_counts_by_what_it_holds_on_to(
    text: str, before: float, expected: bool
) -> None:
    assert speaks_of_it(text, UNSURE, touch(text), before, ABOUT) is expected


def test_in_other_stories_a_sentence_must_be_relevant_and_name_a_state() -> None:
    text = "“We will fight that in court,” she said."
    sure = Judgement(relevant=True, score=0.9)
    assert not speaks_of_it("“We will fight that,” she said.", sure, touch("We will fight that"), 3.0, 0.0)
    assert speaks_of_it(text, sure, touch(text), 0.0, 0.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No authority has ever had an account on our systems.", True),
        ("We refused 19 of the orders.", True),
        ("We think that the bill is a mistake.", False),
        ("A competitor of ours let detectives search its records.", False),
        ("We encrypt connections between our offices.", False),
        ("Write to your member of parliament.", False),
    ],
)
def test_a_post_promises_where_it_is_neither_opinion_nor_aside(text: str, expected: bool) -> None:
    assert writes_of_it(text, UNSURE, touch(text), 0.0, ABOUT) is expected


def test_a_kind_is_always_given() -> None:
    assert kinds("We told the customer.") == (Category.NOTICE,)
    assert kinds("We did.") == (Category.DISCLOSURE,)
    assert not speaks_of_it("Yes.", NO, touch("Yes."), 0.0, ABOUT)
