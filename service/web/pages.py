"""The pages for people. Rendered here, without JavaScript."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from service.model import Category
from service.store.dossier import change_dossier, document_dossier
from service.store.evidence import list_documents, list_sources, totals
from service.store.history import AssuranceFilter, list_assurances, list_changes, list_companies
from service.store.names import company_names
from service.store.views import AssuranceView, ChangeView, CompanyView, Page, SourceView
from service.web.answers import FOREVER, answer
from service.web.cursors import read_part
from service.web.phrases import long_day, minute
from service.web.problems import Problem, title_of
from service.web.query import AsOf, ChangeQuery, LongPaged, Query, VersionQuery, read_query
from service.web.routes import ALL_ROUTES, Handler, Route
from service.web.site import Site, site_of
from service.web.templating import STATIC, STATIC_TAG, render

HTML = "text/html"
_MACHINE = ("/api/", "/feeds/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/static/")
_FILTERS = ("company", "category", "kind", "source", "since", "until", "q")


class CompanyQuery(LongPaged):
    """What of a company's ledger is shown."""

    as_of: AsOf | None = None
    """As the record stood then; a date: at its end."""
    category: Category | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """The catalogue at a glance."""

    groups: tuple[tuple[str, tuple[SourceView, ...]], ...]
    """By state, those that need attention first."""
    reasons: tuple[tuple[str, int], ...]
    """Why sources fail, the most common first."""
    total: int
    answered: int
    """How many have answered at least once."""
    failing: int
    waiting: int


async def show_timeline(request: web.Request) -> web.Response:
    query, site = read_query(request, ChangeQuery, strict=False), site_of(request)
    page = await _read_changes(site, query)
    companies = await site.store.read(company_names)
    asked = [(k, v) for k in _FILTERS for v in request.query.getall(k, []) if v]
    return await _page(
        request,
        "timeline.html",
        query=query,
        given=dict(asked),
        days=_by_day(page.items),
        companies=companies,
        totals=None if page.items or asked else await site.store.read(totals),
        filtered=bool(asked),
        asked=urlencode(asked),
        older=urlencode([*asked, ("cursor", page.next)]) if page.next else "",
    )


async def show_companies(request: web.Request) -> web.Response:
    site = site_of(request)
    return await _page(request, "companies.html", companies=await site.store.read(list_companies))


async def show_company(request: web.Request) -> web.Response:
    """What a company says, now or on a day, by category."""
    query, site = read_query(request, CompanyQuery, strict=False), site_of(request)
    name = request.match_info["name"]
    found = await _find_company(site, name)
    page = await _read_assurances(site, found.name, query)
    recent = await _read_changes(site, ChangeQuery(company=found.name, limit=10))
    return await _page(
        request,
        "company.html",
        company=found,
        query=query,
        given_as_of=request.query.get("as_of", "") if query.as_of else "",
        sections=_by_category(page.items, query.category),
        older=page.next,
        recent=recent.items,
    )


async def show_change(request: web.Request) -> web.Response:
    site = site_of(request)
    dossier = await site.store.read(change_dossier, request.match_info["id"])
    if dossier is None:
        raise Problem.missing("change")
    permalink = f"{site.base}/changes/{dossier.change.id}"
    return await _page(
        request,
        "change.html",
        dossier=dossier,
        change=dossier.change,
        permalink=permalink,
        citation=_citation(dossier.change, dossier.version.sha256 if dossier.version else "", permalink),
    )


async def show_document(request: web.Request) -> web.Response:
    query, site = read_query(request, VersionQuery, strict=False), site_of(request)
    dossier = await site.store.read(
        document_dossier, request.match_info["id"], cursor=query.cursor or None, limit=query.limit
    )
    if dossier is None:
        raise Problem.missing("document")
    return await _page(request, "document.html", dossier=dossier, document=dossier.document)


async def show_sources(request: web.Request) -> web.Response:
    site = site_of(request)
    health = survey(await site.store.read(list_sources))
    return await _page(request, "sources.html", health=health, ready=site.ready())


async def show_api(request: web.Request) -> web.Response:
    """The routes, for people who write programs."""
    routes = request.app[ALL_ROUTES]
    tags = list(dict.fromkeys(route.tag for route in routes if route.tag != "pages"))
    groups = [(tag, [route for route in routes if route.tag == tag]) for tag in tags]
    return await _page(request, "api.html", groups=groups, token=bool(site_of(request).token))


async def get_static(request: web.Request) -> web.Response:
    """The style sheet and the sign."""
    found = STATIC.get(request.match_info["name"])
    if found is None:
        raise Problem.missing("file")
    cache = FOREVER if request.query.get("v") == STATIC_TAG else "no-cache"
    return answer(request, found[0], found[1], cache=cache)


