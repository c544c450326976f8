"""Strangers' text as URLs that can be sent. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import decimal, normalize

from yarl import URL

from watchers.addresses import is_number

_AUTHORITY = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?[/\\\\]{2}([^/?#\\\\]*)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
LONGEST_URL = 8 * 1024


@lru_cache(2048)
def parse_url(text: str, base: URL | None = None) -> URL:
    """`text`, seen from `base`, without its fragment.

    ValueError for what is too long or none, or could not go into a request line. All is checked here: yarl itself
    looks at host and port only when they are asked for, and lets control characters pass in places.
    """
    if len(text) > LONGEST_URL:
        raise ValueError("the URL is too long")
    if _CONTROL.search(text):  # parsers leave them out, each in its own way
        raise ValueError("the URL holds control characters")
    try:
        url = URL(text)
    except IndexError as error:  # what yarl says of "http://[::1]:80@"
        raise ValueError("the URL names no host") from error
    if base is not None:
        url = base.join(url)
    if url.raw_fragment:
        url = url.with_fragment(None)
    whole = str(url)  # which reads host and port
    if not (whole.isascii() and whole.isprintable()) or " " in whole:
        raise ValueError("the URL holds characters that no URL can hold")
    _refuse_spelling(text, url)
    return url


def _refuse_spelling(text: str, url: URL) -> None:
    """What only turns into an address, a name or a port when it is normalised is a trick; so is an empty user."""
    authority = found[1] if (found := _AUTHORITY.match(text)) is not None else ""
    if "@" in authority and url.user is None and url.password is None:
        raise ValueError("the URL has an empty user name")
    port = authority.rpartition("]")[2].rpartition(":")[2]
    if url.explicit_port is not None and authority and not (port.isascii() and port.isdecimal()):
        raise ValueError("the URL spells a port in other digits")
    if (url.raw_host or "").rstrip(".") == "localhost" and not authority.isascii():
        raise ValueError("the URL spells localhost in other letters")
    if authority and not (text.isascii() and "%" not in text):
        written = authority.rpartition("@")[2].lower()
        plain = written.isascii() and ("%" not in written or written.startswith("["))
        if not plain and (is_number(url.raw_host or "") or is_number(_in_ascii_digits(written))):
            raise ValueError("the URL spells an address in other letters")


def _in_ascii_digits(written: str) -> str:
    """The host as some read it, who take every script's digits for digits."""
    host = normalize("NFKC", written).replace("。", ".")
    return "".join(c if (digit := decimal(c, None)) is None else str(digit) for c in host.partition(":")[0])


def as_utf8(value: str) -> str:
    """Undo surrogates in a header's value: headers are read as UTF-8, and what is none is Latin-1, as browsers do."""
    if value.isascii():
        return value
    raw = value.encode("utf-8", "surrogateescape")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
