"""Sentences at the same place of two texts; whom alone a sentence is about; one more case; none that became one."""

from __future__ import annotations

import pytest

from service.diff.align import compare_readings
from service.diff.kinds import classify
from service.diff.places import same_places
from service.model import Category, Kind, Reading, Speaker, Statement

BEFORE = "The log books of our boats are kept for a year."
AFTER = "If nobody signs it, ask why."
SIGNED = "We will sign this page again on the first Monday of each month."
AIMED = "We aim to sign this page twice a year."

LESS = (
    (
        "Neither we nor our hosts can decrypt the data of customers for an authority.",
        "For customers with a plan of their own, neither we nor our hosts can decrypt the data of customers for an "
        "authority.",
    ),
    (
        "We notify you before we answer an order.",
        "For users in Norway, we notify you before we answer an order.",
    ),
    (
        "We give recordings to the police only when they bring a warrant.",
        "We give recordings to the police only when they bring a warrant, or when a life is at stake and no judge can "
        "be found.",
    ),
    (
        "Our lawyers examine every demand before anything leaves our systems.",
        "Our lawyers examine every demand for messages before anything leaves our systems.",
    ),
    ("We have received 0 subpoenas from any agency.", "We have received 1 subpoena from an agency."),
)
AS_GOOD = (
    (
        "If we find such pictures, we report them to the police.",
        "If we find such pictures, we report them, together with the name of the sender, to the police.",
    ),
)


def _reading(*texts: str, told: int) -> Reading:
    """Sentences, of which the one at `told` is a statement."""
    statement = Statement(texts[told], "Gannet", Speaker(), (Category.TRANSPARENCY,), "", 0.9, position=told)
    return Reading((statement,), texts)


@pytest.mark.parametrize(("more", "less"), LESS)
def test_less_is_promised_and_more_on_the_way_back(more: str, less: str) -> None:
    assert classify(more, less).kind is Kind.WEAKENED
    assert classify(less, more).kind is Kind.STRENGTHENED


@pytest.mark.parametrize(("old", "new"), AS_GOOD)
def test_what_is_reported_beside_it_makes_it_no_better(old: str, new: str) -> None:
    assert classify(old, new).kind is not Kind.STRENGTHENED


def test_a_sentence_about_all_is_bounded_by_nobody() -> None:
    old = "We notify you before we answer an order."
    assert classify(old, "For all users, we notify you before we answer an order.").kind is not Kind.WEAKENED


def test_what_stands_between_the_same_neighbours_is_at_the_same_place() -> None:
    assert same_places(("a", "b", "c", "d"), ("a", "x", "y", "d")) == {("b", "x"), ("c", "y")}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (("a", "b", "d"), ("a", "x", "y", "d")),  # one more
        (("b", "d"), ("x", "d")),  # nothing before it
        (("a", "b", "d"), ("d", "x", "a")),  # another order
        (("a", "b", "a"), ("a", "x", "a")),  # no landmark
        (("a", *"bcefg", "d"), ("a", *"vwxyz", "d")),  # too long a stretch
    ],
)
def test_elsewhere_it_is_not(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    assert same_places(old, new) == set()


def test_a_sentence_rewritten_at_its_place_is_no_withdrawal() -> None:
    found = compare_readings(_reading(BEFORE, SIGNED, AFTER, told=1), _reading(BEFORE, AIMED, AFTER, told=1))
    assert [change.kind for change in found.changes] == [Kind.WEAKENED]


def test_elsewhere_so_little_in_common_makes_no_pair() -> None:
    found = compare_readings(_reading(BEFORE, SIGNED, AFTER, told=1), _reading(AIMED, BEFORE, AFTER, told=0))
    assert sorted(change.kind for change in found.changes) == [Kind.NEW, Kind.WITHDRAWN]