def survey(sources: Sequence[SourceView]) -> Health:
    """Sort the catalogue by what needs attention."""
    order = ("failing", "gone", "waiting", "ok")
    groups = tuple((state, tuple(s for s in sources if s.state == state)) for state in order)
    reasons = Counter(s.reason for s in sources if s.state in ("failing", "gone"))
    return Health(
        groups=tuple(group for group in groups if group[1]),
        reasons=tuple(reasons.most_common()),
        total=len(sources),
        answered=sum(s.last_success_at is not None for s in sources),
        failing=sum(s.state in ("failing", "gone") for s in sources),
        waiting=sum(s.state == "waiting" for s in sources),
    )


def wants_page(request: web.Request) -> bool:
    """Whether an error is told to a person: outside of what programs call."""
    return not request.path.startswith(_MACHINE)


def error_page(site: Site, problem: Problem) -> web.Response:
    """An error as a page."""
    text = render(
        "error.html",
        root=site.root,
        here="",
        now=site.clock(),
        status=problem.status,
        title=title_of(problem.status),
        detail=problem.detail,
    )
    return web.Response(
        text=text,
        status=problem.status,
        content_type=HTML,
        headers={**problem.headers, "Cache-Control": "no-store"},
    )


async def _read_changes(site: Site, query: ChangeQuery) -> Page[ChangeView]:
    return await read_part(site.store, list_changes, query.filter(), cursor=query.cursor, limit=query.limit)


async def _find_company(site: Site, name: str) -> CompanyView:
    """By name, upper or lower case; one whose documents say nothing relevant is on record, too."""
    for one in await site.store.read(list_companies):
        if one.name.casefold() == name.casefold():
            return one
    page = await site.store.read(list_documents, company=name, limit=1)
    if not page.items:
        raise Problem.missing("company on record")
    return CompanyView(page.items[0].company, 0, 0, None)


async def _read_assurances(site: Site, company: str, query: CompanyQuery) -> Page[AssuranceView]:
    wanted = AssuranceFilter(company=company, category=query.category, as_of=query.as_of)
    return await read_part(site.store, list_assurances, wanted, cursor=query.cursor, limit=query.limit)


def _by_day(found: Sequence[ChangeView]) -> list[tuple[str, list[ChangeView]]]:
    return [(day, list(group)) for day, group in groupby(found, lambda change: long_day(change.observed_at))]


def _by_category(
    found: Sequence[AssuranceView], only: Category | None
) -> list[tuple[str, list[AssuranceView]]]:
    """Each assurance once, under the first of its categories (or under the one asked for)."""
    if only is not None:
        return [(only.value, list(found))] if found else []
    sections: dict[str, list[AssuranceView]] = {category.value: [] for category in Category}
    for view in found:
        sections[view.categories[0].value if view.categories else Category.PROCEDURE.value].append(view)
    return [(name, views) for name, views in sections.items() if views]


def _citation(change: ChangeView, sha256: str, permalink: str) -> str:
    """A line to cite the change by."""
    who = change.company or change.source
    title = f"“{change.document_title}”, " if change.document_title else ""
    proof = f" SHA-256 of the page as received: {sha256}." if sha256 else ""
    return (
        f"{who}, {title}{change.document_url}, version {change.version}; change recorded by onrecord on "
        f"{minute(change.observed_at)}. {permalink}.{proof}"
    )


async def _page(request: web.Request, template: str, **values: Any) -> web.Response:
    """Rendered in a thread: long texts take their time to compare, and polling goes on meanwhile."""
    site = site_of(request)
    text = await asyncio.to_thread(
        render, template, root=site.root, base=site.base, here=request.path, now=site.clock(), **values
    )
    return answer(request, text.encode("utf-8", "replace"), HTML)


def _route(path: str, handler: Handler, summary: str, query: type[Query] | None = None) -> Route:
    errors = (404,) if "{" in path else ()
    return Route("GET", path, handler, summary, "pages", HTML, query=query, cached=True, errors=errors)


ROUTES = (
    _route("/", show_timeline, "The timeline of changes", ChangeQuery),
    _route("/companies", show_companies, "The companies on record"),
    _route("/companies/{name}", show_company, "What a company says, by category", CompanyQuery),
    _route("/changes/{id}", show_change, "One change, side by side, with its evidence"),
    _route("/documents/{id}", show_document, "A document, its versions and what it says", VersionQuery),
    _route("/sources", show_sources, "What is watched, and how it fares"),
    _route("/api", show_api, "This API, to read"),
    Route(
        "GET",
        "/static/{name}",
        get_static,
        "The style sheet and the sign",
        "operation",
        "*/*",
        cached=True,
        errors=(404,),
    ),
)
