"""What an answer's status and headers say. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from watchers.errors import FetchError
from watchers.freshness import http_date, retry_after
from watchers.model import Validators

if TYPE_CHECKING:
    from multidict import MultiMapping

MOST_HEADERS = 100
LONGEST_HEADER = 2000
LONGEST_VALIDATOR = 500
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
TOO_MANY = 429
PAUSING = frozenset({TOO_MANY, 503})

_UNSETTLED = timedelta(seconds=2)

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")
_REASONS = {401: "blocked", 403: "blocked", 451: "blocked", 404: "not_found", 410: "gone"}
_PASSING = frozenset(
    {408, 421, 423, 425, 429, 500, 502, 503, 504, 507, 509, 511, 520, 521, 522, 523, 524, 530}
)
"""Statuses that may be another one next time without anybody changing anything."""
_NOT_READ = ("image/", "audio/", "video/", "font/", "model/", "multipart/")
_NOT_READ_EITHER = frozenset(
    {
        "application/ecmascript",
        "application/gzip",
        "application/javascript",
        "application/wasm",
        "application/x-gzip",
        "application/zip",
        "text/css",
        "text/event-stream",
        "text/javascript",
    }
)


def status_error(url: str, host: str, status: int, headers: MultiMapping[str], now: datetime) -> FetchError:
    """The error for any status but 200, 304 and a redirect that can be followed."""
    try:
        phrase = f" {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = ""
    return FetchError(
        url,
        f"{host} answered {status}{phrase}",
        reason=_REASONS.get(status, "status"),
        transient=status in _PASSING,
        status=status,
        retry_after=retry_after(headers.get("Retry-After"), now),
    )


def content_type(headers: MultiMapping[str]) -> tuple[str, str | None]:
    """Media type and charset of Content-Type, lower-case; ("", None) when absent or nonsense."""
    value = headers.get("Content-Type", "")[:LONGEST_HEADER].lower()
    media, _, parameters = value.partition(";")
    media = media.strip()
    if media.count("/") != 1 or not (media.isascii() and media.isprintable()):
        return "", None
    for parameter in parameters.split(";"):
        name, _, charset = parameter.partition("=")
        charset = charset.strip(" \t\"'")
        if name.strip() == "charset" and charset:
            return media, charset if charset.isascii() and charset.isprintable() else None
    return media, None


def unknown_transfer(headers: MultiMapping[str]) -> str:
    """A transfer coding other than chunked, "" where there is none: none was asked for (RFC 9112, 7)."""
    lines = headers.getall("Transfer-Encoding", ())
    codings = (coding.strip().lower() for line in lines for coding in line.split(","))
    return next((coding for coding in codings if coding not in ("", "chunked")), "")


def is_document(media: str) -> bool:
    """Whether a document can come as this media type; servers that say nothing or anything get the chance."""
    return not media.startswith(_NOT_READ) and media not in _NOT_READ_EITHER


def validators(headers: MultiMapping[str], now: datetime) -> Validators:
    """ETag and Last-Modified, those that can be sent back as they are.

    A date as young as the answer itself is left out: what changes twice in one second keeps its date, and would pass
    for unchanged ever after (RFC 9110, 8.8.2.2).
    """
    dated = _sendable(headers.get("Last-Modified"))
    if dated and (modified := http_date(dated)):
        answered = http_date(headers.get("Date", "")) or now
        if answered - modified < _UNSETTLED:
            dated = None
    return Validators(_sendable(headers.get("ETag")), dated)


def conditions(known: Validators) -> dict[str, str]:
    """Request headers that ask for news only."""
    asked = {}
    if etag := _sendable(known.etag):
        asked["If-None-Match"] = etag
    if date := _sendable(known.last_modified):
        asked["If-Modified-Since"] = date
    return asked


def clean_headers(headers: MultiMapping[str]) -> tuple[tuple[str, str], ...]:
    """Headers in order, without control, bidi and surrogate characters, bounded in number and length."""
    return tuple(
        (_clean(name[:100]), _clean(value[:LONGEST_HEADER]))
        for (name, value), _ in zip(headers.items(), range(MOST_HEADERS), strict=False)
    )


def _sendable(value: str | None) -> str | None:
    if not value or len(value) > LONGEST_VALIDATOR or not (value.isascii() and value.isprintable()):
        return None
    return value


def _clean(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return _CONTROLS.sub(" ", text).strip()
