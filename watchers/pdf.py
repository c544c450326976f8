"""Born-digital PDF into a document. A scan holds no text and is said to be unreadable."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from statistics import median
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from watchers.clean import clean_text
from watchers.dates import read_date
from watchers.errors import ExtractError
from watchers.model import BlockKind, Document
from watchers.outline import PSEUDO_LEVEL, Outline, is_heading_like
from watchers.plain import BULLET, ENUMERATED

MAX_PAGES = 500
_FEWEST_LETTERS = 20
"""Per document; a scan has none or a stamp."""
_PAGE_NUMBER = re.compile(
    r"[-–— ]*(?:page\s+|p\.\s*)?\d{1,4}(?:\s*(?:/|of|von|sur|de)\s*\d{1,4})?[-–— ]*", re.IGNORECASE
)
_ENDED = re.compile(r"""[.!?:;…]["'”’)\]]*$""")
_PDF_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?(?:Z|([+-]\d{2})'?(\d{2})'?)?")
_DIGITS = re.compile(r"\d+")
_SOFT_HYPHEN = re.compile("[\ufffe\u00ad\u0002]")
"""What pdfium gives for the hyphen at a line's end."""
_EDGE_LINES = 2
_GAP = 1.35
"""A distance between lines so many times the usual one parts paragraphs."""
_LARGER = 1.12
"""Letters so many times the usual size are a heading's."""
_BOLD = 600


class Line(NamedTuple):
    """One line of a page. Lengths in points; `y` is its middle from the bottom of the page."""

    text: str
    y: float
    left: float
    right: float
    size: float
    bold: bool
    page: int


def read_pdf(body: bytes, *, url: str) -> Document:
    """The text of `body`; ExtractError "unreadable" where it is a scan, encrypted or broken, or "too_large"."""
    try:
        with pdfium.PdfDocument(body) as document:
            count = len(document)
            if count > MAX_PAGES:
                raise ExtractError(
                    url, f"{count} pages, more than {MAX_PAGES}", reason="too_large", transient=False
                )
            lines = [line for number in range(count) for line in _page_lines(document, number)]
            facts = document.get_metadata_dict(skip_empty=True)
    except (pdfium.PdfiumError, ValueError, ctypes.ArgumentError) as error:
        raise ExtractError(
            url, f"the PDF cannot be read: {error}", reason="unreadable", transient=False
        ) from error
    outline = Outline()
    for kind, text, level in _paragraphs(_without_frame(lines, count)):
        outline.add(kind, text, level)
    blocks = tuple(outline.blocks)
    if sum(c.isalpha() for block in blocks for c in block.text) < _FEWEST_LETTERS:
        raise ExtractError(
            url, "the PDF holds pictures of pages, no text", reason="unreadable", transient=False
        )
    heading = next((b.text for b in blocks if b.kind is BlockKind.HEADING), "")
    return Document(
        url=url,
        title=_title(facts.get("Title", "")) or clean_text(heading or blocks[0].text, limit=200),
        blocks=blocks,
        media="pdf",
        published=_date(facts.get("CreationDate", "")),
        author=clean_text(facts.get("Author", ""), limit=120),
        notes=(("pages", str(count)),),
    )


# ------------------------------------------------------------- lines


def _page_lines(document: pdfium.PdfDocument, number: int) -> Iterator[Line]:
    page = document[number]
    text_page = page.get_textpage()
    try:
        at = 0
        for raw in text_page.get_text_range().split("\r\n"):
            text = clean_text(_SOFT_HYPHEN.sub("", raw)) + ("\u2010" if _SOFT_HYPHEN.search(raw[-1:]) else "")
            if text:
                start = at + len(raw) - len(raw.lstrip())
                yield _line(text_page, text, start, at + len(raw.rstrip()) - 1, number)
            at += len(raw) + 2
    finally:
        text_page.close()
        page.close()


def _line(text_page: pdfium.PdfTextPage, text: str, first: int, last: int, page: int) -> Line:
    """The line with where and how it stands, as its first and last characters tell."""
    left, bottom, _, top = _box(text_page, first)
    right = _box(text_page, last)[2]
    size = float(pdfium_c.FPDFText_GetFontSize(text_page.raw, first))
    bold = int(pdfium_c.FPDFText_GetFontWeight(text_page.raw, first)) >= _BOLD or _bold_name(text_page, first)
    return Line(text, (bottom + top) / 2, left, right, max(size, top - bottom), bold, page)


def _box(text_page: pdfium.PdfTextPage, index: int) -> tuple[float, float, float, float]:
    try:
        left, bottom, right, top = text_page.get_charbox(index, loose=True)
    except (pdfium.PdfiumError, ValueError, IndexError):
        return 0.0, 0.0, 0.0, 0.0
    return float(left), float(bottom), float(right), float(top)


def _bold_name(text_page: pdfium.PdfTextPage, index: int) -> bool:
    buffer, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    pdfium_c.FPDFText_GetFontInfo(text_page.raw, index, buffer, 128, flags)
    return b"bold" in buffer.value.lower()


