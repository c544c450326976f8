import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.clean import clean_text


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("  We\u00a0never \n\t share ", "We never share"),
        ("We ne\u200bver\u2060 sha\u00adre", "We never share"),
        ("a\u202eevil\u202c b", "aevil b"),
        ("nul\x00 bell\x07 esc\x1b del\x7f csi\x9b", "nul bell esc del csi"),
        ("title\r\nBcc: all@example.org", "title Bcc: all@example.org"),
        ("cafe\u0301", "café"),
        ("half \ud800 pair", "half pair"),
        ("line\u2028sep\u2029par", "line sep par"),
        ("\ufeffmark", "mark"),
        ("", ""),
    ],
)
def test_what_goes_and_what_stays(dirty: str, clean: str) -> None:
    assert clean_text(dirty) == clean


def test_the_limit_counts_characters_and_shows_the_cut() -> None:
    assert clean_text("abcdef", limit=6) == "abcdef"
    assert clean_text("abcdefg", limit=6) == "abcde…"


@given(st.text())
def test_cleaning_twice_changes_nothing_and_leaves_nothing_harmful(s: str) -> None:
    once = clean_text(s)
    assert clean_text(once) == once
    assert once == unicodedata.normalize("NFC", once)
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in once)
    once.encode("utf-8")
