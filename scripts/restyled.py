"""Real documents set otherwise by program: the same words in other markup, typography, nesting and order."""

from __future__ import annotations

import html
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from service.looks.gitlog import Blobs, history
from service.statements.language import ENGLISH, language_of
from watchers.markdown import read_markdown
from watchers.model import Block, BlockKind

SECTION = 2
"""Headings down to this level begin a section that may be moved."""
_DASH = re.compile(r" [-–—] ")


def real_documents(shared: Path) -> Iterator[tuple[str, tuple[Block, ...]]]:
    """Path and blocks of the last English version of each document of the shared history."""
    with tempfile.TemporaryDirectory() as folder:
        repo = Path(folder) / "repo"
        bundle = shared / "data/policy-history.bundle"
        subprocess.run(["git", "clone", "--quiet", "--bare", bundle, repo], check=True, capture_output=True)
        found = history(repo)
        with Blobs(repo) as blobs:
            for path, revisions in sorted(found.items()):
                for blob in dict.fromkeys(r.blob for r in reversed(revisions) if r.blob):
                    blocks = read_markdown(blobs.read(blob).decode("utf-8", "replace"), url=path).blocks
                    if language_of(b.text for b in blocks) == ENGLISH:
                        yield path, blocks
                        break


def page(blocks: Sequence[Block], around: str = "{}", item: str = "{}", inside: str = "{}") -> str:
    """The blocks as an HTML page: `around` the whole, `item` around a list item, `inside` around a paragraph."""
    parts: list[str] = []
    depth = 0
    for block in blocks:
        level = block.level if block.kind is BlockKind.ITEM else 0
        parts += ["<ul>"] * (level - depth) + ["</ul>"] * (depth - level)
        depth = level
        text = html.escape(block.text, quote=False)
        match block.kind:
            case BlockKind.HEADING:
                parts.append(f"<h{block.level}>{text}</h{block.level}>")
            case BlockKind.ITEM:
                parts.append(f"<li>{item.format(text)}</li>")
            case BlockKind.ROW:
                cells = "".join(f"<td>{cell}</td>" for cell in text.split(" | "))
                parts.append(f"<table><tr>{cells}</tr></table>")
            case BlockKind.QUOTE:
                parts.append(f"<blockquote>{text}</blockquote>")
            case _:
                parts.append(f"<p>{inside.format(text)}</p>")
    body = around.format("\n".join([*parts, *["</ul>"] * depth]))
    return f"<!doctype html><html><head><title>Policy</title></head><body>{body}</body></html>"


def _in_sections(blocks: Sequence[Block]) -> list[list[Block]]:
    """Split before each heading of a section; the first part is what stands above them all."""
    parts: list[list[Block]] = [[]]
    for block in blocks:
        if block.kind is BlockKind.HEADING and block.level == SECTION:
            parts.append([])
        parts[-1].append(block)
    return parts


def _reordered(blocks: Sequence[Block]) -> str:
    first, *rest = _in_sections(blocks)
    return page([*first, *(block for part in reversed(rest) for block in part)])


def _changed(change: Callable[[str], str], *kinds: BlockKind) -> Callable[[Sequence[Block]], str]:
    def restyle(blocks: Sequence[Block]) -> str:
        return page(
            [replace(b, text=change(b.text)) if b.kind in (kinds or BlockKind) else b for b in blocks]
        )

    return restyle


def _curly(text: str) -> str:
    text = re.sub(r"[\"“”]([^\"“”]*)[\"“”]", "“\\1”", text)
    return re.sub(r"(?<=\w)['’](?=\w)", "’", text)


def _straight(text: str) -> str:
    return text.translate(str.maketrans("“”‘’", "\"\"''"))


def _spaced(text: str) -> str:
    return text.replace(" of ", " of\u00a0").replace(" the ", "  the ").replace(", ", ",\n      ")


def _deeper(blocks: Sequence[Block]) -> str:
    return page([replace(b, level=b.level + 1) if b.kind is BlockKind.ITEM else b for b in blocks])


RESTYLINGS: Mapping[str, Callable[[Sequence[Block]], str]] = {
    "wrapped in other elements": lambda b: page(
        b,
        '<div id="w"><main class="a b"><section>{}</section></main></div>',
        "<div><span>{}</span></div>",
        "<span>{}</span>",
    ),
    "curly quotation marks": _changed(_curly),
    "straight quotation marks": _changed(_straight),
    "headings in capitals": _changed(str.upper, BlockKind.HEADING),
    "em dashes": _changed(lambda t: _DASH.sub(" — ", t)),
    "hyphens for dashes": _changed(lambda t: t.replace("—", "-").replace("–", "-")),
    "white space": _changed(_spaced),
    "lists one level deeper": _deeper,
    "items in paragraphs of their own": lambda b: page(b, item="<p>{}</p>"),
    "sections in reverse": _reordered,
    "in bold": lambda b: page(b, inside="<b>{}</b>"),
    "navigation, cookies and a footer around": lambda b: page(
        b,
        '<nav><a href="/">Home</a> <a href="/shop">Shop</a></nav><div class="cookie-banner"><p>We use cookies. '
        "<button>Accept all</button></p></div><main>{}</main><footer><p>© 2026 · Last viewed today 12:31</p></footer>",
    ),
}
"""What is done to a document, none of it to its words."""
