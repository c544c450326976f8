"""Companies side by side: who promises what, how firmly. As a page, and as a picture to embed."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web
from pydantic import Field

from service.diff.contradictions import contradictions
from service.model import Category
from service.store.names import company_names
from service.store.portrait import Said, said_by
from service.web.answers import answer
from service.web.cursors import slice_after
from service.web.painting import PNG, drawable, paint
from service.web.paper import frame, page_route, print_page
from service.web.query import AsOf, Name, Paged, read_query
from service.web.routes import Handler, Route
from service.web.site import WEIGHING, site_of
from service.web.strength import STRENGTHS, Strength, is_flat, weakest
from service.web.templating import render

PER_CELL = 12
"""Sentences of one company on one matter that are weighed; more would not change what the cell says."""
SVG = "image/svg+xml"
LEFT, HEAD, STEP, ROW, LEAST = 210, 132, 44, 30, 600
"""Measures of the picture, in its own units."""


class CompareQuery(Paged):
    """Which companies are compared, and as of when."""

    limit: int = Field(25, ge=1, le=60)
    """Companies at most."""
    company: tuple[Name, ...] = ()
    """One or more, repeated; none: all, by name."""
    category: tuple[Category, ...] = ()
    """One or more, repeated or separated by commas; none: all."""
    as_of: AsOf | None = None
    """As the record stood then; a date: at its end."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One company on one matter."""

    category: Category
    count: int
    strength: Strength | None
    """Of the weakest sentence; None where nothing is said."""
    torn: bool
    """One sentence promises flatly what another takes back."""
    text: str
    """The weakest sentence itself."""


@dataclass(frozen=True, slots=True)
class Line:
    """One company."""

    company: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The comparison."""

    categories: tuple[Category, ...]
    lines: tuple[Line, ...]
    next: str | None


async def show_comparison(request: web.Request) -> web.Response:
    query, table, names = await _compare(request)
    asked = _asked(query)
    return await print_page(
        request,
        "compare.html",
        table=table,
        query=query,
        names=names,
        chosen={name.casefold() for name in query.company},
        given_as_of=_given(request, query),
        strengths=STRENGTHS,
        asked=urlencode(asked),
        older=urlencode([*asked, ("cursor", table.next)]) if table.next else "",
    )


async def draw_comparison(request: web.Request) -> web.Response:
    """The same as one picture that stands alone: no style sheet, no font, no link out of it is needed."""
    return answer(request, (await _draw(request)).encode("utf-8", "replace"), SVG)


async def paint_comparison(request: web.Request) -> web.Response:
    """The same in pixels, two to a unit."""
    return answer(request, await asyncio.to_thread(paint, await _draw(request)), PNG)


def tabulate(
    names: Sequence[str], categories: Sequence[Category], said: Iterable[Said], following: str | None = None
) -> Table:
    """A row a company, a column a category."""
    found: dict[tuple[str, Category], list[Said]] = defaultdict(list)
    own: dict[str, list[Said]] = defaultdict(list)
    for one in said:
        own[one.company].append(one)
        for category in one.categories:
            found[one.company, category].append(one)
    torn = {
        name: {c for pair in contradictions(own[name], is_flat) for c in pair.categories} for name in names
    }
    lines = tuple(
        Line(name, tuple(_cell(c, found.get((name, c), []), torn=c in torn[name]) for c in categories))
        for name in names
    )
    return Table(tuple(categories), lines, following)


def _cell(category: Category, said: Sequence[Said], *, torn: bool) -> Cell:
    least = weakest(said[:PER_CELL], category)
    if least is None:
        return Cell(category, 0, None, torn, "")
    weight, one = least
    return Cell(category, len(said), weight, torn, one.text)


async def _compare(request: web.Request) -> tuple[CompareQuery, Table, tuple[str, ...]]:
    query, site = read_query(request, CompareQuery, strict=False), site_of(request)
    names = await site.store.read(company_names)
    chosen = {name.casefold() for name in query.company}
    wanted = [name for name in names if not chosen or name.casefold() in chosen]
    page = slice_after(wanted, lambda name: name, query.cursor, query.limit)
    said = await site.store.read(said_by, page.items, query.as_of) if page.items else ()
    categories = query.category or tuple(Category)
    async with request.app[WEIGHING]:
        table = await asyncio.to_thread(tabulate, page.items, categories, said, page.next)
    return query, table, names


async def _draw(request: web.Request) -> str:
    query, table, _ = await _compare(request)
    values = {
        **frame(site_of(request)),
        "table": table,
        "query": query,
        "strengths": STRENGTHS,
        "left": LEFT,
        "head": HEAD,
        "step": STEP,
        "row": ROW,
        "width": max(LEFT + STEP * len(table.categories) + 20, LEAST),
        "height": HEAD + ROW * len(table.lines) + 64,
    }
    return drawable(await asyncio.to_thread(render, "compare.svg", **values))


def _asked(query: CompareQuery) -> list[tuple[str, str]]:
    asked = [("company", name) for name in query.company]
    asked += [("category", category.value) for category in query.category]
    return [*asked, ("as_of", query.as_of.date().isoformat())] if query.as_of else asked


def _given(request: web.Request, query: CompareQuery) -> str:
    return request.query.get("as_of", "")[:10] if query.as_of else ""


def _picture(ending: str, handler: Handler, summary: str, media_type: str) -> Route:
    path = f"/compare.{ending}"
    return Route(
        "GET", path, handler, summary, "pages", media_type, query=CompareQuery, cached=True, kept=True
    )


ROUTES = (
    page_route("/compare", show_comparison, "Companies by category, side by side", CompareQuery, kept=True),
    _picture("svg", draw_comparison, "The same as a picture to embed", SVG),
    _picture("png", paint_comparison, "The same in pixels", PNG),
)
