"""What an answer's status and headers say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from multidict import CIMultiDict

from watchers.answers import clean_headers, conditions, content_type, is_document, status_error, validators
from watchers.model import Validators

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
JUST, BEFORE = "Mon, 01 Jun 2026 11:59:59 GMT", "Mon, 01 Jun 2026 11:59:58 GMT"


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("text/html", ("text/html", None)),
        ("Text/HTML ; Charset = 'UTF-8' ; x=y", ("text/html", "utf-8")),
        ('text/html;x="charset=a";charset="iso-8859-1"', ("text/html", "iso-8859-1")),
        ("text/html; charset=", ("text/html", None)),
        ("text/html; charset=\x00", ("text/html", None)),
        ("text/html; charset=é", ("text/html", None)),
        ("text/html;;;", ("text/html", None)),
        ("text", ("", None)),
        ("a/b/c", ("", None)),
        ("te\x00xt/html", ("", None)),
        ("", ("", None)),
    ],
)
def test_content_type(value: str, read: tuple[str, str | None]) -> None:
    assert content_type(CIMultiDict({"Content-Type": value})) == read


@pytest.mark.parametrize(
    ("headers", "known"),
    [
        ({}, Validators()),
        ({"etag": '"a"', "last-modified": BEFORE}, Validators('"a"', BEFORE)),
        ({"ETag": 'W/"a"'}, Validators('W/"a"')),
        ({"ETag": ""}, Validators()),
        ({"ETag": '"a\x01"'}, Validators()),
        ({"ETag": '"\udcff"'}, Validators()),
        ({"ETag": "x" * 501}, Validators()),
        ({"ETag": '"a"', "Last-Modified": JUST}, Validators('"a"')),
        ({"Last-Modified": JUST, "Date": "Mon, 01 Jun 2026 12:30:00 GMT"}, Validators(None, JUST)),
        ({"Last-Modified": BEFORE, "Date": BEFORE}, Validators()),
        ({"Last-Modified": "Tue, 02 Jun 2026 11:58:59 GMT"}, Validators()),
        ({"Last-Modified": "of late"}, Validators(None, "of late")),
    ],
)
def test_validators(headers: dict[str, str], known: Validators) -> None:
    assert validators(CIMultiDict(headers), NOW) == known


def test_conditions() -> None:
    assert conditions(Validators()) == {}
    assert conditions(Validators('"a"', BEFORE)) == {"If-None-Match": '"a"', "If-Modified-Since": BEFORE}
    assert conditions(Validators("a\r\nb", "\x00")) == {}


def test_headers_are_clean() -> None:
    dirty = CIMultiDict([("X-A", "a\r\nB: c\x00\x85\u202e\udc80d"), ("X-B", "ü"), ("X-B", "v" * 5000)])
    assert clean_headers(dirty) == (("X-A", "a B: c d"), ("X-B", "ü"), ("X-B", "v" * 2000))
    assert len(clean_headers(CIMultiDict((f"X-{n}", "") for n in range(500)))) == 100


@pytest.mark.parametrize(("media", "may"), [("", True), ("text/html", True), ("image/svg+xml", False)])
def test_documents_by_media_type(media: str, may: bool) -> None:
    assert is_document(media) is may


def test_a_status_becomes_an_error_with_its_facts() -> None:
    error = status_error("u", "tessellate.example", 503, CIMultiDict({"retry-after": "60"}), NOW)
    assert (error.url, error.reason, error.status, error.transient) == ("u", "status", 503, True)
    assert error.retry_after == timedelta(minutes=1)
    assert error.message == "tessellate.example answered 503 Service Unavailable"
    assert status_error("u", "h", 799, CIMultiDict(), NOW).message == "h answered 799"
