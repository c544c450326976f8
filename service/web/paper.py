"""What every page has in common: its frame, the state of the watching in its head, the page an error is told on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from service.store.errors import StoreError
from service.store.portrait import Pulse, pulse
from service.web.answers import REVALIDATE, answer
from service.web.problems import Problem, title_of
from service.web.query import Query
from service.web.routes import Handler, Route
from service.web.site import Site, site_of
from service.web.templating import render

HTML = "text/html"
_MACHINE = ("/api/", "/feeds/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/static/")


@dataclass(frozen=True, slots=True)
class Vitals:
    """Whether the daemon does its work, as the head of every page says it."""

    ready: bool
    reason: str
    pulse: Pulse | None
    """None where the record cannot be read."""


async def print_page(
    request: web.Request,
    template: str,
    *,
    status: int = 200,
    cache: str = REVALIDATE,
    media_type: str = HTML,
    **values: Any,
) -> web.Response:
    """Rendered in a thread: long texts take their time to compare, and polling goes on meanwhile."""
    site = site_of(request)
    around = {**frame(site), "here": request.path, "vitals": await _vitals(site)}
    text = await asyncio.to_thread(render, template, **around, **values)
    return answer(request, text.encode("utf-8", "replace"), media_type, status=status, cache=cache)


def wants_page(request: web.Request) -> bool:
    """Whether an error is told to a person: outside of what programs call."""
    return not request.path.startswith(_MACHINE)


def error_page(site: Site, problem: Problem) -> web.Response:
    """An error as a page; it asks nothing of the record, which may be what has failed."""
    text = render(
        "error.html",
        **frame(site),
        here="",
        vitals=None,
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


def page_route(
    path: str, handler: Handler, summary: str, query: type[Query] | None = None, *, kept: bool = False
) -> Route:
    """A page that is read. `kept`: it is the same for everybody."""
    errors = (404,) if "{" in path else ()
    return Route(
        "GET", path, handler, summary, "pages", HTML, query=query, cached=True, kept=kept, errors=errors
    )


def frame(site: Site) -> dict[str, Any]:
    """What every template may need."""
    return {"root": site.root, "base": site.base, "now": site.clock()}


async def _vitals(site: Site) -> Vitals:
    ready, reason = site.ready()
    try:
        return Vitals(ready, reason, await site.store.read(pulse))
    except StoreError as error:
        return Vitals(ready=False, reason=str(error), pulse=None)
