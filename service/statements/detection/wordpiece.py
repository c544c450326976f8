"""Text to the numbers of word pieces, as BERT's uncased vocabulary has them (Schuster & Nakajima 2012)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

TEXT_PIECES, HEADING_PIECES, PREV_PIECES = 168, 14, 36
"""How much of each is read. Of a longer text the middle is left out, of `prev` the end is read."""

_TOKEN = re.compile(r"\w+|[^\w\s]")
_FOLD = str.maketrans("’‘“”", "''\"\"")
_LONGEST = 60
_REMEMBERED = 100_000


class WordPieces:
    """Splits words greedily into the longest pieces of a vocabulary, and remembers how."""

    __slots__ = ("_colon", "_first", "_known", "_stop", "_unknown", "_vocabulary")

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        self._vocabulary = vocabulary
        self._first, self._stop = vocabulary["[CLS]"], vocabulary["[SEP]"]
        self._unknown, self._colon = vocabulary["[UNK]"], vocabulary[":"]
        self._known: dict[str, tuple[int, ...]] = {}

    def read(self, text: str, heading: str, prev: str) -> tuple[list[int], int]:
        """(pieces, how many of them are the sentence's): [CLS] text [SEP] heading : prev [SEP]."""
        own = self.pieces(text)
        if len(own) > TEXT_PIECES:
            own = own[: TEXT_PIECES // 2 + 20] + own[-(TEXT_PIECES // 2 - 20) :]
        around = [
            *self.pieces(heading[:160])[:HEADING_PIECES],
            self._colon,
            *self.pieces(prev[-160:])[-PREV_PIECES:],
        ]
        return [self._first, *own, self._stop, *around, self._stop], len(own) + 2

    def pieces(self, text: str) -> list[int]:
        """The numbers of a text's pieces."""
        found: list[int] = []
        for word in _TOKEN.findall(_plain(text)):
            numbers = self._known.get(word)
            found += self._learn(word) if numbers is None else numbers
        return found

    def _learn(self, word: str) -> tuple[int, ...]:
        numbers = self._cut(word)
        if len(self._known) < _REMEMBERED:
            self._known[word] = numbers
        return numbers

    def _cut(self, word: str) -> tuple[int, ...]:
        if len(word) > _LONGEST:
            return (self._unknown,)
        found: list[int] = []
        start = 0
        while start < len(word):
            end = next(
                (e for e in range(len(word), start, -1) if self._piece(word, start, e) in self._vocabulary), 0
            )
            if not end:
                return (self._unknown,)
            found.append(self._vocabulary[self._piece(word, start, end)])
            start = end
        return tuple(found)

    @staticmethod
    def _piece(word: str, start: int, end: int) -> str:
        return word[start:end] if start == 0 else "##" + word[start:end]


def _plain(text: str) -> str:
    low = text.lower().translate(_FOLD)
    if low.isascii():
        return low
    return "".join(c for c in unicodedata.normalize("NFD", low) if unicodedata.category(c) != "Mn")
