"""A route: how it is reached and, beside that, how it is described."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web
from pydantic import BaseModel

from service.web.access import check_writer
from service.web.query import Query

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path. `answer`: the shape of the JSON answered, or a media type; None for no content.

    `errors`: statuses beside 400 that the caller must expect, as problem details.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    tag: str
    answer: type[BaseModel] | str | None
    query: type[Query] | None = None
    body: type[BaseModel] | None = None
    status: int = 200
    writes: bool = False
    cached: bool = False
    """Carries an ETag, and is answered with 304 to whoever has it."""
    kept: bool = False
    """The same for everybody who may read, and made of nothing but the record: see `service.web.kept`."""
    errors: tuple[int, ...] = ()
    also: tuple[int, ...] = ()
    """Further statuses that are answered in the shape of `answer`."""
    headers: tuple[tuple[str, str], ...] = ()
    """Request headers that count: (name, what for)."""

    @property
    def name(self) -> str:
        """Unique among routes; the operationId."""
        return getattr(self.handler, "__name__", self.path)


ALL_ROUTES = web.AppKey("routes", tuple[Route, ...])


def add_routes(app: web.Application, routes: tuple[Route, ...]) -> None:
    """Serve them; GET answers HEAD as well."""
    app[ALL_ROUTES] = routes
    for route in routes:
        handler = _for_writers(route.handler) if route.writes else route.handler
        if route.method == "GET":
            app.router.add_get(route.path, handler)
        else:
            app.router.add_route(route.method, route.path, handler)


def _for_writers(handler: Handler) -> Handler:
    async def checked(request: web.Request) -> web.StreamResponse:
        check_writer(request)
        return await handler(request)

    return checked
