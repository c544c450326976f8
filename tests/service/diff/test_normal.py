import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.diff.normal import fingerprint, normal_form

PLAIN = "We don't hand over your data - ever"


@pytest.mark.parametrize(
    "other",
    [
        "We don’t hand over your data – ever.",
        "We don't  hand over\n your data — ever",
        "We don't hand over your data -- ever;",
        "We don't hand over your\u00a0data \u2212 ever",
        "• We don't hand over your data - ever",
        "- We don't hand over your data - ever; and",
        "(b) We don't hand over your data - ever; or",
        "2.3.1 We don't hand over your data - ever",
        "iv. We don't hand over your data - ever:",
        "**We don't hand over** your data - ever",
        "_We don't hand over your data - ever_",
        "We don't [hand over](https://a.example/x) your data - ever",
        "We don't hand over your da\u00adta\u200b - ever",
    ],
)
def test_typography_does_not_count(other: str) -> None:
    assert normal_form(other) == PLAIN
    assert fingerprint(other) == fingerprint(PLAIN)


def test_composed_and_decomposed_letters_are_one() -> None:
    assert fingerprint(unicodedata.normalize("NFD", "Café résumé")) == fingerprint("Café résumé")


@pytest.mark.parametrize(
    "other", ["We hand over your data - ever", "WE DON'T HAND OVER YOUR DATA - EVER", ""]
)
def test_words_and_case_count(other: str) -> None:
    assert fingerprint(other) != fingerprint(PLAIN)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("14 requests were received", "31 requests were received"),
        ("2.5 million accounts", "1.5 million accounts"),
        ("2.5 Million requests were received", "3.5 Million requests were received"),
        ("2.5 Per cent of accounts", "3.5 Per cent of accounts"),
    ],
)
def test_a_figure_at_the_start_is_no_list_number(first: str, second: str) -> None:
    assert fingerprint(first) != fingerprint(second)


def test_fingerprint_is_sixteen_hex_digits() -> None:
    assert len(fingerprint("x")) == 16
    int(fingerprint("x"), 16)


def test_names_with_underscores_and_stars_between_words_stay() -> None:
    assert normal_form("set user_data_key to a * b") == "set user_data_key to a * b"


@given(st.text(st.characters(exclude_characters="["), max_size=200))
def test_normal_form_is_its_own(text: str) -> None:
    once = normal_form(text)
    assert normal_form(once) == once
