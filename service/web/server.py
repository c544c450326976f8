"""The web application: every route, the answers to errors, the headers that all answers carry."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from functools import lru_cache

import structlog
from aiohttp import web

from service.store.errors import StoreError
from service.web import (
    changes,
    comparison,
    evidence,
    export,
    feeds,
    hubs,
    pages,
    paper,
    probes,
    source_pages,
    sources,
    subscribing,
    subscription_pages,
    subscriptions,
    unsubscribing,
)
from service.web.access import GUESSES, PACE
from service.web.answers import answer
from service.web.callers import identify
from service.web.cors import allow_origin, preflight
from service.web.forms import FILE_MAX
from service.web.guesses import Guesses
from service.web.kept import SHELF, Shelf, keep
from service.web.openapi import describe
from service.web.pace import Pace
from service.web.problems import Problem, from_http, problem_response
from service.web.routes import Route, add_routes
from service.web.site import SITE, WEIGHING, Site, site_of
from service.web.warm import warm_up
from service.web.wire import secure

_log = structlog.get_logger()
_wire_log = logging.getLogger("onrecord.http")
"""aiohttp's word on requests that are not HTTP: a stack trace each, for whoever cares to send garbage. Kept quiet."""

BODY_MAX = 64 * 1024
IDLE = 20.0
"""Seconds that a connection may stay open without a whole request: a slow header holds nothing up for longer."""
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def get_description(request: web.Request) -> web.Response:
    """What is served here, described."""
    site = site_of(request)
    found = await asyncio.to_thread(_description, site.base, token=bool(site.token))
    return answer(request, found, "application/json")


@lru_cache(maxsize=4)
def _description(base: str, *, token: bool) -> bytes:
    """Made when it is first asked for: that takes longer than all else that a site needs to start."""
    return json.dumps(describe(ROUTES, base, token=token), indent=1).encode()


ROUTES: tuple[Route, ...] = (
    *changes.ROUTES,
    *export.ROUTES,
    *evidence.ROUTES,
    *sources.ROUTES,
    *subscriptions.ROUTES,
    *subscribing.ROUTES,
    *probes.ROUTES,
    *feeds.ROUTES,
    *hubs.ROUTES,
    Route(
        "GET",
        "/openapi.json",
        get_description,
        "This description",
        "operation",
        "application/json",
        cached=True,
    ),
    *pages.ROUTES,
    *comparison.ROUTES,
    *source_pages.ROUTES,
    *subscription_pages.ROUTES,
    *unsubscribing.ROUTES,
)


def make_app(site: Site) -> web.Application:
    """Everything the contract's HTTP table names. Serve it by `wire.make_runner`."""
    _wire_log.setLevel(logging.CRITICAL)
    app = web.Application(
        middlewares=[keep, _answer_errors, _bound_bodies, identify],
        client_max_size=BODY_MAX,
        handler_args={"keepalive_timeout": IDLE, "lingering_time": 5.0, "logger": _wire_log},
    )
    app[SITE] = site
    app[WEIGHING] = asyncio.Lock()
    app[probes.OPEN_STREAMS] = {}
    app[GUESSES] = Guesses()
    app[SHELF] = Shelf(route.handler for route in ROUTES if route.kept)
    app[PACE] = Pace(site.writes_per_minute)
    add_routes(app, ROUTES)
    app.cleanup_ctx.append(warm_up)
    app.on_response_prepare.append(_secure)
    app.on_shutdown.append(_close_streams)
    return app


def make_probes(site: Site) -> web.Application:
    """What watches processes, and nothing else: for a worker or scheduler, which anybody may ask."""
    _wire_log.setLevel(logging.CRITICAL)
    app = web.Application(
        middlewares=[_answer_errors],
        client_max_size=BODY_MAX,
        handler_args={"keepalive_timeout": IDLE, "lingering_time": 5.0, "logger": _wire_log},
    )
    app[SITE] = site
    add_routes(app, tuple(route for route in probes.ROUTES if route.path in probes.WATCHED))
    app.on_response_prepare.append(_secure)
    return app


async def _secure(request: web.Request, response: web.StreamResponse) -> None:
    allow_origin(site_of(request), request, response)
    secure(response)


async def _close_streams(app: web.Application) -> None:
    app[SITE].bell.close()


@web.middleware
async def _bound_bodies(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Say no before a byte of a large body is read."""
    most = FILE_MAX if request.path == source_pages.IMPORT else BODY_MAX
    if request.path.startswith(hubs.PATH):
        most = hubs.PUSH_MAX
    if (request.content_length or 0) > most:
        raise Problem(413, f"The body is larger than {most // 1024} KiB.", headers={"Connection": "close"})
    return await handler(request)


@web.middleware
async def _answer_errors(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Every error becomes an answer that tells no more than it must."""
    if (asked := preflight(site_of(request), request)) is not None:
        return asked
    try:
        return await handler(request)
    except Problem as error:
        return _tell(request, error)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _tell(request, from_http(error))
    except StoreError as error:
        _log.warning("http.record_unusable", path=request.path, error=str(error))
        return _tell(
            request, Problem(503, "The record cannot be used at the moment.", headers={"Retry-After": "5"})
        )
    except Exception:
        _log.exception("http.failed", method=request.method, path=request.path)
        return _tell(request, Problem(500, "Something went wrong here; it has been logged."))


def _tell(request: web.Request, problem: Problem) -> web.Response:
    if paper.wants_page(request):
        return paper.error_page(site_of(request), problem)
    return problem_response(problem)
