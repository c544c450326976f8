"""What bounds a promise or a disclosure: until, unless, where; and what bounds count where the verb is another."""

from __future__ import annotations

import pytest

from service.diff.kinds import classify
from service.diff.regions import find_regions
from service.model import Kind

WEAKER = [
    ("We do not hand over data.", "We do not hand over data until a court has ordered it."),
    (
        "We do not hand over data until a judge has approved the order.",
        "We do not hand over data until a judge or a prosecutor has approved the order.",
    ),
    (
        "We never disclose data before a court has ordered it.",
        "We never disclose data before a court or a prosecutor has ordered it.",
    ),
    (
        "We will not disclose your messages until a final order has been made.",
        "We will not disclose your messages until an order has been made.",
    ),
    (
        "We will not disclose your messages unless a final order has been made.",
        "We will not disclose your messages unless an order has been made.",
    ),
    (
        "We do not hand over data until we have checked the order.",
        "We do not hand over data until we have received the order.",
    ),
    (
        "We could not decrypt them if we were ordered to.",
        "We could not decrypt them if we were ordered to, as long as your backup is switched off.",
    ),
    (
        "The processor has not created back doors.",
        "To the best of its knowledge, the processor has not created back doors.",
    ),
    (
        "We have never received a secret order.",
        "So far as we are aware, we have never received a secret order.",
    ),
]
STRONGER = [
    (
        "We do not disclose names until a court has ordered it.",
        "We do not disclose names and addresses until a court has ordered it.",
    ),
    (
        "We will not delete the data until the order expires.",
        "We will not delete the data until the order expires or is withdrawn.",
    ),
]


@pytest.mark.parametrize(("old", "new"), WEAKER)
def test_less_is_promised(old: str, new: str) -> None:
    assert classify(old, new).kind is Kind.WEAKENED
    assert classify(new, old).kind is Kind.STRENGTHENED


@pytest.mark.parametrize(("old", "new"), STRONGER)
def test_more_is_promised(old: str, new: str) -> None:
    assert classify(old, new).kind is Kind.STRENGTHENED
    assert classify(new, old).kind is Kind.WEAKENED


@pytest.mark.parametrize(
    "text",
    [
        "we keep your data until the authority releases it.",
        "we do not notify users before we disclose their data.",
        "until further notice we do not charge for copies.",
    ],
)
def test_a_time_is_no_bound_of_a_denial(text: str) -> None:
    assert not find_regions(text)


def test_a_dropped_validity_is_told_as_a_limit() -> None:
    verdict = classify("We answer a valid order with account data.", "We answer an order with account data.")
    assert verdict.kind is Kind.WEAKENED
    assert verdict.reason.startswith("limit dropped: “valid”")


BOUNDED = [
    ("We may notify users.", "We will notify users unless prohibited by law."),
    ("We may notify users.", "We will use reasonable efforts to notify users."),
    ("We may notify users.", "We will usually notify users."),
    ("We may challenge the request.", "We will challenge the request where the law permits."),
    (
        "We reserve the right to notify users.",
        "We will notify users, to the extent permitted by law.",
    ),
    ("We do not notify users.", "We will notify users where we consider it appropriate."),
    (
        "We do not publish the number of requests.",
        "We will publish the number of requests, to the extent permitted by law.",
    ),
]


@pytest.mark.parametrize(("old", "new"), BOUNDED)
def test_a_bounded_promise_is_more_than_none(old: str, new: str) -> None:
    assert classify(old, new).kind is Kind.STRENGTHENED
    assert classify(new, old).kind is Kind.WEAKENED


GIVING = [
    ("only on a search warrant", "where required by law"),
    ("only on a court order", "where required by law"),
    ("if we believe in good faith that it is necessary", "for any reason"),
]


@pytest.mark.parametrize(("bound", "wider"), GIVING)
def test_more_is_given_where_less_is_asked(bound: str, wider: str) -> None:
    old, new = (f"We disclose account data to the police {way}." for way in (bound, wider))
    assert classify(old, new).kind is Kind.WEAKENED
    assert classify(new, old).kind is Kind.STRENGTHENED


def test_one_more_case_is_one_more_case() -> None:
    old = "We share data with the police with your consent or where the law requires it."
    new = "We share data with the police only with your consent."
    assert classify(old, new).kind is Kind.STRENGTHENED
    assert classify(new, old).kind is Kind.WEAKENED


def test_an_instrument_that_went_is_named() -> None:
    old = "We disclose account data to the police only on a search warrant."
    new = "We disclose account data to the police where required by law."
    assert classify(old, new).reason.startswith("warrant became “")


AT_WILL = [
    (
        "We do not share data with governments unless we consider it necessary.",
        "We do not share data with governments unless required by law.",
    ),
    (
        "Except in emergencies and where we see fit, we require a warrant.",
        "Except in emergencies, we require a warrant.",
    ),
    ("Acme does not challenge gag orders.", "Acme may challenge gag orders."),
]


@pytest.mark.parametrize(("old", "new"), AT_WILL)
def test_what_is_left_to_the_company_takes_more(old: str, new: str) -> None:
    assert classify(old, new).kind is Kind.STRENGTHENED
    assert classify(new, old).kind is Kind.WEAKENED


OTHERS = [
    (
        "Members are told two weeks later, unless the authority shows that this would endanger the investigation.",
        "Members are told two weeks later, unless the authority asks us not to.",
    ),
    ("There is nothing that we could hand over.", "There is little that we could hand over."),
    (
        "Orders from other countries have to be confirmed by a Norwegian court before we look at them.",
        "Orders from other countries have to be confirmed by a Norwegian authority before we look at them.",
    ),
    (
        "We tell you about it unless a judge forbids us to.",
        "We tell you about it unless an officer asks us not to.",
    ),
    (
        "We do not log connections, addresses or traffic.",
        "We do not log addresses or traffic.",
    ),
]


@pytest.mark.parametrize(("old", "new"), OTHERS)
def test_a_lesser_word_suffices(old: str, new: str) -> None:
    assert classify(old, new).kind is Kind.WEAKENED
    assert classify(new, old).kind is Kind.STRENGTHENED


def test_one_more_adjective_is_no_item_more() -> None:
    old = "No agency has direct access to our systems."
    new = "No agency has direct, unlimited access to our systems."
    assert classify(old, new).kind is not Kind.STRENGTHENED


ALL = [
    ("We require a warrant for the content of messages.", "We require a warrant for all data."),
    (
        "We do not disclose the content of messages to governments.",
        "We do not disclose any data to governments.",
    ),
    ("We may disclose all your data to the police.", "We may disclose your messages to the police."),
]


@pytest.mark.parametrize(("less", "more"), ALL)
def test_all_is_more_than_its_parts(less: str, more: str) -> None:
    assert classify(less, more).kind is Kind.STRENGTHENED
    assert classify(more, less).kind is Kind.WEAKENED


SOME = [
    "We have received no more than two gag orders.",
    "We have received not more than one gag order.",
    "We have received at most three gag orders.",
    "We have received fewer than five gag orders.",
    "We have never received more than two gag orders.",
]


@pytest.mark.parametrize("some", SOME)
def test_a_few_are_not_none(some: str) -> None:
    for none in ("We have never received a gag order.", "We have received no gag orders."):
        assert classify(none, some).kind is Kind.WEAKENED
        assert classify(some, none).kind is Kind.STRENGTHENED


def test_of_a_few_another_number_is_a_figure() -> None:
    old, new = (f"We have received no more than {n} gag orders." for n in ("two", "five"))
    assert classify(old, new).kind is Kind.FIGURE
