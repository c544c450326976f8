"""How a request is sent in is no promise."""

import pytest

from service.diff.channels import another_way
from service.model import Category, Kind

ASKED = (Category.EMERGENCY, Category.PROCEDURE)
WAYS = (
    (
        "For these data you must submit your request through the Emergency Request Form.",
        "For these data you may submit your request through the Emergency Request Form.",
    ),
    (
        "Please submit preservation requests to: law@harborlight.example.",
        "Please send preservation requests by email to law@harborlight.example.",
    ),
)
MORE = (
    ("Requests must be sent with a warrant.", "Requests may be sent."),
    ("Requests must be served on our agent by mail.", "Requests must be sent to our agent by mail."),
    ("We will review the request that you send.", "We may not review the request that you send."),
    (
        "Emergency requests must be submitted on the form and signed by an officer.",
        "Emergency requests should be submitted by email and signed by an officer.",
    ),
    (
        "Officers must send their requests from an official address.",
        "Officers may send their requests from an official address.",
    ),
)


@pytest.mark.parametrize(("old", "new"), WAYS)
def test_another_way_to_ask_is_a_rewording(old: str, new: str) -> None:
    for one, other in ((old, new), (new, old)):
        verdict = another_way(one, other, ASKED, ASKED)
        assert verdict is not None
        assert verdict.kind is Kind.REWORDED


@pytest.mark.parametrize(("old", "new"), MORE)
def test_what_protects_is_more_than_a_way(old: str, new: str) -> None:
    assert another_way(old, new, ASKED, ASKED) is None
    assert another_way(new, old, ASKED, ASKED) is None


def test_only_of_what_tells_how_to_ask() -> None:
    assert another_way(*WAYS[0], (Category.DISCLOSURE,), ASKED) is None
    assert another_way(*WAYS[0], (*ASKED, Category.LEGAL_PROCESS), (*ASKED, Category.LEGAL_PROCESS)) is None
    assert another_way(*WAYS[0], ASKED, (*ASKED, Category.SCOPE_LIMIT)) is None
