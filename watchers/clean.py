"""Strangers' characters made harmless: no control, bidi or invisible characters, one form, folded white space."""

from __future__ import annotations

import re
import unicodedata

_UNSAFE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\uffff\U000e0000-\U000e007f]"
)
"""Everything C0/C1 that is no white space, soft hyphens, zero-width and direction marks, lone surrogates, tags."""


def clean_text(s: str, *, limit: int | None = None) -> str:
    """`s` in NFC on one line, without characters that hide, reorder or break; at most `limit` characters."""
    if not s.isascii():
        s = unicodedata.normalize("NFC", _UNSAFE.sub("", s))
    elif not s.isprintable():
        s = _UNSAFE.sub("", s)
    s = " ".join(s.split())
    if limit is not None and len(s) > limit:
        s = s[: max(limit - 1, 0)].rstrip() + "…"
    return s