def _without_frame(lines: list[Line], pages: int) -> list[Line]:
    """The lines without page numbers and without what stands at the edge of most pages."""
    by_page: dict[int, list[Line]] = {}
    for line in lines:
        by_page.setdefault(line.page, []).append(line)
    edges: Counter[str] = Counter()
    at_edge: set[int] = set()
    for page in by_page.values():
        upright = sorted(page, key=lambda line: -line.y)
        outer = {id(line): line for line in (*upright[:_EDGE_LINES], *upright[-_EDGE_LINES:])}
        at_edge.update(outer)
        edges.update({_DIGITS.sub("#", line.text) for line in outer.values()})
    running = {text for text, times in edges.items() if pages > 2 and times > pages / 2}
    return [
        line
        for line in lines
        if id(line) not in at_edge
        or not (_PAGE_NUMBER.fullmatch(line.text) or _DIGITS.sub("#", line.text) in running)
    ]


# ------------------------------------------------------------- paragraphs


def _paragraphs(lines: list[Line]) -> Iterator[tuple[BlockKind, str, int]]:
    """(kind, text, level) of each paragraph, its lines joined."""
    if not lines:
        return
    usual = _usual_size(lines)
    pitch = _pitch(lines, usual)
    margin = max(line.right for line in lines)
    sizes = sorted({round(line.size) for line in lines if line.size > usual * _LARGER}, reverse=True)
    held: list[Line] = []
    for line in lines:
        if held and _parts(held, line, pitch, margin):
            yield _close(held, usual, sizes)
            held = []
        held.append(line)
    yield _close(held, usual, sizes)


def _usual_size(lines: list[Line]) -> float:
    letters: Counter[float] = Counter()
    for line in lines:
        letters[round(line.size, 1)] += len(line.text)
    return letters.most_common(1)[0][0] or 10.0


def _pitch(lines: list[Line], usual: float) -> float:
    """The usual distance from one line to the next."""
    gaps = [a.y - b.y for a, b in pairwise(lines) if a.page == b.page and 0 < a.y - b.y < 3 * usual]
    return median(gaps) if gaps else 1.2 * usual


def _parts(held: list[Line], line: Line, pitch: float, margin: float) -> bool:
    """Does `line` begin a new paragraph?"""
    last = held[-1]
    if BULLET.match(line.text) or abs(last.size - line.size) > 0.1 * last.size or last.bold != line.bold:
        return not (last.bold != line.bold and _goes_on(last, line))
    if last.page != line.page:
        return bool(_ENDED.search(last.text)) or not line.text[:1].islower()
    gap = last.y - line.y
    if gap > _GAP * pitch or gap < -pitch:
        return True
    if ENUMERATED.match(line.text) and _ENDED.search(last.text):
        return True
    short = last.right < margin - 0.2 * (margin - last.left)
    return bool(_ENDED.search(last.text)) and (short or line.left > last.left + line.size)


def _goes_on(last: Line, line: Line) -> bool:
    """A bold word at a line's beginning changes the look, not the paragraph."""
    return line.text[:1].islower() and not _ENDED.search(last.text)


def _close(lines: list[Line], usual: float, sizes: list[int]) -> tuple[BlockKind, str, int]:
    text = _joined(lines)
    first = lines[0]
    if found := BULLET.match(text):
        return BlockKind.ITEM, text[found.end() :], 1
    if first.size > usual * _LARGER and len(text) <= 200:
        return (
            BlockKind.HEADING,
            text,
            min(sizes.index(round(first.size)) + 1, 5) if round(first.size) in sizes else 2,
        )
    if all(line.bold for line in lines) and is_heading_like(text):
        return BlockKind.HEADING, text, PSEUDO_LEVEL
    return BlockKind.PARAGRAPH, text, 0


def _joined(lines: list[Line]) -> str:
    """One text; a word broken at a line's end is whole again."""
    text = ""
    for line in lines:
        if text.endswith("\u2010") or (
            text.endswith("-") and text[-2:-1].isalpha() and line.text[:1].islower()
        ):
            text = text[:-1] + line.text
        else:
            text = f"{text} {line.text}" if text else line.text
    return text.replace("\u2010 ", "").replace("\u2010", "-")


def _title(text: str) -> str:
    """The metadata's title, unless it is a file's name or a program's placeholder."""
    text = clean_text(text, limit=300)
    noise = text.lower().endswith((".doc", ".docx", ".indd", ".pdf")) or text.lower() in (
        "untitled",
        "(anonymous)",
    )
    return "" if noise or text.lower().startswith("microsoft word") else text


def _date(text: str) -> datetime | None:
    found = _PDF_DATE.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, zone, zone_minute = found.groups()
    clock = f"T{hour}:{minute}:{second}" if hour else "T00:00:00"
    return read_date(f"{year}-{month}-{day}{clock}{zone or '+00'}:{zone_minute or '00'}")
