"""What every kind of feed entry needs: an identity, a safe link, a bounded content."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from watchers.clean import clean_text
from watchers.model import Entry

CONTENT_LIMIT = 2 * 2**20
"""Characters of one entry's content; no post is longer."""
_IDENTITY_LIMIT = 1000
_LINK_LIMIT = 4000
_ABSOLUTE = re.compile(r"https?://[A-Za-z0-9.-]+(?:/[!$-:=@-~]*(?:\?[!$-:<-~]+)?)?")
"""Addresses that come out of parsing and joining as they went in."""


def identify(guid: str, address: str, title: str, content: str) -> str:
    """The guid, else the link, else a hash of what the entry says; never empty, never overlong."""
    name = clean_text(guid) or address
    if not name:
        return "sha256:" + hashlib.sha256(f"{title}\n{content}".encode("utf-8", "replace")).hexdigest()
    if len(name) > _IDENTITY_LIMIT:
        return "sha256:" + hashlib.sha256(name.encode()).hexdigest()
    return name


def link(href: str, base: str) -> str:
    """An absolute http(s) address, "" if `href` is none."""
    href = clean_text(href)
    if not href or len(href) > _LINK_LIMIT:
        return ""
    if _ABSOLUTE.fullmatch(href) and "/." not in href:
        return href
    try:
        if "://" in href and not urlsplit(href).netloc:
            return ""
        address = urljoin(base, href)
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return ""
    return address.replace(" ", "%20") if parts.scheme in ("http", "https") and parts.hostname else ""


def shorten(content: str) -> str:
    """Content without NUL and lone surrogates, cut where no post goes on."""
    if len(content) <= CONTENT_LIMIT and content.isascii() and "\0" not in content:
        return content
    return content[:CONTENT_LIMIT].replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def with_something(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Those that have a guid, a link, a title or a text: the others are no posts."""
    nothing = identify("", "", "", "")
    return tuple(entry for entry in entries if entry.identity != nothing)
