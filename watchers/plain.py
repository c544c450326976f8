"""Plain text: paragraphs between empty lines, hard-wrapped lines joined, bullets, headings, and who wrote it when."""

from __future__ import annotations

import re
from collections.abc import Iterator

from watchers.byline import is_byline
from watchers.clean import clean_text
from watchers.model import Block, BlockKind
from watchers.outline import Outline

BULLET = re.compile(r"[•▪●‣◦■·∙–—*-]\s+(?=\S)")
ENUMERATED = re.compile(r"\(?(?:[a-z]|[ivx]{1,5}|\d{1,2})[.)]\s+(?=\S)")
_ENDS = re.compile(r"""[.!?:;,…]["'”’)\]]*$""")
_LINE_ENDS = re.compile(r"""[.!?:;]["'”’)]*$""")
BREAK = "\x00"
"""A line break that counts, in collected text: no parser lets a NUL through as text."""
_TAIL = 60
"""Characters in which the end of a line, and what closes after it, are looked for."""
_RULE = re.compile(r"[-=_*~#]{3,}")
_HEADING_LIMIT = 100
"""Characters; a longer line without a full stop is a paragraph that lacks one."""
_WRAPPED = 60
"""Characters; in text wrapped by hand at least most lines are this long."""


def read_plain(text: str) -> tuple[Block, ...]:
    """The blocks of a plain text."""
    outline = Outline()
    chunks = [lines for lines in _chunks(text) if lines]
    if chunks and len(chunks[0]) in (2, 3) and _is_headline(chunks[0]):
        chunks[:1] = [[line] for line in chunks[0]]
    for index, lines in enumerate(chunks):
        if _is_heading(lines, chunks[index + 1 : index + 2], first=index == 0):
            outline.add(
                BlockKind.HEADING, lines[0].rstrip(":") if index else lines[0], 1 if index == 0 else 2
            )
            continue
        for paragraph in _paragraphs(lines):
            add_paragraph(outline, paragraph)
    return tuple(outline.blocks)


def add_paragraph(outline: Outline, text: str) -> None:
    """A paragraph, or the list item that somebody wrote as one ("• …", or "(a) …" after a lead-in)."""
    if found := BULLET.match(text):
        outline.add(BlockKind.ITEM, text[found.end() :], 1)
    elif ENUMERATED.match(text) and outline.expected(BlockKind.ITEM, 1)[1].endswith(":"):
        outline.add(BlockKind.ITEM, text, 1)
    else:
        outline.add(BlockKind.PARAGRAPH, text)


def pieces(raw: str) -> Iterator[str]:
    """Paragraphs of a text with line breaks: parted at empty lines, after a full line, before a bullet."""
    held = _Joined()
    for line in map(clean_text, raw.split(BREAK)):
        if held and (not line or _LINE_ENDS.search(held.tail) or _is_entry(line)):
            yield held.take()
        if line:
            held.add(line)
    if held:
        yield held.take()


class _Joined:
    """Lines that become one: looked at from both ends only, for there may be a million of them."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def __bool__(self) -> bool:
        return bool(self._lines)

    def add(self, line: str) -> None:
        """One more."""
        self._lines.append(line)

    @property
    def head(self) -> str:
        """How it begins."""
        return " ".join(self._lines[:2])

    @property
    def tail(self) -> str:
        """How it ends."""
        return " ".join(self._lines[-2:])[-_TAIL:]

    def take(self) -> str:
        """All of it, and begin anew."""
        whole, self._lines = " ".join(self._lines), []
        return whole


def _is_entry(line: str) -> bool:
    """Whether it begins like an entry of a list."""
    return bool(BULLET.match(line) or ENUMERATED.match(line))


def _chunks(text: str) -> Iterator[list[str]]:
    """Groups of lines between empty ones; a ruled line parts too."""
    held: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n").split("\n"):
        cleaned = clean_text(line)
        if not cleaned or _RULE.fullmatch(cleaned):
            yield held
            held = []
        else:
            held.append(cleaned)
    yield held


def _is_heading(lines: list[str], following: list[list[str]], *, first: bool) -> bool:
    """A short line on its own without a full stop, before some text."""
    line = lines[0]
    if first:
        return len(lines) == 1 and len(line) <= 2 * _HEADING_LIMIT and not line.endswith((".", ",", ";", ":"))
    return (
        len(lines) == 1
        and bool(following)
        and len(line) <= _HEADING_LIMIT
        and not _ENDS.search(line)
        and not BULLET.match(line)
        and any(c.isalpha() for c in line)
        and not is_byline(line)
    )


def _is_headline(lines: list[str]) -> bool:
    """A headline and, right under it, who wrote this and when."""
    line = lines[0]
    if len(line) > 2 * _HEADING_LIMIT or line.endswith((".", ",", ";", ":")):
        return False
    return is_byline(lines[1]) or (
        len(line) <= _WRAPPED and lines[1][0].isupper() and not _ENDS.search(lines[1])
    )


def _paragraphs(lines: list[str]) -> Iterator[str]:
    """Lines of one chunk: joined where the writer wrapped them, apart where each is its own."""
    wrapped = len(lines) > 1 and sum(len(line) for line in lines[:-1]) >= _WRAPPED * (len(lines) - 1) * 0.8
    held = _Joined()
    for line in lines:
        if held and (_is_entry(line) or not (wrapped or _is_entry(held.head) or not _ENDS.search(held.tail))):
            yield held.take()
        held.add(line)
    if held:
        yield held.take()
