"""One of two readings while they are set side by side: what of it still has no partner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from service.diff.listed import ITEMS, opens_list
from service.diff.normal import normal_form
from service.diff.numbers import masked
from service.diff.plain import plain
from service.diff.restated import content
from service.diff.titles import bare
from service.model import Reading


@lru_cache(maxsize=32768)
def mark(text: str) -> str:
    """What has to be equal for two sentences to be the same one: normal form, whatever the case."""
    return normal_form(text).casefold()


TITLE = 4
"""Spaces that a title before its sentence has not."""
COPIES = 40
"""Of statements that stand twice, and of what is left, so many are set against each other."""


class Side:
    """One reading: its statements that are still `open`, and `loose` sentences, no statements, new to the other."""

    def __init__(self, reading: Reading) -> None:
        self.statements = reading.statements
        self.marks = [mark(s.text) for s in reading.statements]
        self.texts = reading.sentences
        self.sentences = [mark(text) for text in reading.sentences]
        self.every = {
            *self.sentences,
            *self.marks,
            *(mark(s.heading) for s in reading.statements if s.heading),
            *map(mark, reading.headings),
        }
        self.open = list(range(len(self.statements)))
        self.loose: list[str] = []

    def leave_out(self, elsewhere: set[str]) -> list[int]:
        """Close and return the open statements whose sentence stands on the other side."""
        return self.close([i for i in self.open if self.marks[i] in elsewhere])

    def copies(self, other: Side) -> list[int]:
        """Open statements of which the other side holds another copy: the same promise twice in one text."""
        told = set(other.marks)
        return [i for i in self.open if self.marks[i] in told]

    def find_loose(self, elsewhere: set[str]) -> None:
        """The sentences of this side alone that are no statements."""
        judged = set(self.marks)
        self.loose = [m for m in dict.fromkeys(self.sentences) if m not in elsewhere and m not in judged]

    def close(self, indices: Sequence[int]) -> list[int]:
        """These need no further look; returned as a list."""
        gone = set(indices)
        self.open = [i for i in self.open if i not in gone]
        return list(indices)

    def said(self, texts: Sequence[str]) -> list[int]:
        """Open statements that are these sentences."""
        given = {mark(text) for text in texts}
        return [i for i in self.open if self.marks[i] in given]

    def by_words(self) -> dict[str, tuple[int | None, str]]:
        """What is open or loose, by its words without the figures, where it has both and no other has those words.

        Each is given as its index among the statements, None for a loose sentence, and its mark.
        """
        pool = [(index, text, masked(text)) for index, text in self.pool()]
        often = Counter(key for _, _, key in pool)
        return {
            key: (index, text)
            for index, text, key in pool
            if often[key] == 1 and key != text and any(c.isalpha() for c in key)
        }

    def loose_leads(self) -> list[tuple[int, str]]:
        """Loose sentences that open a list, each with the first open statement among its items."""
        owners = {self.marks[i]: i for i in reversed(self.open)}
        found = []
        for lead in self.loose:
            at = self.sentences.index(lead)
            if opens_list(self.texts[at]):
                items = self.sentences[at + 1 : at + 1 + ITEMS]
                found += [(owners[item], self.texts[at]) for item in items if item in owners][:1]
        return found

    def bare(self) -> list[int]:
        """Open statements that are mere titles: that one comes or goes is no news, whatever the detector says."""
        return [i for i in self.open if bare(self.statements[i].text) or self._runs_in(self.marks[i])]

    def _runs_in(self, title: str) -> bool:
        """A few words that the next sentence says in full: "No back doors. We build no back doors into it."."""
        if title.count(" ") >= TITLE or not (said := set(content(plain(title)))):
            return False
        if title not in self.sentences:
            # it went a version ago; what it ran into stands somewhere still
            return any(said <= set(content(plain(sentence))) for sentence in self.sentences)
        following = self.sentences[self.sentences.index(title) + 1 :][:1]
        return bool(following) and said <= set(content(plain(following[0])))

    def text_of(self, sentence: str) -> str:
        """The text as it stands of a sentence given by its mark."""
        return self.texts[self.sentences.index(sentence)]

    def pool(self) -> list[tuple[int | None, str]]:
        """What may be paired: the open statements, then the loose sentences (None), with their marks."""
        return [*((i, self.marks[i]) for i in self.open), *((None, m) for m in self.loose)]
