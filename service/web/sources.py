"""The API on the catalogue: what is watched, how it fares, and changes to it."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import ConfigDict, WithJsonSchema

from service.configuration.settings import Duration, Positive, SourceSettings
from service.model import SourceSpec
from service.store.errors import StoreError
from service.store.evidence import list_sources
from service.store.views import SourceView
from service.store.watchlist import add_source, force, retire_source
from service.web.answers import json_answer
from service.web.bodies import parse_body, read_json
from service.web.cursors import slice_after
from service.web.links import Links
from service.web.present import source_shape
from service.web.problems import Problem
from service.web.query import LongPaged, read_query
from service.web.routes import Route
from service.web.shapes import AcceptedShape, Listing, SourceShape
from service.web.site import Site, site_of
from watchers.errors import Refused

_DURATION = WithJsonSchema(
    {
        "anyOf": [{"type": "string", "examples": ["15m"]}, {"type": "number"}],
        "description": "Number: seconds.",
    }
)


class NewSource(SourceSettings):
    """A source to watch, as a [[sources]] table of the configuration has it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    every: Annotated[Positive, _DURATION] | None = None
    slowest: Annotated[Duration, _DURATION] | None = None
    confirm: Annotated[Duration, _DURATION] | None = None
    grace: Annotated[Duration, _DURATION] | None = None


async def list_watched_sources(request: web.Request) -> web.Response:
    query, site = read_query(request, LongPaged), site_of(request)
    found = await site.store.read(list_sources)
    page = slice_after(found, lambda one: one.name, query.cursor, query.limit)
    links = Links(site.base)
    items = [source_shape(one, links) for one in page.items]
    return json_answer(request, Listing[SourceShape](items=items, next=page.next))


async def get_source(request: web.Request) -> web.Response:
    site = site_of(request)
    return json_answer(
        request, source_shape(await find_source(site, request.match_info["name"]), Links(site.base))
    )


async def create_source(request: web.Request) -> web.Response:
    """Validated as the configuration is, and by the guard; polled at once."""
    site = site_of(request)
    spec = await watch_source(site, await read_json(request))
    links = Links(site.base)
    shape = source_shape(await find_source(site, spec.name), links)
    return json_answer(request, shape, status=201, headers={"Location": shape.links["self"]})


async def delete_source(request: web.Request) -> web.Response:
    """Stop watching; what it showed stays on record."""
    if not await site_of(request).store.write(retire_source, request.match_info["name"]):
        raise Problem.missing("source")
    return web.Response(status=204)


async def poll_source(request: web.Request) -> web.Response:
    """Let it be due at once; the poll itself runs after the answer."""
    site, name = site_of(request), request.match_info["name"]
    now = site.clock()
    if not await site.store.write(force, name, now):
        raise Problem.missing("source")
    site.poll_now()
    shape = AcceptedShape(source=name, accepted=now, links=Links(site.base).source(name))
    return json_answer(request, shape, status=202)


async def watch_source(site: Site, data: dict[str, object]) -> SourceSpec:
    """Watch one more, as `NewSource` describes it; Problem 400, or 409 where the name is taken."""
    spec = _spec(data, site)
    try:
        await site.store.write(add_source, spec, site.clock())
    except StoreError as error:
        if await _exists(site, spec.name):
            raise Problem(409, str(error)) from error
        raise
    site.poll_now()
    return spec


async def find_source(site: Site, name: str) -> SourceView:
    """Problem 404 if none of that name is watched."""
    for source in await site.store.read(list_sources):
        if source.name == name:
            return source
    raise Problem.missing("source")


async def _exists(site: Site, name: str) -> bool:
    return any(source.name == name for source in await site.store.read(list_sources))


def _spec(data: dict[str, object], site: Site) -> SourceSpec:
    settings = parse_body(data, NewSource)
    try:
        site.guard.check_url(settings.url)
    except Refused as error:
        raise Problem.parameter("url", str(error)) from error
    return settings.spec(site.defaults)


ROUTES = (
    Route(
        "GET",
        "/api/v1/sources",
        list_watched_sources,
        "What is watched, with the health of each",
        "sources",
        Listing[SourceShape],
        query=LongPaged,
        cached=True,
    ),
    Route(
        "POST",
        "/api/v1/sources",
        create_source,
        "Watch one more source",
        "sources",
        SourceShape,
        body=NewSource,
        status=201,
        writes=True,
        errors=(408, 409, 413, 415),
    ),
    Route(
        "GET",
        "/api/v1/sources/{name}",
        get_source,
        "One source",
        "sources",
        SourceShape,
        cached=True,
        errors=(404,),
    ),
    Route(
        "DELETE",
        "/api/v1/sources/{name}",
        delete_source,
        "Stop watching a source; its record stays",
        "sources",
        None,
        status=204,
        writes=True,
        errors=(404,),
    ),
    Route(
        "POST",
        "/api/v1/sources/{name}/poll",
        poll_source,
        "Poll a source as soon as possible",
        "sources",
        AcceptedShape,
        status=202,
        writes=True,
        errors=(404,),
    ),
)
