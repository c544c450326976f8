"""By what copies of a sentence are found."""

from __future__ import annotations

import pytest

from service.sightings.traces import BANDS, company_key, traces
from tests.service.sightings.test_same import OWN, SAME

STORED = traces("Harborlight", OWN)


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_a_copy_leaves_one_of_the_same_traces(text: str) -> None:
    assert set(STORED) & set(traces("Harborlight", text))


def test_a_stretch_of_half_the_length_does_too() -> None:
    assert set(STORED) & set(
        traces("Harborlight", "“We have never given any government direct access,” said Moor.")
    )


def test_another_company_leaves_others() -> None:
    assert not set(STORED) & set(traces("Quillnet", OWN))
    assert traces("", OWN) == ()


def test_a_companys_name_may_be_spelled_with_its_legal_form() -> None:
    assert {
        company_key(name) for name in ("Harborlight", "HARBORLIGHT", "Harborlight, Inc.", "Harborlight AS")
    } == {"harborlight"}
    assert company_key("Company") == "company"


def test_the_numbers_are_those_of_every_release() -> None:
    """They are stored: a library that hashes otherwise would find none of them again."""
    assert len(STORED) == BANDS + 1
    assert STORED[:2] == (5853924635675533141, 9120890395146971691)
