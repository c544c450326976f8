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
_DASH = re.compile(r" ?--? | ?--+ ?")
NO_SCALE = r"(?!(?i:hundred|thousand|million|billion|trillion|per\s?cent)\b)"
"""What no number of a paragraph stands before: "2.5 Million requests" is a figure."""
_MARKERS = re.compile(
    rf"""^(?:[•●○◦▪■□▸►·‣∙*+-]\s*
        |\#{{1,6}}\s
        |§+\s*(?=\d)
        |\(?(?:\d{{1,3}}(?:\.\d{{1,3}}){{0,4}}|[ivxIVX]{{1,5}}|[a-zA-Z])\)[.:]?\s\s*
        |\d{{1,3}}(?:\.\d{{1,3}}){{1,4}}\.?\s\s*(?=[A-Z("']){NO_SCALE}
        |(?:\d{{1,3}}|[ivxIVX]{{1,5}}|[a-zA-Z])\.\s\s*(?=\S)
        )+""",
    re.VERBOSE,
)
_WORDS = re.compile(r"[^\W_]+(?:['%.][^\W_]+)*%?")
_END = " .,;:!?"
_LIST_WORDS = tuple(sign + word for sign in ";," for word in (" and", " or", " and/or"))


def normal_form(text: str) -> str:
    """The text without what only typography decides: white space, quotes, dashes, markers, end punctuation.

    Letters keep their case. Links keep their words and lose their targets. Idempotent, links within links aside.
    """
    if not text.isascii() or "`" in text:
        text = unicodedata.normalize("NFKC", text).translate(_SIGNS)
    if "[" in text:
        text = _LINK.sub(r"\1", text)
    if "*" in text or "_" in text:
        text = _EMPHASIS.sub("", text)
    text = " ".join(text.split())
    if "-" in text:
        text = _DASH.sub(" - ", text).strip()
    return _without_end(_MARKERS.sub("", text, count=1) or text)


def _without_end(text: str) -> str:
    """Closing punctuation, and the "; and" that joins a list item to the next."""
    bare = text.rstrip(_END)
    while bare.endswith(_LIST_WORDS):
        bare = bare[: max(bare.rfind(";"), bare.rfind(","))].rstrip(_END)
    return bare or text


def fingerprint(text: str) -> str:
    """16 hex digits, the same for texts of one normal form."""
    return hashlib.blake2b(normal_form(text).encode("utf-8", "replace"), digest_size=8).hexdigest()


def words_print(text: str) -> str:
    """16 hex digits, the same for texts of the same words, whatever the case and the signs between them."""
    return fingerprint(" ".join(_WORDS.findall(normal_form(text).casefold())))
