from __future__ import annotations

import pytest

from service.statements.speech.quotes import FILL, find_quotes, masked, quotes_of


def _inside(text: str) -> list[str]:
    return [text[q.start : q.end] for q in find_quotes(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“We refuse,” she said, “and always did.”", ["“We refuse,”", "“and always did.”"]),
        ('"We refuse," she said. "Always."', ['"We refuse,"', '"Always."']),
        ("‘We don’t hold our users’ keys,’ he said.", ["‘We don’t hold our users’ keys,’"]),
        ("'We don't hold keys,' he said of customers' data.", ["'We don't hold keys,'"]),
        ("The firm's users' data isn't sold.", []),
        ("She called it “nonsense”.", ["“nonsense”"]),
        ("«Niemals», sagte er.", ["«Niemals»"]),
    ],
)
def test_marks_of_every_style_pair_up(text: str, expected: list[str]) -> None:
    assert _inside(text) == expected


def test_a_quote_left_open_goes_on_in_the_next_paragraph() -> None:
    first, second, third = quotes_of(["“We never gave in.", "“And we never will,” she said.", "He left."])
    assert (first[0].carried, first[0].unclosed) == (False, True)
    assert (second[0].carried, second[0].unclosed) == (True, False)
    assert third == ()


def test_masking_keeps_offsets_and_marks() -> None:
    text = "“No,” she said."
    hidden = masked(text, find_quotes(text))
    assert hidden == "“" + FILL * 3 + "” she said."
    assert len(hidden) == len(text)


def test_a_stray_mark_is_not_a_quotation() -> None:
    assert find_quotes('A 5" screen and 6" one') == ()
