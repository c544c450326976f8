"""Bytes to text: byte order mark, what the server says, what the page says, then the content itself. Never raises."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_XML = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})["']""")
_HEAD = 4096
"""Bytes in which a declaration may stand (the HTML standard looks at 1024; real pages are sloppier)."""
_SAMPLE = 65536
_GUESSABLE = 100
"""Bytes; of less text a guess is no better than the commonest encoding."""
_REFUSED = frozenset(
    {"utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)
_WESTERN = frozenset({"iso8859-1", "ascii", "cp1252", "latin_1"})
"""Labels that servers send by habit; the HTML standard reads all of them as windows-1252."""


def decode(body: bytes, charset: str | None = None) -> str:
    """`body` as text. Bytes that fit nothing become U+FFFD."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    label = _codec(charset) or _declared(body[:_HEAD])
    if label is None or label == "utf-8" or label in _WESTERN:
        return _decode_likely_utf8(body, label)
    try:
        return body.decode(label)
    except (UnicodeError, ValueError):
        return _as_utf8(body) or body.decode(label, "replace")


def _decode_likely_utf8(body: bytes, label: str | None) -> str:
    """UTF-8 proves itself: other text with letters beyond ASCII practically never decodes as it."""
    text = _as_utf8(body)
    if text is not None:
        return text
    if label in _WESTERN:
        return body.decode("cp1252", "replace")
    text = body.decode("utf-8", "replace")
    if label == "utf-8" or text.count("\ufffd") * 200 < len(text) - len(text.encode("ascii", "ignore")):
        return text
    best = from_bytes(body[:_SAMPLE]).best() if len(body) >= _GUESSABLE else None
    return (
        body.decode(_codec(best.encoding) or "cp1252", "replace")
        if best
        else body.decode("cp1252", "replace")
    )


def _as_utf8(body: bytes) -> str | None:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _declared(head: bytes) -> str | None:
    found = _META.search(head) or _XML.search(head)
    if found is None:
        return None
    name = _codec(found[1].decode("ascii", "replace"))
    # a declaration that could be read byte by byte is not itself in UTF-16
    return "utf-8" if name is not None and name.startswith(("utf-16", "utf-32")) else name


def _codec(label: str | None) -> str | None:
    """Python's name of a text encoding, None for one that is unknown or is no plain encoding."""
    if not label:
        return None
    try:
        info = codecs.lookup(label.strip().strip("\"'"))
        b"abcd".decode(info.name, "replace")  # the likes of rot13 and zlib are no encodings of text
    except (LookupError, ValueError, TypeError):
        return None
    return None if info.name in _REFUSED else info.name
