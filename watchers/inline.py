"""Markdown's inline markup taken off: links give their text, images nothing, emphasis its words."""

from __future__ import annotations

import html
import re
from functools import lru_cache

from watchers.clean import clean_text
from watchers.outline import is_heading_like
from watchers.plain import BREAK, pieces

_HARD_BREAK = re.compile(r"(?: {2,}|\\)\n|<br\s{0,5}/?>", re.IGNORECASE)
_IMAGE = re.compile(r"!\[[^\[\]]{0,500}\]\([^()\s]{0,2000}(?:\s+\"[^\"]{0,500}\")?\)")
_LINK = re.compile(
    r"\[((?:[^\[\]]|\[[^\[\]]{0,200}\]){0,2000})\]"
    r"(?:\((?:<[^<>]{0,2000}>|(?:[^()\s]|\([^()\s]{0,500}\)){0,2000})(?:\s+(?:\"[^\"]{0,500}\"|'[^']{0,500}'))?\s{0,5}\)"
    r"|\[[^\[\]]{0,100}\])"
)
_DANGLING = re.compile(r"\]\((?:https?:|mailto:|/|#)[^\s()]{0,2000}\)?|^\[$", re.MULTILINE)
"""The end (or the lone beginning) of a link that spans paragraphs."""
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,2000})>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>|<!--[^<>]{0,2000}-->")
_STRUCK = re.compile(
    r"<(del|s|strike)(?:\s[^<>]{0,500})?>(?:[^<]|<(?!/\1\s{0,5}>)){0,4000}</\1\s{0,5}>|~~(?=\S)[^~]{1,4000}~~",
    re.IGNORECASE,
)
"""What is struck through is no longer said."""
_CODE = re.compile(r"(`{1,3})([^`]{1,2000})\1")
_STARS = re.compile(r"\*{1,3}(?=\S)|(?<=\S)\*{1,3}|~~")
_LINES = re.compile(r"(?<![^\W_])_{1,3}(?=\S)|(?<=\S)_{1,3}(?![^\W_])")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_SHIELD = 0xE000
"""Escaped characters hide in the private use area while markup is taken off."""
_SHIELDED = re.compile("[\ue021-\ue07e]")
_BOLD = re.compile(r"(\*\*|__)(?=\S)([^*_\n]{2,100})\1[ \t]*")


@lru_cache(maxsize=20_000)
def inline(raw: str) -> tuple[str, ...]:
    """The clean texts of one block: several where a hard break parts full lines."""
    text = raw.replace("\\\n", BREAK).replace("  \n", BREAK) if "\n" in raw else raw
    if "\\" in text or max(text, default="") > "\ue020":
        text = _ESCAPE.sub(lambda m: chr(_SHIELD + ord(m[1])), _SHIELDED.sub("", text))
    if "~~" in text or "<" in text:
        text = _STRUCK.sub("", text)
    if "<" in text:
        text = _TAG.sub("", _AUTOLINK.sub(r"\1", _HARD_BREAK.sub(BREAK, text)))
    if "`" in text:
        text = _CODE.sub(r"\2", text)
    if "[" in text:
        text = _LINK.sub(r"\1", _LINK.sub(r"\1", _IMAGE.sub("", text)))
    if "](" in text or text == "[":
        text = _DANGLING.sub("", text)
    if "*" in text or "~~" in text:
        text = _STARS.sub("", text)
    if "_" in text:
        text = _LINES.sub("", text)
    if "&" in text:
        text = html.unescape(text)
    text = _SHIELDED.sub(lambda m: chr(ord(m[0]) - _SHIELD), text)
    return tuple(pieces(text)) if BREAK in text else tuple(filter(None, (clean_text(text),)))


def is_bold_line(raw: str) -> bool:
    """A line all in bold that is no sentence and leads in to nothing: a heading in disguise."""
    found = _BOLD.fullmatch(raw)
    return found is not None and is_heading_like(found[2].rstrip())
