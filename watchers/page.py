"""An HTML page as a Document: its main part, title, date, author and language."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from watchers.clean import clean_text
from watchers.dates import read_date
from watchers.errors import ExtractError
from watchers.html import Keep, Piece, Walk, build
from watchers.mainpart import is_prose, main_part, refuse_absurd
from watchers.model import Block, BlockKind, Document

_DATES = (
    "article:published_time", "og:article:published_time", "datepublished", "date", "dc.date", "dc.date.issued",
    "dcterms.date", "dcterms.created", "publish-date", "pubdate", "parsely-pub-date", "sailthru.date",
)  # fmt: skip
_AUTHORS = ("author", "article:author", "dc.creator", "parsely-author", "sailthru.author", "byl")
_TITLE_LIMIT = 500
_LD_LIMIT = 200_000
_HEAD_WITHIN = 4096
_END_WITHIN = 16 * 1024
"""Characters at either end; trackers are put behind the end, too."""
_WIDEST = 4
"""Bytes of a character."""
ENOUGH = 600
"""Letters; with so many found, nothing that looked like furniture is looked at again."""
MAIN_SHARE = 0.3
"""A <main> is believed to be the document if it holds so much of what is no furniture on the page."""
FAR_MORE = 3
"""So many times the text found makes us doubt what we took for furniture."""


def read_page(text: str, *, url: str, select: str = "", remove: str = "") -> tuple[Document, str]:
    """The page's document (possibly without a block) and its source; ExtractError "selector" if nothing matches."""
    refuse_absurd(text, url)
    tree = LexborHTMLParser(text)
    if remove:
        for node in _matches(tree, remove, url):
            node.decompose()
    blocks = _selected(tree, select, url) if select else _read_body(tree)
    metas = _metas(tree)
    linked = tuple(_linked_data(tree))
    document = Document(
        url=url,
        title=_title(tree, metas, blocks),
        blocks=blocks,
        media="html",
        published=_published(tree, metas, linked),
        author=_author(metas, linked),
        language=_language(tree),
    )
    return document, text


def breaks_off(markup: str) -> bool:
    """Whether an HTML page stops before its end: `<html>` or `<body>` were opened, nothing was closed.

    The tags may be left out (HTML Living Standard, 13.1.2.4), so this proves something only of a page that used to
    have them.
    """
    start = markup[:_HEAD_WITHIN].lower()
    return ("<html" in start or "<body" in start) and not is_whole(markup)


def is_whole(markup: str) -> bool:
    """Whether the page's own end is there."""
    end = markup[-_END_WITHIN:].lower()
    return "</html" in end or "</body" in end


def both_ends(raw: bytes) -> bytes:
    """Of a page's bytes, what `breaks_off` and `is_whole` look at, in whatever encoding."""
    start = (len(raw) - _WIDEST * _END_WITHIN) // _WIDEST * _WIDEST
    return raw if start <= _WIDEST * _HEAD_WITHIN else raw[: _WIDEST * _HEAD_WITHIN] + raw[start:]


def check_selector(selector: str) -> None:
    """ValueError for what is no CSS selector."""
    try:
        LexborHTMLParser("<p></p>").css(selector)
    except (SelectolaxError, ValueError) as error:
        raise ValueError(f"{selector!r} is not a CSS selector") from error


def _selected(tree: LexborHTMLParser, select: str, url: str) -> tuple[Block, ...]:
    """Everything the selector matches, in order; what lies inside another match is read once."""
    walk = Walk(_controlled(tree))
    ends: set[int] = set()
    for node in _matches(tree, select, url):
        if not _within(node, ends):
            ends.add(node.mem_id)
            walk.read(node, inside=True)
    if not ends:
        raise ExtractError(url, f"nothing on the page matches {select!r}", reason="selector", transient=False)
    return build(walk.pieces)


def _matches(tree: LexborHTMLParser, selector: str, url: str) -> list[LexborNode]:
    try:
        return tree.css(selector)
    except (SelectolaxError, ValueError) as error:
        raise ExtractError(
            url, f"not a CSS selector: {selector!r}", reason="selector", transient=False
        ) from error


def _within(node: LexborNode, ends: set[int]) -> bool:
    above: LexborNode | None = node
    while above is not None:
        if above.mem_id in ends:
            return True
        above = above.parent
    return False


