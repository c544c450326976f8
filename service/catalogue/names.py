"""Names for sources that come with a title only."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

_APART = re.compile(r"[^\w]+|_+")
_LETTERS = 60


def clean(text: str, letters: int = 2000) -> str:
    """Text on one line: control and format characters and lone surrogates gone, white space folded, cut."""
    kept = "".join(c if c.isspace() or unicodedata.category(c)[0] != "C" else "" for c in text)
    return " ".join(kept.split())[:letters].rstrip()


def name_for(title: str, url: str) -> str:
    """A short name to type, such as "ars-technica", from the title or else the host."""
    return slug(title) or slug(_host(url)) or "source"


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def slug(text: str) -> str:
    """Lower-case words joined by hyphens, without accents; other scripts keep their letters."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    words = _APART.sub("-", unicodedata.normalize("NFC", plain).lower()).strip("-")
    return words[:_LETTERS].rstrip("-")


class Names:
    """The names given so far; keeps each next one its own."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}

    def free(self, name: str) -> str:
        """The name, or the name with the first number that nobody has."""
        if name not in self._taken:
            return name
        number = self._next.get(name, 2)
        while f"{name}-{number}" in self._taken:
            number += 1
        self._next[name] = number
        return f"{name}-{number}"

    def take(self, name: str) -> None:
        """It is given."""
        self._taken.add(name)
