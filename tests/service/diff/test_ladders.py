"""Ladders of promises, each sentence more than the one before: which way a step goes, and what bounds a promise."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from service.diff.kinds import classify
from service.diff.regions import find_regions
from service.model import Kind


def ladders(name: str) -> list[list[str]]:
    """The ladders of a file: a sentence a line, an empty line between two ladders."""
    text = Path(__file__).with_name("cases").joinpath(name).read_text("utf-8")
    return [block.splitlines() for block in text.split("\n\n")]


STEPS = [pair for ladder in ladders("ladders.txt") for pair in combinations(ladder, 2)]
SILENT = 0.1
"""Share of these steps that may be passed over."""


def test_no_step_is_told_the_wrong_way() -> None:
    assert len(STEPS) > 150
    assert [(less, more) for less, more in STEPS if classify(less, more).kind is Kind.WEAKENED] == []
    assert [(less, more) for less, more in STEPS if classify(more, less).kind is Kind.STRENGTHENED] == []


def test_few_steps_are_passed_over() -> None:
    silent = [(less, more) for less, more in STEPS if classify(less, more).kind is not Kind.STRENGTHENED]
    assert len(silent) <= SILENT * len(STEPS), silent


@pytest.mark.parametrize(("less", "more"), ladders("steps.txt"))
def test_these_steps_are_told(less: str, more: str) -> None:
    assert classify(less, more).kind is Kind.STRENGTHENED
    assert classify(more, less).kind is Kind.WEAKENED


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


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "We answer a valid order with account data.",
            "We answer an order with account data.",
            "limit dropped: “valid”",
        ),
        (
            "We give data to the police only on a search warrant.",
            "We give data to the police where required by law.",
            "warrant became “required by law”",
        ),
    ],
)
def test_the_reason_names_what_bounded_it(old: str, new: str, told: str) -> None:
    assert classify(old, new).reason.startswith(told)


def test_one_more_adjective_is_no_item_more() -> None:
    old = "No agency has direct access to our systems."
    new = "No agency has direct, unlimited access to our systems."
    assert classify(old, new).kind is not Kind.STRENGTHENED


def test_of_a_few_another_number_is_a_figure() -> None:
    old, new = (f"We have received no more than {n} gag orders." for n in ("two", "five"))
    assert classify(old, new).kind is Kind.FIGURE
