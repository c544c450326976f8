"""The pages for people. Rendered here, without JavaScript."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from urllib.parse import urlencode

import structlog
from aiohttp import web

from service.model import Category
from service.store.canaries import canaries_of
from service.store.dossier import ChangeDossier, change_dossier, document_dossier
from service.store.errors import StoreError
from service.store.evidence import list_documents, text, totals
from service.store.history import AssuranceFilter, find_company, list_assurances, list_changes, list_companies
from service.store.names import company_names
from service.store.portrait import checks_of, spans
from service.store.terms import parse_terms
from service.store.views import AssuranceView, ChangeView, CompanyView, Page, SideView
from service.web.answers import FOREVER, answer
from service.web.cursors import read_part
from service.web.drawing import draw
from service.web.matrix import matrix
from service.web.paper import page_route, print_page
from service.web.phrases import long_day, minute
from service.web.problems import Problem
from service.web.query import (
    AsOf,
    ChangeQuery,
    KindName,
    LongPaged,
    VersionQuery,
    read_query,
)
from service.web.routes import ALL_ROUTES, Route
from service.web.site import Site, site_of
from service.web.strength import STRENGTHS
from service.web.surroundings import Passage, find_passage
from service.web.templating import STATIC, STATIC_TAG

_log = structlog.get_logger()
_GRAVE: tuple[KindName, ...] = ("withdrawn", "weakened")
_GRAVEST = 3
"""So many are shown above the timeline."""
_REPEATED = ("flapping", "same")
_FILTERS = ("company", "category", "kind", "source", "since", "until", "q")


class CompanyQuery(LongPaged):
    """What of a company's ledger is shown."""

    as_of: AsOf | None = None
    """As the record stood then; a date: at its end."""
    category: Category | None = None


async def show_timeline(request: web.Request) -> web.Response:
    query, site = read_query(request, ChangeQuery, strict=False), site_of(request)
    page = await _read_changes(site, query)
    companies = await site.store.read(company_names)
    asked = [(k, v) for k in _FILTERS for v in request.query.getall(k, []) if v]
    best = bool(query.q) and query.sort == "relevance"
    ranked = [*asked, ("sort", "relevance")]
    chosen = ranked if best else asked
    return await print_page(
        request,
        "timeline.html",
        query=query,
        given=dict(asked),
        days=_by_day(page.items) if not best or not page.items else [("Best match first", page.items)],
        best=best,
        terms=parse_terms(query.q),
        other_order=urlencode(asked if best else ranked),
        companies=companies,
        gravest=() if asked or query.cursor else await _gravest(site, page),
        totals=None if page.items or asked else await site.store.read(totals),
        filtered=bool(asked),
        asked=urlencode(asked),
        first=urlencode(chosen),
        older=urlencode([*chosen, ("cursor", page.next)]) if page.next else "",
    )


async def show_companies(request: web.Request) -> web.Response:
    site = site_of(request)
    return await print_page(request, "companies.html", companies=await site.store.read(list_companies))


async def show_company(request: web.Request) -> web.Response:
    """What a company says, now or on a day, by category."""
    query, site = read_query(request, CompanyQuery, strict=False), site_of(request)
    name = request.match_info["name"]
    found = await _find_company(site, name)
    page = await _read_assurances(site, found.name, query)
    only = (query.category,) if query.category else ()
    recent = await _read_changes(site, ChangeQuery(company=(found.name,), category=only, limit=10))
    checks = await site.store.read(checks_of, {one.document_id for one in page.items})
    history = await site.store.read(spans, found.name) if not query.category and not query.cursor else ()
    return await print_page(
        request,
        "company.html",
        company=found,
        query=query,
        given_as_of=request.query.get("as_of", "") if query.as_of else "",
        sections=_by_category(page.items, query.category),
        matrix=await asyncio.to_thread(matrix, page.items, checks) if not query.category else (),
        strengths=STRENGTHS,
        picture=draw(history, site.clock(), query.as_of),
        older=page.next,
        recent=recent.items,
        canaries=await site.store.read(canaries_of, company=found.name, as_of=query.as_of),
    )


async def show_change(request: web.Request) -> web.Response:
    site = site_of(request)
    dossier = await site.store.read(change_dossier, request.match_info["id"])
    if dossier is None:
        raise Problem.missing("change")
    change = dossier.change
    permalink = f"{site.base}/changes/{change.id}"
    checks = await site.store.read(checks_of, {change.document_id})
    side, holder = (change.new, change.version_id) if change.new else (change.old, change.previous_version_id)
    before = (change.old, change.previous_version_id) if change.new and change.old else (None, None)
    today = await _today(site, change)
    return await print_page(
        request,
        "change.html",
        dossier=dossier,
        change=change,
        permalink=permalink,
        today=today,
        first_seen=today.first_seen if today and dossier.history[-1].kind != "new" else None,
        later=_later(dossier),
        eve=(change.observed_at - timedelta(days=1)).date().isoformat(),
        passage=await _passage(site, side, holder),
        passage_before=await _passage(site, *before),
        looks=checks.get(change.document_id, 0),
        citation=_citation(change, dossier.version.sha256 if dossier.version else "", permalink),
    )