def _read_body(tree: LexborHTMLParser) -> tuple[Block, ...]:
    """The page's main part, as far as one can be told from the rest."""
    body = tree.body
    if body is None:
        return ()
    controlled = _controlled(tree)
    main = Walk(controlled)
    for node in tree.css("main, [role=main]"):
        if not _inside_main(node):
            main.read(node, inside=True)
    whole = Walk(controlled)
    whole.read(body)
    if main.pieces and _letters(main.pieces) >= MAIN_SHARE * _letters(whole.pieces):
        return build(main_part(main.pieces))
    return build(main_part(_fuller(body, controlled, whole.pieces)))


def _fuller(body: LexborNode, controlled: frozenset[str], found: list[Piece]) -> list[Piece]:
    """What was found, or more of the page if what was left out holds far more prose."""
    if _letters(found) >= ENOUGH:
        return found
    for keep in (Keep.DOUBTFUL, Keep.ALL) if not found else (Keep.DOUBTFUL,):
        walk = Walk(controlled, keep=keep)
        walk.read(body)
        prose = [piece for piece in walk.pieces if is_prose(piece)]
        if _letters(prose) > FAR_MORE * _letters(found):
            return prose
    return found


def _letters(pieces: list[Piece]) -> int:
    return sum(len(piece.text) for piece in pieces)


def _inside_main(node: LexborNode) -> bool:
    above = node.parent
    while above is not None:
        if above.tag == "main":
            return True
        above = above.parent
    return False


def _controlled(tree: LexborHTMLParser) -> frozenset[str]:
    """The ids of what a button or tab on the page unfolds."""
    names = (node.attributes.get("aria-controls") or "" for node in tree.css("[aria-controls]"))
    return frozenset(name for value in names for name in value.split())


# ---------------------------------------------------------------- facts beside the text


def _metas(tree: LexborHTMLParser) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        marks = node.attributes
        name = marks.get("property") or marks.get("name") or marks.get("itemprop")
        if name:
            found.setdefault(name.lower(), marks.get("content") or "")
    return found


def _title(tree: LexborHTMLParser, metas: dict[str, str], blocks: tuple[Block, ...]) -> str:
    node = tree.css_first("head > title") or tree.css_first("title")
    candidates = [
        node.text() if node else "",
        metas.get("og:title", ""),
        next((b.text for b in blocks if b.kind is BlockKind.HEADING and b.level == 1), ""),
    ]
    return next((t for t in (clean_text(c, limit=_TITLE_LIMIT) for c in candidates) if t), "")


def _linked_data(tree: LexborHTMLParser) -> Iterator[dict[str, object]]:
    """The objects of schema.org data in the page."""
    for node in tree.css('script[type="application/ld+json"]'):
        source = node.text()
        if len(source) > _LD_LIMIT:
            continue
        try:
            data = json.loads(source)
        except (ValueError, RecursionError):
            continue
        graph = data.get("@graph", [data]) if isinstance(data, dict) else data
        yield from (
            entry for entry in (graph if isinstance(graph, list) else [graph]) if isinstance(entry, dict)
        )


def _published(
    tree: LexborHTMLParser, metas: dict[str, str], linked: tuple[dict[str, object], ...]
) -> datetime | None:
    texts = [metas.get(name) for name in _DATES]
    texts += [value for entry in linked if isinstance(value := entry.get("datePublished"), str)]
    for node in tree.css("time[itemprop=datePublished], time[pubdate], [itemprop=datePublished]"):
        texts.append(node.attributes.get("datetime") or node.attributes.get("content") or node.text())
    times = tree.css("article time[datetime], main time[datetime]")
    if times:
        texts.append(times[0].attributes.get("datetime"))
    return next((moment for moment in map(read_date, texts) if moment is not None), None)


def _author(metas: dict[str, str], linked: tuple[dict[str, object], ...]) -> str:
    named = [metas.get(name, "") for name in _AUTHORS]
    for entry in linked:
        author = entry.get("author")
        author = author[0] if isinstance(author, list) and author else author
        name = author.get("name") if isinstance(author, dict) else author
        if isinstance(name, str):
            named.append(name)
    return next((n for n in (clean_text(n, limit=200) for n in named) if n and not n.startswith("http")), "")


def _language(tree: LexborHTMLParser) -> str:
    root = tree.root
    marks = root.attributes if root is not None else {}
    return clean_text((marks.get("lang") or marks.get("xml:lang") or "").lower(), limit=35)
