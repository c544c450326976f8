"""The form of a sentence in which typography does not count."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ`´＇", "'"),
        **dict.fromkeys("“”„‟«»″＂", '"'),
        **dict.fromkeys("‐‑‒–—―−⸺", "-"),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"),
        "…": "...",
    }
)
_LINK = re.compile(r"!?\[([^\[\]]{0,400})\]\([^()\s]{0,2000}\)")
_EMPHASIS = re.compile(
    r"(?<![\w*])\*{1,3}(?=[^\s*])|(?<=[^\s*])\*{1,3}(?![\w*])|(?<!\w)_{1,3}(?=\w)|(?<=[\w.,;:!?)])_{1,3}(?!\w)"
)
_SPACE = re.compile(r"\s+")
_DASH = re.compile(r" ?--? | ?--+ ?")
_MARKER = re.compile(
    r"""^(?:[•●○◦▪■□▸►·‣∙*+-]\s*
        |\#{1,6}\s
        |§+\s*(?=\d)
        |\(?(?:\d{1,3}(?:\.\d{1,3}){0,4}|[ivxIVX]{1,5}|[a-zA-Z])\)[.:]?\s
        |\d{1,3}(?:\.\d{1,3}){0,4}\.?\s(?=[^\W\d_])
        |(?:[ivxIVX]{1,5}|[a-zA-Z])\.\s(?=\S)
        )""",
    re.VERBOSE,
)
_END = re.compile(r"[\s.,;:!?]+$")
_LIST_WORD = re.compile(r"[;,]\s(?:and|or|and/or)$")


def normal_form(text: str) -> str:
    """The text without what only typography decides: white space, quotes, dashes, markers, end punctuation.

    Letters keep their case. Links keep their words and lose their targets. Idempotent.
    """
    text = unicodedata.normalize("NFKC", text).translate(_SIGNS)
    text = _EMPHASIS.sub("", _LINK.sub(r"\1", text))
    text = _DASH.sub(" - ", _SPACE.sub(" ", text)).strip()
    return _without_end(_without_marker(text))


def _without_marker(text: str) -> str:
    """List signs and numbers at the start, at most a sign and a nested number."""
    while (bare := _MARKER.sub("", text, count=1).lstrip()) != text and bare:
        text = bare
    return text


def _without_end(text: str) -> str:
    """Closing punctuation, and the "; and" that joins a list item to the next."""
    while (bare := _LIST_WORD.sub("", _END.sub("", text))) != text and bare:
        text = bare
    return text


def fingerprint(text: str) -> str:
    """16 hex digits, the same for texts of one normal form."""
    return hashlib.blake2b(normal_form(text).encode("utf-8", "replace"), digest_size=8).hexdigest()
