"""The walk over an HTML tree: elements in, blocks out. Iterative, so no depth of nesting can break it."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from watchers.clean import clean_text
from watchers.furniture import CHECKED, SKIPPED, is_furniture, is_hidden
from watchers.model import Block, BlockKind
from watchers.outline import Outline
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
_LISTS = frozenset({"ul", "ol", "menu", "dir", "dl"})


class Walk:
    """Reads elements into an outline. `keep_all`: leave nothing out but what is never text."""

    def __init__(self, controlled: frozenset[str] = frozenset(), *, keep_all: bool = False) -> None:
        self.outline = Outline()
        self.links: list[float] = []
        """For each block the share of its letters that stands in links."""
        self.articles: list[int] = []
        """For each block the number of the article it stands in, 0 for none."""
        self.depth = 0
        """The deepest nesting met."""
        self._controlled, self._keep_all = controlled, keep_all
        self._parts: list[str] = []
        self._link_letters = 0
        self._in_link = 0
        self._lists = 0
        self._items = 0
        self._quotes = 0
        self._heading = 0
        self._main = 0
        self._article = self._article_count = 0
        self._term = False
        self._wrapped = False

    @property
    def blocks(self) -> list[Block]:
        """What was read so far."""
        return self.outline.blocks

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
                    self.depth = max(self.depth, len(stack))
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

    def _enter(self, node: LexborNode, tag: str) -> bool:
        if tag in SKIPPED:
            return tag == "nav" and self._keep_all
        if tag == "br":
            self._parts.append(BREAK)
            return False
        if tag == "pre":
            return self._pre(node)
        marks = node.attributes if tag in CHECKED else None
        if marks and self._left_out(node, tag, marks):
            self._parts.append(" ")
            return False
        if tag == "button" and not (marks and "aria-expanded" in marks):
            return False
        if tag == "tr":
            return self._row(node)
        if tag in _BLOCKS or "-" in tag:
            self._flush()
            self._open(tag)
        elif tag == "a":
            self._in_link += 1
        return True

    def _left_out(self, node: LexborNode, tag: str, marks: dict[str, str | None]) -> bool:
        if self._keep_all:
            return False
        if len(marks) == 1 and tag in ("a", "p", "span") and ("href" in marks):
            return False
        return is_hidden(marks, self._controlled) or (
            tag not in ("a", "p", "button", "label")
            and is_furniture(node, tag, marks, inside=bool(self._main or self._article))
        )

    def _open(self, tag: str) -> None:
        if tag in _HEADINGS:
            self._heading = _HEADINGS[tag]
        elif tag in ("summary", "button"):
            self._heading = self._heading or self._below()
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

    def _below(self) -> int:
        """The level of a heading that is none in the markup: one under the last real one."""
        last = next((b.level for b in reversed(self.blocks) if b.kind is BlockKind.HEADING), 1)
        return min(last + 1, 6)

    def _row(self, row: LexborNode) -> bool:
        """A row of data becomes one block; True if it is a mere box, to be walked as such."""
        cells = [c for c in row.iter() if c.tag in ("td", "th")]
        if len(cells) < 2 or any(c.css_first("table, h1, h2, h3, h4, h5, h6, article, main") for c in cells):
            return True
        self._flush()
        texts = (clean_text(_flat(cell)) for cell in cells)
        text = " | ".join(t for t in texts if t)
        if text:
            self._add(BlockKind.ROW, text, 0)
        return False

    def _pre(self, node: LexborNode) -> bool:
        """Preformatted text is plain text with its lines; a signed statement often stands so."""
        self._flush()
        if self._lists or self._quotes or node.css_first("p, div, h1, h2, h3, h4, ul, ol, table"):
            return True
        for block in read_plain(node.text()):
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
        self._link_letters = 0

    def _emit(self, text: str) -> None:
        if self._heading:
            self._add(BlockKind.HEADING, text, self._heading)
        elif self._quotes:
            self._add(BlockKind.QUOTE, text, 0)
        elif self._items:
            self._add(BlockKind.ITEM, text, max(self._lists, 1) + self._term)
        else:
            add_paragraph(self.outline, text)
            self._mark(text)

    def _add(self, kind: BlockKind, text: str, level: int) -> None:
        self.outline.add(kind, text, level)
        self._mark(text)

    def _mark(self, text: str) -> None:
        self.links.append(self._link_letters / len(text))
        self.articles.append(self._article_count if self._article else 0)


def _flat(node: LexborNode) -> str:
    walk = Walk(keep_all=False)
    for child in node.iter(include_text=True):
        walk.read(child, inside=True)
    return " ".join(block.text for block in walk.blocks)
