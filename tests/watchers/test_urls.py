"""Only what can stand in a request line comes through."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yarl import URL

from watchers.errors import Refused
from watchers.guard import Guard
from watchers.urls import LONGEST_URL, as_utf8, parse_url

BASE = URL("https://tessellate.example:8443/a/b?c#d")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://Tessellate.example", "https://tessellate.example"),
        ("https://tessellate.example/x?y=z#part", "https://tessellate.example/x?y=z"),
        ("https://café.example/é", "https://xn--caf-dma.example/%C3%A9"),
        ("https://tessellate.example/a b", "https://tessellate.example/a%20b"),
    ],
)
def test_a_url_is_made_sendable(text: str, url: str) -> None:
    assert str(parse_url(text)) == url


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("x", "https://tessellate.example:8443/a/x"),
        ("/x", "https://tessellate.example:8443/x"),
        ("?x", "https://tessellate.example:8443/a/b?x"),
        ("#x", "https://tessellate.example:8443/a/b?c"),
        ("../../../x", "https://tessellate.example:8443/x"),
        ("//harborlight.example/", "https://harborlight.example/"),
    ],
)
def test_a_reference_is_read_from_where_it_stands(text: str, url: str) -> None:
    assert str(parse_url(text, BASE)) == url


@pytest.mark.parametrize(
    "text",
    [
        "http://[",
        "http://h:99999/",
        "http://h::1\0/",
        "http://h:1\0/",
        "http://h\x19.example/",
        "http://a b.example/",
        "x" * (LONGEST_URL + 1),
    ],
)
def test_what_cannot_be_sent_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_url(text)


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=60))
def test_what_comes_through_is_ready_to_be_used(text: str) -> None:
    for given_text in (text, f"http://{text}/", f"http://h.example:{text}", f"/{text}"):
        try:
            url = parse_url(given_text, BASE)
        except ValueError:
            continue
        assert str(url).isprintable()
        assert url.raw_host is None or url.raw_host.isascii()
        assert url.port is None or 0 <= url.port <= 65535
        assert url.raw_fragment == ""


@pytest.mark.parametrize(("value", "text"), [("/a", "/a"), ("/é", "/é"), ("/caf\udce9", "/café")])
def test_headers_are_read_as_utf_8_or_latin_1(value: str, text: str) -> None:
    assert as_utf8(value) == text


@pytest.mark.parametrize("text", ["http://[::1]:80@", "//[x]@", "http://[::.\u00e6ffv:1.0]:80@/path"])
def test_a_user_before_no_host_is_no_url(text: str) -> None:
    with pytest.raises(ValueError, match="no host"):
        parse_url(text)
    with pytest.raises(Refused):
        Guard().check_url(text)
