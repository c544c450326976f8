"""Markdown into blocks, as people write it and as HTML converters do. One pass over the lines, inline markup memoised.

A history of a document is parsed again and again with a word changed: `inline` remembers what it has read.
"""

from __future__ import annotations

import re

from watchers.clean import clean_text
from watchers.dates import read_date
from watchers.inline import inline, is_bold_line
from watchers.model import Block, BlockKind, Document
from watchers.outline import PSEUDO_LEVEL, Outline
from watchers.plain import add_paragraph

_ATX = re.compile(r"(#{1,6})(?:[ \t]+(.*?)|([^#\s].*?))?(?:[ \t]+#+)?[ \t]*")
_SETEXT = re.compile(r"(=+|-{2,})[ \t]*")
_RULE = re.compile(r"(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,}")
_MARKER = re.compile(r"([*+-]|\d{1,9}[.)])(?:([ \t]+)(.*)|$)", re.DOTALL)
_CELL_BREAK = re.compile(r"(?<!\\)\|")
_DELIMITER = re.compile(r"[|:\s-]+")
_DEFINITION = re.compile(r"\[[^\]]{1,200}\]:\s*\S+.*")
_FRONT = re.compile(r"\A---[ \t]*\n(.{0,4000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_LINE = re.compile(r"^(title|date|author|published):[ \t]*(.+?)[ \t]*$", re.MULTILINE | re.IGNORECASE)
_LOOKS = re.compile(
    rb"^(?:#{1,6}[ \t]+\S|[-*+][ \t]+\[[^\]\n]{1,200}\]\(|\|[ \t:-]{3,}\||```)|\]\(https?://|\*\*[^*\s][^*\n]{0,200}\*\*",
    re.MULTILINE,
)
_LOOKS_OTHERWISE = re.compile(rb"\s*(?:<[!?a-zA-Z]|\{|%PDF-|-----BEGIN)")
_WITHIN = 65536
_MAX_DEPTH = 12


def is_markdown(body: bytes) -> bool:
    """Do bytes that come without name or type look like Markdown: headings, links, tables or bold set its way?"""
    head = body[:_WITHIN]
    return _LOOKS_OTHERWISE.match(head) is None and _LOOKS.search(head) is not None


def read_markdown(text: str, *, url: str) -> Document:
    """The document of a Markdown text; a front matter's title, date and author are heeded."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    facts: dict[str, str] = {}
    if front := _FRONT.match(text):
        facts = {name.lower(): value.strip("\"'") for name, value in _FRONT_LINE.findall(front[1])}
        text = text[front.end() :]
    reader = _Reader()
    for line in text.split("\n"):
        reader.line(line)
    reader.close()
    blocks = tuple(reader.outline.blocks)
    return Document(
        url=url,
        title=clean_text(facts.get("title", ""), limit=500) or _title(blocks),
        blocks=blocks,
        media="markdown",
        published=read_date(facts.get("date") or facts.get("published")),
        author=clean_text(facts.get("author", ""), limit=200),
    )


def _title(blocks: tuple[Block, ...]) -> str:
    headings = [b for b in blocks[:40] if b.kind is BlockKind.HEADING]
    return min(headings, key=lambda b: b.level).text if headings else ""


class _Reader:
    """Takes lines. `_lists` holds for each open list level the column at which its items' text begins."""

    def __init__(self) -> None:
        self.outline = Outline()
        self._open: list[str] = []
        self._kind = BlockKind.PARAGRAPH
        self._lists: list[int] = []
        self._fence = ""
        self._blank = True

    def line(self, line: str) -> None:
        """One more line, without its newline."""
        content = line.lstrip(" \t")
        if self._fence or content.startswith(("```", "~~~")):
            self._fenced(content)
        elif not content:
            self._flush()
            self._blank = True
        else:
            column = _column(line, content)
            if self._blank or _MARKER.match(content):
                while self._lists and column < self._lists[-1]:
                    self._flush()
                    self._lists.pop()
            self._content(content, column)
            self._blank = False

    def close(self) -> None:
        """The text is at its end."""
        self._flush()

    def _fenced(self, content: str) -> None:
        mark = content[:3]
        if not self._fence:
            self._flush()
            self._fence = mark
        elif mark == self._fence:
            self._flush()
            self._fence = ""
        else:
            self._open.append(content + "  ")

    def _content(self, content: str, column: int, depth: int = 0) -> None:
        first = content[0]
        if first in "=-" and self._open and _SETEXT.fullmatch(content):
            self._flush(1 if first == "=" else 2)
        elif first in "*-_" and _RULE.fullmatch(content):
            self._flush()
        elif first == "#" and (found := _ATX.fullmatch(content)):
            self._flush()
            self._open.append(found[2] or found[3] or "")
            self._flush(len(found[1]))
        elif first == "|":
            self._flush()
            self._row(content)
        elif first == ">":
            self._quote(content, column, depth)
        elif (found := _MARKER.match(content)) and depth < _MAX_DEPTH and self._begins_list(found):
            self._item(found, column, depth)
        elif not (first == "[" and _DEFINITION.fullmatch(content)):
            self._open.append(content)

    def _begins_list(self, found: re.Match[str]) -> bool:
        """Within a paragraph only a bullet, or a list's first number, begins a list (CommonMark, 5.3)."""
        return not self._open or bool(self._lists) or found[1] in "*+-" or found[1][:-1] == "1"

    def _item(self, found: re.Match[str], column: int, depth: int) -> None:
        self._flush()
        gap = len(found[2] or " ")
        column += len(found[1]) + (gap if gap <= 4 else 1)
        self._lists.append(column)
        if found[3]:
            self._content(found[3], column, depth + 1)

    def _quote(self, content: str, column: int, depth: int) -> None:
        if self._kind is not BlockKind.QUOTE:
            self._flush()
        self._kind = BlockKind.QUOTE
        rest = content.lstrip("> \t")
        if not rest:
            self._flush()
            return
        if depth < _MAX_DEPTH and rest[0] in "#":
            self._flush()
            self._content(rest, column, depth + 1)
            return
        marker = _MARKER.match(rest)
        if marker and marker[3]:
            self._flush()
            self._kind, rest = BlockKind.QUOTE, marker[3]
        self._open.append(rest)

    def _row(self, content: str) -> None:
        if _DELIMITER.fullmatch(content):
            return
        cells = (
            " ".join(inline(cell.strip()))
            for cell in _CELL_BREAK.split(content.rstrip().removesuffix("|")[1:])
        )
        text = " | ".join(cell for cell in cells if cell)
        if text:
            self.outline.add(BlockKind.ROW, text)

    def _flush(self, heading: int = 0) -> None:
        kind, self._kind = self._kind, BlockKind.PARAGRAPH
        if not self._open:
            return
        raw = "\n".join(self._open)
        self._open.clear()
        texts = inline(raw)
        if heading:
            if text := " ".join(texts):
                self.outline.add(BlockKind.HEADING, text, heading)
        elif not self._lists and kind is BlockKind.PARAGRAPH and is_bold_line(raw) and texts:
            self.outline.add(BlockKind.HEADING, " ".join(texts), PSEUDO_LEVEL)
        else:
            for text in texts:
                self._add(kind, text)

    def _add(self, kind: BlockKind, text: str) -> None:
        if kind is BlockKind.QUOTE:
            self.outline.add(kind, text)
        elif self._lists:
            self.outline.add(BlockKind.ITEM, text, len(self._lists))
        else:
            add_paragraph(self.outline, text)


def _column(line: str, content: str) -> int:
    indent = line[: len(line) - len(content)]
    return len(indent.expandtabs(4)) if "\t" in indent else len(indent)
