"""What a search asks for, and where a text answers it. Pure; the same for every database.

Words of four letters and more also find longer words that begin so; words in double quotes are a phrase, taken as it
stands. Case and accents do not count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

PREFIX_MIN = 4
_PART = re.compile(r'"([^"]*)"?|([^\s"]+)')
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must stand one after the other; `open`: the last one may go on."""

    words: tuple[str, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a text; `hit`: a search asked for it."""

    text: str
    hit: bool


def parse_terms(q: str) -> tuple[Term, ...]:
    """All of these are wanted; none where `q` holds neither letter nor digit."""
    found = []
    for part in _PART.finditer(q):
        quoted = part[1] is not None
        words = tuple(
            fold(word) for word in _WORD.findall(unicodedata.normalize("NFC", part[1 if quoted else 2]))
        )
        words = tuple(filter(None, words))
        if words:
            found.append(Term(words, open=not quoted and len(words[-1]) >= PREFIX_MIN))
    return tuple(dict.fromkeys(found))


def fold(word: str) -> str:
    """Without case and accents."""
    if word.isascii():
        return word.lower()
    bare = (c for c in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(c))
    return "".join(bare)


def pieces(text: str, terms: Sequence[Term]) -> tuple[Piece, ...]:
    """`text` cut at the borders of its hits; put together again the pieces are the text."""
    if not text:
        return ()
    found: list[Piece] = []
    at = 0
    for start, end in _merged(_spans(text, terms)):
        if start > at:
            found.append(Piece(text[at:start], hit=False))
        found.append(Piece(text[start:end], hit=True))
        at = end
    if at < len(text):
        found.append(Piece(text[at:], hit=False))
    return tuple(found)


def _spans(text: str, terms: Sequence[Term]) -> Iterator[tuple[int, int]]:
    if not terms:
        return
    found = [m.span() for m in _WORD.finditer(text)]
    words = [fold(text[start:end]) for start, end in found]
    for term in terms:
        length = len(term.words)
        *before, last = term.words
        for index in range(length - 1, len(words)):
            word = words[index]
            hit = word == last or (term.open and word.startswith(last))
            if hit and (length == 1 or words[index - length + 1 : index] == before):
                yield found[index - length + 1][0], found[index][1]


def _merged(spans: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    start = end = -1
    for begin, stop in sorted(spans):
        if begin > end:
            if end >= 0:
                yield start, end
            start, end = begin, stop
        else:
            end = max(end, stop)
    if end >= 0:
        yield start, end
