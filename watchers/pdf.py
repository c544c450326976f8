"""Born-digital PDF becomes a Document. Scans hold no text and are said to be unreadable."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import pypdfium2 as pdfium

from watchers.clean import clean_text
from watchers.dates import read_date
from watchers.errors import ExtractError
from watchers.model import BlockKind, Document
from watchers.outline import Outline

MAX_PAGES = 500
_PAGE_NUMBER = re.compile(r"^(?:page\s+)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?$", re.IGNORECASE)
_BULLET = re.compile(r"^(?:[-*•·‣▪◦–]|\(?(?:\d{1,2}|[a-z])[.)])\s+(?=\S)")
_ENDS = (".", "!", "?", ":", ";", "”", '"')
_PDF_DATE = re.compile(r"^D:(\d{4})(\d{2})?(\d{2})?")
_DIGITS = re.compile(r"\d+")

Piece = tuple[BlockKind, str, int]
"""Kind, text and level of a block to be."""


def read_pdf(body: bytes, *, url: str = "") -> Document:
    """The text of `body`; ExtractError "unreadable" where it is a scan, encrypted or broken."""
    try:
        document = pdfium.PdfDocument(body)
    except (pdfium.PdfiumError, ValueError, ctypes.ArgumentError) as error:
        raise ExtractError(
            url, f"the PDF cannot be opened: {error}", reason="unreadable", transient=False
        ) from error
    try:
        count = len(document)
        if count > MAX_PAGES:
            raise ExtractError(url, f"the PDF has {count} pages, more than {MAX_PAGES}", reason="too_large")
        pages = [list(_lines(document[number])) for number in range(count)]
        metadata = document.get_metadata_dict(skip_empty=True)
    except pdfium.PdfiumError as error:
        raise ExtractError(
            url, f"the PDF is damaged: {error}", reason="unreadable", transient=False
        ) from error
    finally:
        document.close()
    outline = Outline()
    for kind, text, level in _pieces(_without_frame(pages)):
        outline.add(kind, text, level)
    blocks = tuple(outline.blocks)
    if sum(len(block.text) for block in blocks) < 20:
        raise ExtractError(
            url, "the PDF holds pictures of pages, no text", reason="unreadable", transient=False
        )
    first = next((b.text for b in blocks if b.kind is BlockKind.HEADING), blocks[0].text)
    return Document(
        url=url,
        title=clean_text(metadata.get("Title", ""), limit=300) or clean_text(first, limit=200),
        blocks=blocks,
        media="pdf",
        published=_date(metadata.get("CreationDate", "")),
        author=clean_text(metadata.get("Author", ""), limit=120),
        notes=(("pages", str(count)),),
    )


def _lines(page: pdfium.PdfPage) -> Iterator[str]:
    text_page = page.get_textpage()
    try:
        text = text_page.get_text_range()
    finally:
        text_page.close()
    yield from text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _without_frame(pages: list[list[str]]) -> Iterator[str]:
    """The lines without page numbers and without what stands at the top or bottom of most pages."""
    edges: Counter[str] = Counter()
    for lines in pages:
        full = [line.strip() for line in lines if line.strip()]
        edges.update({_DIGITS.sub("#", line) for line in (*full[:2], *full[-2:])})
    running = {line for line, times in edges.items() if len(pages) > 2 and times > len(pages) / 2}
    for lines in pages:
        for line in lines:
            text = line.strip()
            if not (_PAGE_NUMBER.match(text) or _DIGITS.sub("#", text) in running):
                yield line


def _pieces(lines: Iterator[str]) -> Iterator[Piece]:
    open_: list[str] = []
    kind = BlockKind.PARAGRAPH
    widest = 0
    for line in lines:
        text = clean_text(line)
        if not text:
            if open_ and _joined(open_).endswith(_ENDS):
                yield from _close(kind, open_)
                open_ = []
            continue
        bullet = _BULLET.match(text)
        if open_ and (bullet or _ended(open_, widest, text)):
            yield from _close(kind, open_)
            open_ = []
        if not open_:
            kind = BlockKind.ITEM if bullet else BlockKind.PARAGRAPH
            widest = 0
        open_.append(text[bullet.end() :] if bullet else text)
        widest = max(widest, len(text))
    yield from _close(kind, open_)


def _ended(open_: list[str], widest: int, text: str) -> bool:
    """Whether the last line ended its paragraph: it stopped short after a full stop, or it was a heading."""
    last = open_[-1]
    if last.endswith(_ENDS):
        return len(last) < max(widest, len(text)) * 0.85
    return (
        len(open_) == 1
        and len(last) < 70
        and len(last) < len(text) * 0.7
        and text[:1].isupper()
        and last[:1].isupper()
    )


def _close(kind: BlockKind, lines: list[str]) -> Iterator[Piece]:
    text = _joined(lines)
    if not text:
        return
    heading = kind is BlockKind.PARAGRAPH and len(lines) == 1 and len(text) < 90 and not text.endswith(_ENDS)
    if heading and text[:1].isupper():
        yield BlockKind.HEADING, text, 2
    else:
        yield kind, text, 1 if kind is BlockKind.ITEM else 0


def _joined(lines: list[str]) -> str:
    """One line; a word broken at a line's end is whole again."""
    text = ""
    for line in lines:
        if text.endswith("-") and text[-2:-1].isalpha() and line[:1].islower():
            text = text[:-1] + line
        else:
            text = f"{text} {line}" if text else line
    return text.replace("\ufffe", "")


def _date(value: str) -> datetime | None:
    found = _PDF_DATE.match(value)
    return read_date(f"{found[1]}-{found[2] or '01'}-{found[3] or '01'}") if found else None
