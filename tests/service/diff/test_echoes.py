"""A sentence that another one of the page says over again is no news, come or gone."""

import pytest

from service.diff.align import compare_readings
from service.diff.echoes import echoes, same_claim
from service.model import Kind, Reading
from tests.service.diff.readings import PROMISES, kinds, reading

STOOD = "Our lawyers review every request and reject those that are overbroad."
AGAIN = (
    "Examples of what we do: Our lawyers review every request and reject those that are overbroad.",
    "Every request is reviewed by our lawyers, who reject those that are overbroad.",
    "Our lawyers review each request, and they reject those which are overbroad.",
)


@pytest.mark.parametrize("copy", AGAIN)
def test_a_copy_in_other_words_is_neither_new_nor_withdrawn(copy: str) -> None:
    once, twice = reading(PROMISES), reading((*PROMISES, copy))
    assert kinds(compare_readings(once, twice)) == []
    assert kinds(compare_readings(twice, once)) == []


def test_a_copy_is_no_partner_of_a_sentence_that_went() -> None:
    gone = "Our lawyers review every request from abroad and reject those that are incomplete."
    found = compare_readings(reading((*PROMISES, gone)), reading((*PROMISES, AGAIN[1])))
    assert kinds(found) == [Kind.WITHDRAWN]


def test_a_copy_that_is_rewritten_is_told() -> None:
    may = "Our lawyers may review each request, and they may reject those which are overbroad."
    found = compare_readings(reading((*PROMISES, AGAIN[2])), reading((*PROMISES, may)))
    assert kinds(found) == [Kind.WEAKENED]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("We have received no order from the FBI.", "We have received no order from the NSA."),
        ("We have put no back door into our hardware.", "We have put no back door into our software."),
        ("We record every visit of an officer.", "We may record every visit of an officer."),
        ("We keep records for 90 days on request.", "We keep records for 30 days on request."),
        ("We tell clients before we open a vault.", "We tell clients after we open a vault."),
    ],
)
def test_two_claims_are_no_echo(one: str, other: str) -> None:
    assert not same_claim(one, other)
    assert kinds(compare_readings(reading((*PROMISES, one, other)), reading((*PROMISES, other)))) == [
        Kind.WITHDRAWN
    ]


def test_nothing_is_an_echo_of_nothing() -> None:
    assert echoes([], [STOOD]) == []
    assert echoes([STOOD], []) == []
    assert echoes([STOOD], [STOOD]) == [0]


TWICE = "Officers must name the account that they ask about in each request."


def test_a_copy_that_goes_where_another_goes_on_is_no_withdrawal() -> None:
    now = "Account: Officers must name the account, by its number or its address, in each request."
    found = compare_readings(reading((TWICE, *PROMISES, TWICE)), reading((now, *PROMISES)))
    assert Kind.WITHDRAWN not in kinds(found)
    assert len(kinds(found)) == 1


def test_two_copies_in_nearly_the_same_words_are_withdrawn_once() -> None:
    other = "Officers must name each account they ask about in the requests."
    found = compare_readings(reading((TWICE, *PROMISES, other)), reading(PROMISES))
    assert kinds(found) == [Kind.WITHDRAWN]
    assert kinds(compare_readings(reading(PROMISES), reading((TWICE, *PROMISES, other)))) == [Kind.NEW]


def test_a_sentence_that_became_a_list_whose_lead_in_says_nothing_of_states_goes_on() -> None:
    """The detector sees an assurance in one item only."""
    whole = (
        "Notwithstanding the above, we may keep, use, or disclose your data if we believe that it is needed to comply"
        " with a law, legal process, or government request; to protect the safety of any person; or to keep our"
        " platform whole."
    )
    lead = "We may keep, use, or disclose your data if we believe that it is needed to:"
    items = (
        "comply with a law, legal process, or government request;",
        "protect the safety of any person;",
        "keep our platform whole.",
    )
    before = reading((*PROMISES, whole))
    after = reading((*PROMISES, items[0]))
    after = Reading(after.statements, (*PROMISES, lead, *items))
    for old, new in ((before, after), (after, before)):
        assert kinds(compare_readings(old, new)) == [Kind.REWORDED]
