"""Which pieces of a page are its document, and which pages are too absurd to be parsed."""

from __future__ import annotations

import re
from collections import Counter

from watchers.errors import ExtractError
from watchers.html import Piece
from watchers.model import BlockKind

_SENTENCE = re.compile(r"[^\W\d_]{2}[\"”’)\]]?[.!?](?:[\"”’)\]]|\s|$)")
_PROSE_LETTERS = 40
_RUN = 3
"""So many links one after the other are a menu or a table of contents."""
_ARTICLE_SHARE, _ARTICLE_LETTERS = 0.6, 600
_LARGE = 200_000
"""Letters up to which nothing takes long."""
_MANY_TAGS = 10_000
_DEEPEST = 8_000
"""Levels; the parser's time grows with the square of the depth (8 000 levels: 0.05 s, 100 000: 20 s)."""
_MOST_SEARCHED = 1_000_000_000
"""Levels times end tags: each may go through all that is open (2.5 s)."""
_MOST_OPTIONS = 20_000
"""Choices of one select; the parser's time grows with the square of their number (20 000: 1.3 s)."""
_MANY_ATTRIBUTES = 500
_MOST_COMPARED = 200_000_000
"""Attributes of an element are each compared with those before: sum of the squares of their numbers (0.3 s)."""
_ATTRIBUTE = r"""[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"?+|'[^']*+'?+|[^\s>]*+))?+"""
"""As a parser sees it (https://html.spec.whatwg.org/multipage/parsing.html#before-attribute-name-state)."""
_ONE = re.compile(_ATTRIBUTE)
_TAG = re.compile(rf"<[a-zA-Z][^\s/>]*+((?:{_ATTRIBUTE})*+)")
_OPTION = re.compile(r"<opt(?:ion|group)\b", re.IGNORECASE)
_PLAIN = r"""\b(?:[^<>"']++|"[^"<>]*+"|'[^'<>]*+')*+>"""
_SELECT = re.compile(rf"<select{_PLAIN}(?:[^<>]++|</?opt(?:ion|group){_PLAIN})*+</select\s*+>", re.IGNORECASE)
"""One that holds nothing but choices. Wherever a parser comes upon its choices, it comes upon its end as well: no
attribute, comment or script that opened before hides the one and not the other, for no ">" ends anything but a tag."""
_HOLDS_OPTIONS = re.compile(r"<(?:select|svg|math)\b", re.IGNORECASE)
"""Outside of these choices take no time."""
_NESTING = re.compile(
    r"<(/?)(?!(?:p|li|d[td]|t[rdh]|option|br|img|input|hr|meta|link|wbr|area|col|source|base|param|track)\b)([a-z][a-z0-9-]*)",
    re.IGNORECASE,
)
_SHAPES = frozenset(
    [
        "animate",
        "animatetransform",
        "circle",
        "ellipse",
        "image",
        "line",
        "path",
        "polygon",
        "polyline",
        "rect",
        "set",
        "stop",
        "use",
    ]
)
"""What holds nothing in a drawing, where it may end by "/>"; elsewhere that ends nothing."""
_SELF_CLOSED = re.compile(r"[^<>]*+(?<=/)>")


def refuse_absurd(text: str, url: str) -> None:
    """ExtractError for what makes the parser's time explode: nesting, attributes, choices."""
    if len(text) > _LARGE and _compared(text) > _MOST_COMPARED:
        raise ExtractError(
            url, "an element with thousands of attributes", reason="too_large", transient=False
        )
    tags = text.count("<")
    if tags > _MOST_OPTIONS and _has_endless_choice(text):
        raise ExtractError(url, f"more than {_MOST_OPTIONS} options", reason="too_large", transient=False)
    deepest = _depth(text) if tags > _MANY_TAGS else 0
    if deepest > _DEEPEST:
        raise ExtractError(
            url, f"elements nested more than {_DEEPEST} deep", reason="too_deep", transient=False
        )
    if deepest * text.count("</") > _MOST_SEARCHED:
        raise ExtractError(url, f"elements nested {deepest} deep", reason="too_deep", transient=False)


