"""Strangers' text on its way into a header, a mail or a log line. Pure."""

from __future__ import annotations

import re

EXCERPT_BYTES = 1024

_CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
_BIDI = r"\u202a-\u202e\u2066-\u2069"
_INVISIBLE = (
    r"\xad\u061c\u180e\u200b-\u200f\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)
_SURROGATE = r"\ud800-\udfff"

_FOR_LINE = re.compile(f"[{_BIDI}{_INVISIBLE}{_SURROGATE}]")
_SPACES = re.compile(rf"[\s{_CONTROL}]+")
_FOR_BODY = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_BIDI}{_SURROGATE}]")
_NEWLINE = re.compile("\r\n?|\u2028|\u2029")


def one_line(text: str, limit: int) -> str:
    """What can stand in a header or a log line: no controls, bidi marks or surrogates, at most `limit` letters."""
    line = _SPACES.sub(" ", _FOR_LINE.sub("", text)).strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def many_lines(text: str) -> str:
    """What can stand in a mail's body: newlines and tabs stay, other controls and bidi overrides go."""
    return _FOR_BODY.sub("", _NEWLINE.sub("\n", text))


def excerpt(answer: bytes | str) -> str:
    """The beginning of a stranger's answer for the operator: printable, at most 1 KiB of UTF-8."""
    if not answer:
        return ""
    if isinstance(answer, bytes):
        answer = answer[: 4 * EXCERPT_BYTES].decode(errors="replace")
    return (
        one_line(answer[: 4 * EXCERPT_BYTES], 4 * EXCERPT_BYTES)
        .encode()[:EXCERPT_BYTES]
        .decode(errors="ignore")
    )
