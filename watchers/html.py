"""The walk over an HTML tree: elements in, blocks out. Iterative, so no depth of nesting can break it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from watchers.clean import clean_text
from watchers.furniture import CHECKED, SKIPPED, is_furniture, is_hidden
from watchers.model import Block, BlockKind
from watchers.outline import MAX_BLOCKS, PSEUDO_LEVEL, Outline, TooLongError, is_heading_like
from watchers.pgp import is_clearsigned, read_clearsigned
from watchers.plain import BREAK, add_paragraph, pieces, read_plain

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "body",
        "blockquote",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "frameset",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "search",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "caption",
        "label",
        "button",
    ]
)
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_NAMED = frozenset({"header", "footer", "aside", "button"})
"""Elements that say what they are without an attribute."""
_BOLD = frozenset({"b", "strong"})
_STRUCTURED = (
    "br, p, div, li, del, s, strike, script, style, button, template, noscript, svg, [hidden], [style], "
    "[aria-hidden]"
)
_LISTS = frozenset({"ul", "ol", "menu", "dir", "dl"})


class Piece(NamedTuple):
    """One block to be, with what tells text from furniture."""

    kind: BlockKind
    text: str
    level: int
    linked: float
    """The share of its letters that stands in links."""
    article: int
    """The number of the article it stands in, 0 for none."""


class Keep(IntEnum):
    """How much the walk leaves out."""

    DOCUMENT = 0
    """Furniture and hidden parts."""
    DOUBTFUL = 1
    """Only what can be nothing but furniture, and hidden parts."""
    ALL = 2
    """Only what is never text."""


class Walk:
    """Reads elements into pieces. `controlled`: ids of parts that the reader can unfold."""

    def __init__(self, controlled: frozenset[str] = frozenset(), *, keep: Keep = Keep.DOCUMENT) -> None:
        self.pieces: list[Piece] = []
        self._controlled, self._keep = controlled, keep
        self._parts: list[str] = []
        self._link_letters = self._bold_letters = 0
        self._in_link = self._in_bold = 0
        self._lists = self._items = self._quotes = self._heading = 0
        self._main = self._article = self._article_count = 0
        self._term = False

    def read(self, root: LexborNode, *, inside: bool = False) -> None:
        """Walk one element and all it holds. `inside`: it is (part of) the document proper."""
        self._main += inside
        stack: list[tuple[LexborNode, str]] = []
        node: LexborNode | None = root
        while True:
            if node is not None:
                tag = node.tag or ""
                if tag == "-text":
                    self._text(node)
                    node = node.next if stack else None
                    continue
                if self._enter(node, tag):
                    stack.append((node, tag))
                    node = node.first_child
                    continue
                node = node.next if stack else None
                continue
            if not stack:
                break
            done, tag = stack.pop()
            self._leave(tag)
            node = done.next if stack else None
        self._flush()
        self._main -= inside

    # ------------------------------------------------------------ elements

    def _text(self, node: LexborNode) -> None:
        text = node.text_content
        if text:
            self._parts.append(text)
            if self._in_link:
                self._link_letters += len(text.strip())
            if self._in_bold:
                self._bold_letters += len(text.strip())

    def _enter(self, node: LexborNode, tag: str) -> bool:
        """Begin an element; False if what it holds is not to be walked."""
        if tag in SKIPPED:
            return tag == "nav" and self._keep > Keep.DOCUMENT
        if tag == "br":
            self._parts.append(BREAK)
            return False
        marks = node.attributes if tag in CHECKED else None
        if marks is not None and (marks or tag in _NAMED) and self._left_out(node, tag, marks):
            self._parts.append(" ")
            return False
        if tag in ("pre", "tr"):
            return self._pre(node) if tag == "pre" else self._row(node)
        if tag in _BLOCKS or "-" in tag:
            self._flush()
            self._open(tag)
        elif tag == "a":
            self._in_link += 1
        elif tag in _BOLD:
            self._in_bold += 1
        return True

    def _left_out(self, node: LexborNode, tag: str, marks: dict[str, str | None]) -> bool:
        if tag == "button" and "aria-expanded" not in marks:  # but an accordion's is a heading
            return True
        if self._keep is Keep.ALL or (len(marks) == 1 and "href" in marks):
            return False
        if is_hidden(marks, self._controlled):
            return True
        if tag in ("a", "p", "button", "label"):
            return False
        return is_furniture(
            node, tag, marks, inside=bool(self._main or self._article), certain=self._keep > Keep.DOCUMENT
        )

    def _open(self, tag: str) -> None:
        if tag in _HEADINGS:
            self._heading = _HEADINGS[tag]
        elif tag in ("summary", "button"):
            self._heading = self._heading or PSEUDO_LEVEL
        elif tag in _LISTS:
            self._lists += 1
        elif tag in ("li", "dt", "dd"):
            self._items += 1
            self._term = tag == "dd"
        elif tag == "blockquote":
            self._quotes += 1
        elif tag == "article":
            if not self._article:
                self._article_count += 1
            self._article += 1
        elif tag == "main":
            self._main += 1

    def _leave(self, tag: str) -> None:
        if tag == "a":
            self._in_link -= 1
            return
        if tag in _BOLD:
            self._in_bold -= 1
            return
        if not (tag in _BLOCKS or "-" in tag):
            return
        self._flush()
        if tag in _HEADINGS or tag in ("summary", "button"):
            self._heading = 0
        elif tag in _LISTS:
            self._lists -= 1
            self._term = False
        elif tag in ("li", "dt", "dd"):
            self._items -= 1
            self._term = False
        elif tag == "blockquote":
            self._quotes -= 1
        elif tag == "article":
            self._article -= 1
        elif tag == "main":
            self._main -= 1

    def _row(self, row: LexborNode) -> bool:
        """A row of data becomes one block; True if it is a mere box, to be walked as such."""
        cells = [c for c in row.iter() if c.tag in ("td", "th")]
        if len(cells) < 2 or any(c.css_first("table, h1, h2, h3, h4, h5, h6, article, main") for c in cells):
            return True
        self._flush()
        texts = (_flat(cell) for cell in cells)
        text = " | ".join(t for t in texts if t)
        if text:
            self._add(BlockKind.ROW, text)
        return False

    def _pre(self, node: LexborNode) -> bool:
        """Preformatted text is plain text with its lines; a signed statement often stands so."""
        self._flush()
        if self._lists or self._quotes or node.css_first("p, div, h1, h2, h3, h4, ul, ol, table"):
            return True
        text = node.text()
        for block in read_clearsigned(text, url="").blocks if is_clearsigned(text) else read_plain(text):
            self._add(block.kind, block.text, block.level)
        return False

    # ------------------------------------------------------------ blocks

    def _flush(self) -> None:
        if not self._parts:
            return
        raw = "".join(self._parts) if len(self._parts) > 1 else self._parts[0]
        self._parts.clear()
        for text in pieces(raw) if BREAK in raw else (clean_text(raw),):
            if text:
                self._emit(text)
        self._link_letters = self._bold_letters = 0

    def _emit(self, text: str) -> None:
        if self._heading:
            self._add(BlockKind.HEADING, text, self._heading)
        elif self._quotes:
            self._add(BlockKind.QUOTE, text)
        elif self._items:
            self._add(BlockKind.ITEM, text, max(self._lists, 1) + self._term)
        elif self._bold_letters >= len(text) - 2 and is_heading_like(text):
            self._add(BlockKind.HEADING, text, PSEUDO_LEVEL)
        else:
            self._add(BlockKind.PARAGRAPH, text)

    def _add(self, kind: BlockKind, text: str, level: int = 0) -> None:
        linked = min(self._link_letters / len(text), 1.0)
        self.pieces.append(Piece(kind, text, level, linked, self._article_count if self._article else 0))
        if len(self.pieces) > MAX_BLOCKS:
            raise TooLongError


def build(pieces_: Iterable[Piece]) -> tuple[Block, ...]:
    """The pieces as blocks, each with its heading and lead-in."""
    outline = Outline()
    for piece in pieces_:
        if piece.kind is BlockKind.PARAGRAPH:
            add_paragraph(outline, piece.text)
        else:
            outline.add(piece.kind, piece.text, piece.level)
    return tuple(outline.blocks)


def _flat(node: LexborNode) -> str:
    """A table cell's text, its paragraphs and lines parted by spaces."""
    if node.css_first(_STRUCTURED) is None:
        return clean_text(node.text())
    walk = Walk()
    for child in node.iter(include_text=True):
        walk.read(child, inside=True)
    return " ".join(piece.text for piece in walk.pieces)
