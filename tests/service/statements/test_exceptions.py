"""Where an exception begins and ends."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.statements.detection.exceptions import find_exception

SHARED = Path(__file__).resolve().parents[4] / "shared"


@pytest.mark.parametrize(
    ("text", "exception"),
    [
        ("We tell the user unless a court forbids it.", "unless a court forbids it"),
        ("Unless a court forbids it, we tell the user.", "Unless a court forbids it"),
        ("We shall, to the extent permitted by law, tell the user first.", "to the extent permitted by law"),
        ("We tell people whenever the law permits.", "whenever the law permits"),
        ("We send the officer to the customer wherever that is possible.", "wherever that is possible"),
        ("Nobody enters the data hall absent a warrant.", "absent a warrant"),
        ("No agency gets in, barring a final judgment.", "barring a final judgment"),
        ("We turn down informal requests in most cases.", "in most cases"),
        ("We tell the user, where feasible, before we answer.", "where feasible"),
        (
            "We will tell you (except where the law forbids it) of such a demand.",
            "except where the law forbids it",
        ),
        ("We never share your files, other than with your consent.", "other than with your consent"),
        (
            "We do not disclose it except (a) to a court; or (b) to the police.",
            "except (a) to a court; or (b) to the police",
        ),
        ("All demands, urgent ones excepted, are read by a lawyer.", "urgent ones excepted"),
        ("We tell you, so long as the law lets us.", "so long as the law lets us"),
        ("Where permitted, we accept service by email.", "Where permitted"),
        ("We notify users unless the law forbids it, as described below.", "unless the law forbids it"),
        (
            "We tell users unless barred by law or, in our view, unsafe.",
            "unless barred by law or, in our view, unsafe",
        ),
    ],
)
def test_the_exception_is_found_from_its_first_to_its_last_word(text: str, exception: str) -> None:
    assert find_exception(text) == exception


@pytest.mark.parametrize(
    "text",
    [
        "We may disclose your data if required by law.",
        "We may share information as permitted by law.",
        "To the extent permitted by law, we may disclose your data to the police.",
        "We retain data for as long as necessary.",
        "We never hand over keys.",
        "In exceptional cases we act at once.",
        "",
    ],
)
def test_a_condition_within_a_permission_is_none(text: str) -> None:
    assert find_exception(text) == ""


def test_of_several_the_longest_counts() -> None:
    text = "Where possible, we tell the user unless a court of this country forbids it."
    assert find_exception(text) == "unless a court of this country forbids it"


@given(st.text(alphabet="unlesxcpt, ();:.bwhrio ", max_size=60).map(lambda t: "We tell you unless " + t))
def test_it_is_always_a_substring(text: str) -> None:
    assert find_exception(text) in text


def test_long_text_takes_linear_time() -> None:
    for text in ("unless " * 2_000, "as far as " * 2_000, "to the extent " * 2_000, "except (" * 2_000):
        start = time.process_time()
        find_exception(text)
        assert time.process_time() - start < 2


@pytest.mark.shared
def test_the_labelled_exceptions() -> None:
    """F1, exact or within two words, in relevant sentences."""
    if not SHARED.is_dir():
        pytest.skip(f"no labelled data at {SHARED}")
    from scripts.evaluate_detector import exceptions  # noqa: PLC0415 -- reads the data, which may be absent
    from scripts.material import labelled  # noqa: PLC0415 -- likewise

    assert exceptions(labelled(SHARED)).f1 >= 0.8
