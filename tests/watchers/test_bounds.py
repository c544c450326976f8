"""Pages that only look absurd are read, those that are so are refused whatever they hide it in."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from watchers.errors import ExtractError
from watchers.mainpart import refuse_absurd
from watchers.parse import read_document

URL = "https://quillnet.example/p"
ICON = '<svg viewBox="0 0 8 8"><use href="#a"/><circle r="1"/><path d="M0 0"/></svg>'
ROW = f"<tr><td>{ICON}</td><td>We never give data to the police.</td></tr>"
CHOICES = "<select name='a'>" + '<option value="1">a</option>' * 250 + "</select>"
ORDINARY = {
    "a-table-with-icons": f"<table>{ROW * 8_100}</table>",
    "many-selects": "<p>We never give keys.</p>" + CHOICES * 81,
    "options-in-a-script": "<p>We never give keys.</p><script>" + "add('<option>a');" * 30_000 + "</script>",
}
HIDDEN = {
    "shapes-outside-a-drawing": ("<circle/>" * 100_000, "too_deep"),
    "shapes-that-do-not-end": ("<svg>" + "<path d='M0 0'>" * 100_000, "too_deep"),
    "groups": ("<select>" + "<optgroup><option>a</optgroup>" * 50_000, "too_large"),
    "no-end-in-a-comment": ("<select>" + "<option>a<!-- </select> -->" * 50_000, "too_large"),
    "none-in-one-of-its-own": ("<select>" + "<option>a<!--<select></select>-->" * 50_000, "too_large"),
    "none-in-a-script": ("<select>" + "<option>a<script><select></select></script>" * 50_000, "too_large"),
    "none-in-an-attribute": ("<select>" + '<option a="<select></select>">a' * 50_000, "too_large"),
    "none-between-quotes": (
        "<select>" + '<br t="<select><option b="><option>a<option c="></select>' * 25_000,
        "too_large",
    ),
}


@pytest.mark.parametrize("name", ORDINARY)
def test_a_long_page_of_ordinary_things_is_read(name: str) -> None:
    document = read_document(ORDINARY[name].encode(), url=URL, media_type="text/html")
    assert document.blocks[0].text.startswith("We never give")


@pytest.mark.parametrize("name", HIDDEN)
def test_what_is_absurd_is_refused_whatever_hides_it(name: str) -> None:
    text, reason = HIDDEN[name]
    began = time.process_time()
    with pytest.raises(ExtractError) as caught:
        refuse_absurd(text, URL)
    assert caught.value.reason == reason
    assert time.process_time() - began < 2


def test_nesting_is_not_followed_beyond_what_is_refused() -> None:
    text = "<bb>" * 2_500_000
    tracemalloc.start()
    try:
        with pytest.raises(ExtractError, match="more than 8000 deep"):
            refuse_absurd(text, URL)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < len(text) / 2
