"""What a search asks for, and where a text answers it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.store.terms import Term, parse_terms, pieces


@pytest.mark.parametrize(
    ("q", "terms"),
    [
        ("law Requests", (Term(("law",), open=False), Term(("requests",), open=True))),
        ('"prior notice"', (Term(("prior", "notice"), open=False),)),
        ('"prior notice', (Term(("prior", "notice"), open=False),)),
        ("e-mail", (Term(("e", "mail"), open=True),)),
        ("ÉCLAIR éclair", (Term(("eclair",), open=True),)),
        ("OR NOT AND*", (Term(("or",), open=False), Term(("not",), open=False), Term(("and",), open=False))),
        ("100% ☂ _", (Term(("100",), open=False),)),
        ('☂ "" _', ()),
    ],
)
def test_what_is_asked(q: str, terms: tuple[Term, ...]) -> None:
    assert parse_terms(q) == terms


@pytest.mark.parametrize(
    ("text", "q", "marked"),
    [
        ("We notify customers.", "notif", "We [notify] customers."),
        ("We note it; no notice.", "not", "We note it; no notice."),
        (
            "Prior notice, no prior written notice.",
            '"prior notice"',
            "[Prior notice], no prior written notice.",
        ),
        ("A café in the CAFÉ", "cafe", "A [café] in the [CAFÉ]"),
        ("notify notify", "notify notif", "[notify] [notify]"),
        ("an e-mail", "e-mail", "an [e-mail]"),
        ("", "word", ""),
    ],
)
def test_where_it_is_answered(text: str, q: str, marked: str) -> None:
    found = pieces(text, parse_terms(q))

    assert "".join(f"[{p.text}]" if p.hit else p.text for p in found) == marked


@given(st.text(), st.text())
def test_pieces_are_the_text(text: str, q: str) -> None:
    assert "".join(piece.text for piece in pieces(text, parse_terms(q))) == text
