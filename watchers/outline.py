"""Blocks in reading order, each with the heading it stands under and the words that lead in to its list.

One place decides both, so that a stored text needs to write down only what cannot be worked out again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from watchers.model import Block, BlockKind

_SENTENCE_START = re.compile(r"""[.!?]["'”’)\]]*\s+(?=["'“‘(]?[A-Z0-9])""")
_ENDED = re.compile(r"""[.!?…;][”"'’)\]]*$""")
_ANNOUNCES = re.compile(
    r"\b(?:following|as follows|below|these (?:cases|circumstances|situations))\b", re.IGNORECASE
)
LEAD_IN_LIMIT = 600
"""Characters; a longer "lead-in" is a paragraph that a list happens to follow."""

LONGEST_BLOCK = 20_000
"""Characters; a longer one, which nobody writes, is taken for several, so that reading a document takes time in
proportion to its length whatever the reading of one block takes."""
LONGEST_HEADING = 600
"""Characters of a heading that go with what stands under it."""
PSEUDO_LEVEL = 6
"""Of a heading that is none in the markup, such as a bold line: below every real one."""
MAX_BLOCKS = 50_000
_NO_HEADING = (".", "!", ";", ",", ":", "…")


class TooLongError(Exception):
    """More blocks than any document has."""


def is_heading_like(text: str) -> bool:
    """Short, and no sentence that ends or goes on: may be a heading if it also looks like one."""
    return len(text) <= 100 and not text.endswith(_NO_HEADING)


def lead_in_of(text: str) -> str:
    """The last sentence of `text` if it introduces what follows, else "".

    It does when it ends in a colon or with no full stop at all, or says "the following" and the like.
    """
    start = 0
    text = text[-2 * LEAD_IN_LIMIT :]
    for match in _SENTENCE_START.finditer(text):
        start = match.end()
    last = text[start:]
    if len(last) > LEAD_IN_LIMIT or (_ENDED.search(last) and not _ANNOUNCES.search(last)):
        return ""
    return last


def _cut(text: str) -> Iterator[str]:
    """Pieces of at most LONGEST_BLOCK, ending at white space where there is some."""
    at = 0
    while at < len(text):
        end = at + LONGEST_BLOCK
        if end < len(text):
            space = text.rfind(" ", at + LONGEST_BLOCK // 2, end)
            end = space if space > 0 else end
        if piece := text[at:end].strip():
            yield piece
        at = end


class Outline:
    """Takes texts in reading order, gives them back as blocks."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._headings: list[tuple[int, str]] = []
        self._lists: list[tuple[int, str, str]] = []
        """Open list levels: (level, lead-in of its items, last item's text)."""
        self._leader = ""
        """The text before the list, if it was no item."""

    @property
    def heading(self) -> str:
        """The nearest heading above what comes next."""
        return self._headings[-1][1][:LONGEST_HEADING].rstrip() if self._headings else ""

    def expected(self, kind: BlockKind, level: int) -> tuple[str, str]:
        """The heading and lead-in that a block would get now."""
        if kind is BlockKind.HEADING:
            above = [text for depth, text in self._headings if depth < level]
            return (above[-1][:LONGEST_HEADING].rstrip() if above else ""), ""
        if kind is BlockKind.ITEM:
            return self.heading, self._item_lead_in(level)
        if kind is BlockKind.ROW:
            return self.heading, lead_in_of(self._leader) if self._leader.endswith(":") else ""
        return self.heading, ""

    def add(
        self,
        kind: BlockKind,
        text: str,
        level: int = 0,
        heading: str | None = None,
        lead_in: str | None = None,
    ) -> None:
        """One more block. `heading` and `lead_in` overrule what follows from the order."""
        if len(text) > LONGEST_BLOCK:
            for number, piece in enumerate(_cut(text)):
                as_text = kind is BlockKind.HEADING and number > 0
                self.add(BlockKind.PARAGRAPH if as_text else kind, piece, 0 if as_text else level)
            return
        above, leads = self.expected(kind, level)
        above = above if heading is None else heading
        leads = leads if lead_in is None else lead_in
        if len(self.blocks) >= MAX_BLOCKS:
            raise TooLongError
        self.blocks.append(Block(kind, text, above, leads, level))
        if kind is BlockKind.ITEM:
            self._lists = [entry for entry in self._lists if entry[0] < level] + [(level, leads, text)]
        elif kind is BlockKind.HEADING:
            self._headings = [h for h in self._headings if h[0] < level] + [(level, text)]
            self._lists, self._leader = [], text if text.endswith(":") else ""
        elif kind is not BlockKind.ROW:
            self._lists, self._leader = [], text

    def _item_lead_in(self, level: int) -> str:
        outer: tuple[int, str, str] | None = None
        for entry in self._lists:
            if entry[0] == level:
                return entry[1]
            if entry[0] < level:
                outer = entry
        if outer is None:
            return lead_in_of(self._leader)
        return " ".join(part for part in (outer[1], lead_in_of(outer[2])) if part)