async def show_document(request: web.Request) -> web.Response:
    query, site = read_query(request, VersionQuery, strict=False), site_of(request)
    dossier = await site.store.read(
        document_dossier, request.match_info["id"], cursor=query.cursor or None, limit=query.limit
    )
    if dossier is None:
        raise Problem.missing("document")
    return await print_page(request, "document.html", dossier=dossier, document=dossier.document)


async def show_api(request: web.Request) -> web.Response:
    """The routes, for people who write programs."""
    routes = request.app[ALL_ROUTES]
    tags = list(dict.fromkeys(route.tag for route in routes if route.tag != "pages"))
    groups = [(tag, [route for route in routes if route.tag == tag]) for tag in tags]
    return await print_page(request, "api.html", groups=groups, token=bool(site_of(request).token))


async def get_static(request: web.Request) -> web.Response:
    """The style sheet and the sign."""
    found = STATIC.get(request.match_info["name"])
    if found is None:
        raise Problem.missing("file")
    cache = FOREVER if request.query.get("v") == STATIC_TAG else "no-cache"
    return answer(request, found[0], found[1], cache=cache)


async def get_icon(request: web.Request) -> web.Response:
    """The sign, where browsers look for it when they show what is no page of ours, such as a picture."""
    return answer(request, *STATIC["icon.svg"])


async def _gravest(site: Site, page: Page[ChangeView]) -> tuple[ChangeView, ...]:
    """The last few that were withdrawn or weakened, but for the one that stands at the top anyway."""
    if not page.items:
        return ()
    found = await _read_changes(site, ChangeQuery(kind=_GRAVE, limit=2 * _GRAVEST))
    told = [one for one in found.items if one.note not in _REPEATED and one.id != page.items[0].id]
    return tuple(told[:_GRAVEST])


async def _today(site: Site, change: ChangeView) -> AssuranceView | None:
    """What has become of the promise, wherever it stands now; None where it is said no more."""
    page = await site.store.read(list_assurances, AssuranceFilter(assurance=change.assurance), limit=1)
    return page.items[0] if page.items else None


def _later(dossier: ChangeDossier) -> ChangeView | None:
    """What happened to the same promise last, where that came after."""
    newest = dossier.history[0] if dossier.history else dossier.change
    return newest if newest.id != dossier.change.id else None


async def _passage(site: Site, side: SideView | None, holder: str | None) -> Passage | None:
    """The sentence in the text that has it; none where that is damaged or not kept: the change stands all the same."""
    if side is None or holder is None:
        return None
    try:
        body = await site.store.read(text, holder)
    except StoreError as error:
        _log.warning("http.text_unreadable", version=holder, error=str(error))
        return None
    return find_passage(body, side.text) if body else None


async def _read_changes(site: Site, query: ChangeQuery) -> Page[ChangeView]:
    return await read_part(site.store, list_changes, query.filter(), cursor=query.cursor, limit=query.limit)


async def _find_company(site: Site, name: str) -> CompanyView:
    """By name, upper or lower case; one whose documents say nothing relevant is on record, too."""
    found = await site.store.read(find_company, name)
    if found is not None:
        return found
    page = await site.store.read(list_documents, companies=(name,), limit=1)
    if not page.items:
        raise Problem.missing("company on record")
    return CompanyView(page.items[0].company, 0, 0, None)


async def _read_assurances(site: Site, company: str, query: CompanyQuery) -> Page[AssuranceView]:
    only = (query.category,) if query.category else ()
    wanted = AssuranceFilter(companies=(company,), categories=only, as_of=query.as_of)
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


ROUTES = (
    page_route("/", show_timeline, "The timeline of changes", ChangeQuery, kept=True),
    page_route("/companies", show_companies, "The companies on record", kept=True),
    page_route(
        "/companies/{name}", show_company, "What a company says, by category", CompanyQuery, kept=True
    ),
    page_route("/changes/{id}", show_change, "One change, side by side, with its evidence", kept=True),
    page_route(
        "/documents/{id}", show_document, "A document, its versions and what it says", VersionQuery, kept=True
    ),
    page_route("/api", show_api, "This API, to read"),
    Route(
        "GET",
        "/favicon.ico",
        get_icon,
        "The sign of the site",
        "operation",
        "image/svg+xml",
        cached=True,
    ),
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
