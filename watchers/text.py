r"""The canonical form of a document's text: what is stored, hashed, compared and read by people.

One line a block, an empty line between paragraphs:

    # heading (one # a level)         - item (two spaces of indentation a level)
    | row                             > quotation
    anything else: a paragraph; a leading \ takes away the meaning of the character after it

Heading and lead-in of a block follow from the order; where they do not, a line `%heading …` or `%lead-in …` before the
block says so. It reads back into exactly the same blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from watchers.model import Block, BlockKind, Document
from watchers.outline import Outline

_MARKS = "#->|%\\"
_HEADING = re.compile(r"(#{1,6}) (.*)", re.DOTALL)
_ITEM = re.compile(r"((?:  )*)- (.*)", re.DOTALL)
_HEADING_NOTE, _LEAD_NOTE = "%heading ", "%lead-in "


def to_text(document: Document) -> str:
    """The document's blocks as text, ending in a newline ("" if there are none)."""
    outline = Outline()
    lines: list[str] = []
    before: BlockKind | None = None
    for block in document.blocks:
        if before is not None and not (block.kind is before and before in (BlockKind.ITEM, BlockKind.ROW)):
            lines.append("")
        lines.extend(_notes(block, outline))
        lines.append(_line(block))
        outline.add(block.kind, block.text, block.level, block.heading, block.lead_in)
        before = block.kind
    return "\n".join(lines) + "\n" if lines else ""


def from_text(
    text: str,
    *,
    url: str,
    title: str,
    media: str,
    published: datetime | None = None,
    author: str = "",
    language: str = "",
    notes: tuple[tuple[str, str], ...] = (),
) -> Document:
    """The document that `to_text` wrote down; what the text does not hold is handed in."""
    outline = Outline()
    heading: str | None = None
    lead_in: str | None = None
    for line in text.split("\n"):
        if not line:
            continue
        if line.startswith(_HEADING_NOTE):
            heading = line[len(_HEADING_NOTE) :]
        elif line.startswith(_LEAD_NOTE):
            lead_in = line[len(_LEAD_NOTE) :]
        else:
            kind, content, level = _read(line)
            outline.add(kind, content, level, heading, lead_in)
            heading = lead_in = None
    return Document(url, title, tuple(outline.blocks), media, published, author, language, notes)


def _notes(block: Block, outline: Outline) -> Iterator[str]:
    heading, lead_in = outline.expected(block.kind, block.level)
    if heading != block.heading:
        yield _HEADING_NOTE + block.heading
    if lead_in != block.lead_in:
        yield _LEAD_NOTE + block.lead_in


def _line(block: Block) -> str:
    match block.kind:
        case BlockKind.HEADING:
            return "#" * block.level + " " + block.text
        case BlockKind.ITEM:
            return "  " * (block.level - 1) + "- " + block.text
        case BlockKind.ROW:
            return "| " + block.text
        case BlockKind.QUOTE:
            return "> " + block.text
        case _:
            return "\\" + block.text if block.text[:1] in _MARKS else block.text


def _read(line: str) -> tuple[BlockKind, str, int]:
    if line.startswith("\\"):
        return BlockKind.PARAGRAPH, line[1:], 0
    if found := _HEADING.fullmatch(line):
        return BlockKind.HEADING, found[2], len(found[1])
    if found := _ITEM.fullmatch(line):
        return BlockKind.ITEM, found[2], len(found[1]) // 2 + 1
    if line.startswith("| "):
        return BlockKind.ROW, line[2:], 0
    if line.startswith("> "):
        return BlockKind.QUOTE, line[2:], 0
    return BlockKind.PARAGRAPH, line, 0