def _compared(text: str) -> int:
    """How often an attribute is set against one before it, in elements that have very many."""
    most = 0
    for tag in _TAG.finditer(text):
        if tag.end() - tag.start() > 2 * _MANY_ATTRIBUTES:
            count = sum(1 for _ in _ONE.finditer(text, *tag.span(1)))
            most += count * count if count > _MANY_ATTRIBUTES else 0
    return most


def _has_endless_choice(text: str) -> bool:
    """Whether some select may have so many choices: each that is known to end by itself, all others together."""
    if _count_options(text) <= _MOST_OPTIONS:
        return False
    most, rest, at = 0, [], 0
    for select in _SELECT.finditer(text):
        count = _count_options(select.group())
        most += count * count
        rest.append(text[at : select.start()])
        at = select.end()
    others = "".join((*rest, text[at:]))
    if _HOLDS_OPTIONS.search(others):
        most += _count_options(others) ** 2
    return most > _MOST_OPTIONS**2


def _count_options(text: str) -> int:
    return sum(1 for _ in _OPTION.finditer(text))


def _depth(text: str) -> int:
    """The deepest nesting there can be, from the tags alone. An end tag ends one of its name, or nothing.

    Beyond `_DEEPEST` it is not followed.
    """
    names: Counter[str] = Counter()
    depth = deepest = 0
    for tag in _NESTING.finditer(text):
        name = tag[2].lower()
        if not tag[1]:
            if name in _SHAPES and names["svg"] and _SELF_CLOSED.match(text, tag.end()):
                continue
            names[name] += 1
            depth += 1
            deepest = max(deepest, depth)
            if deepest > _DEEPEST:
                break
        elif names[name]:
            names[name] -= 1
            depth -= 1
    return deepest


def main_part(pieces: list[Piece]) -> list[Piece]:
    """The pieces without menus, tables of contents and what stands around the one article."""
    pieces = _without_menus(pieces)
    article = _dominant(pieces)
    return _around(pieces, article) if article else pieces


def is_prose(piece: Piece) -> bool:
    """A sentence of some length that is not a link."""
    return (
        len(piece.text) >= _PROSE_LETTERS and piece.linked < 0.5 and _SENTENCE.search(piece.text) is not None
    )


def _is_link(piece: Piece) -> bool:
    return piece.linked >= 0.9 and piece.kind is not BlockKind.HEADING and not _SENTENCE.search(piece.text)


def _without_menus(pieces: list[Piece]) -> list[Piece]:
    kept: list[Piece] = []
    run: list[Piece] = []
    for piece in pieces:
        if _is_link(piece):
            run.append(piece)
            continue
        if len(run) < _RUN:
            kept += run
        run = []
        kept.append(piece)
    return kept if len(run) >= _RUN else kept + run


def _dominant(pieces: list[Piece]) -> int:
    """The number of the article that holds most of the text, 0 if none does."""
    letters: Counter[int] = Counter()
    for piece in pieces:
        letters[piece.article] += len(piece.text)
    number, most = max(((n, c) for n, c in letters.items() if n), key=lambda nc: nc[1], default=(0, 0))
    return number if most >= _ARTICLE_LETTERS and most >= _ARTICLE_SHARE * letters.total() else 0


def _around(pieces: list[Piece], article: int) -> list[Piece]:
    """The article; of what stands before and after it only prose, with its heading."""
    kept: list[Piece] = []
    heading: Piece | None = None
    for piece in pieces:
        if piece.article == article:
            kept.append(piece)
            heading = None
        elif piece.kind is BlockKind.HEADING:
            heading = piece
            if piece.level == 1:
                kept.append(piece)
                heading = None
        elif is_prose(piece):
            kept += [heading, piece] if heading else [piece]
            heading = None
    return kept
