from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from notifiers.text import excerpt, many_lines, one_line

ANY = st.text(st.characters(codec=None))


def test_a_line_is_one_line() -> None:
    assert one_line("a\r\nBcc:\x00 b\u2028c\u202ed\ud800e\u200b f ", 100) == "a Bcc: b cde f"
    assert one_line("word " * 100, 12) == "word word w…"


def test_a_body_keeps_its_lines() -> None:
    assert many_lines("a\r\nb\rc\td\x00\x1b[31me\u202ef\ud800\n") == "a\nb\nc\td[31mef\n"


@given(ANY, st.integers(2, 50))
def test_a_line_is_printable_and_short(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert not any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 for c in line)
    line.encode()


@given(st.binary() | ANY)
def test_an_excerpt_fits_and_encodes(answer: bytes | str) -> None:
    assert len(excerpt(answer).encode()) <= 1024


def test_an_excerpt_is_the_beginning() -> None:
    assert excerpt(b"no\r\nroom\xff" + b"x" * 5000).startswith("no room\ufffdxxx")
    assert len(excerpt("é" * 2000).encode()) == 1024
