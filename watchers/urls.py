"""Strangers' text as URLs that can be sent. Pure."""

from __future__ import annotations

from functools import lru_cache

from yarl import URL

LONGEST_URL = 8 * 1024


@lru_cache(2048)
def parse_url(text: str, base: URL | None = None) -> URL:
    """`text`, seen from `base`, without its fragment.

    ValueError for what is too long or none, or could not go into a request line. All is checked here: yarl itself
    looks at host and port only when they are asked for, and lets control characters pass in places.
    """
    if len(text) > LONGEST_URL:
        raise ValueError("the URL is too long")
    url = URL(text)
    if base is not None:
        url = base.join(url)
    if url.raw_fragment:
        url = url.with_fragment(None)
    whole = str(url)  # which reads host and port
    if not (whole.isascii() and whole.isprintable()) or " " in whole:
        raise ValueError("the URL holds characters that no URL can hold")
    return url


def as_utf8(value: str) -> str:
    """Undo surrogates in a header's value: headers are read as UTF-8, and what is none is Latin-1, as browsers do."""
    if value.isascii():
        return value
    raw = value.encode("utf-8", "surrogateescape")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
