"""Is it alive, does it work, how much is there to do: for machines. And the stream of events."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import structlog
from aiohttp import web
from pydantic import Field

from service.configuration.recipients import KIND_NAMES, KindOfEvent
from service.model import Category
from service.store.errors import StoreError
from service.store.evidence import list_sources, totals
from service.store.history import events_after, last_sequence
from service.store.journal import matter_of, wants
from service.store.views import EventView
from service.web.access import caller_place
from service.web.answers import json_answer
from service.web.metrics import MEDIA_TYPE
from service.web.problems import Problem
from service.web.query import Name, Names, Query, read_query
from service.web.routes import Route
from service.web.shapes import StatusShape
from service.web.site import Site, site_of
from service.web.stream import follow

_log = structlog.get_logger()

STUCK = 10.0
"""Seconds by which the event loop may be late."""
STREAMS_MAX = 200
STREAMS_EACH = STREAMS_MAX // 4
"""Of one address, or network of IPv6: the others find room. Near ones may have all: a proxy stands for everybody."""
WATCHED = ("/healthz", "/readyz", "/metrics")
STREAM_TYPE = "text/event-stream"
OPEN_STREAMS = web.AppKey("open_streams", dict[web.StreamResponse, str])
"""Each with the place it is read from."""


async def get_health(request: web.Request) -> web.Response:
    """Alive: the process answers, and its loop is not stuck."""
    lag = site_of(request).lag()
    if lag > STUCK:
        return _status(request, 503, "stuck", f"the event loop was blocked for {lag:.0f} s")
    return _status(request, 200, "ok")


async def get_readiness(request: web.Request) -> web.Response:
    """Ready: polling and delivery run, and the record can be read."""
    site = site_of(request)
    ready, reason = site.ready()
    if ready:
        try:
            await site.store.read(last_sequence)
        except StoreError as error:
            ready, reason = False, str(error)
    return _status(request, 200, "ready") if ready else _status(request, 503, "not ready", reason)


async def get_metrics(request: web.Request) -> web.Response:
    site = site_of(request)
    counted = await site.store.read(totals)
    states = [source.state for source in await site.store.read(list_sources)]
    body = site.counters.expose(
        counted,
        states,
        sequence=await site.store.read(last_sequence),
        lag=site.lag(),
        ready=site.ready()[0],
        now=site.clock(),
    )
    return web.Response(body=body, headers={"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store"})


class StreamQuery(Query):
    """Which events, and from where on."""

    last_event_id: Name = ""
    """As the header Last-Event-ID, for who cannot send that."""
    company: Names = ()
    """Name of a company, upper and lower case are the same; repeated: any of them."""
    category: tuple[Category, ...] = ()
    """What it is about; repeated or separated by commas: any of them."""
    kind: tuple[KindOfEvent, ...] = ()
    """One or more, repeated or separated by commas."""
    source: Names = ()
    """Name of a source; repeated: any of them."""
    min_score: float = Field(0.0, ge=0, le=1)
    """How sure we are of the kind, at least."""

    def lets(self, event: EventView) -> bool:
        """Whether the event is sent; as for subscriptions, but that without `kind` all of them are."""
        if not self.model_fields_set - {"last_event_id"}:
            return True
        return wants(self._wishes, matter_of(event.body, event.source))

    @cached_property
    def _wishes(self) -> _Wishes:
        return _Wishes(self.kind or KIND_NAMES, self.company, self.category, self.source, self.min_score)


@dataclass(frozen=True, slots=True)
class _Wishes:
    kinds: tuple[str, ...]
    companies: tuple[str, ...]
    categories: tuple[Category, ...]
    sources: tuple[str, ...]
    min_score: float


async def stream_events(request: web.Request) -> web.StreamResponse:
    """Every event from now on, or after `Last-Event-ID`."""
    query, site, streams = read_query(request, StreamQuery), site_of(request), request.app[OPEN_STREAMS]
    after = await _start(request, query, site)
    place = caller_place(request)
    _check_room([*streams.values()], place)
    response = web.StreamResponse(
        headers={"Content-Type": STREAM_TYPE, "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
    streams[response] = place  # before anything is waited for: others ask meanwhile
    try:
        await response.prepare(request)
        if request.method == "HEAD":
            return response
        await follow(
            lambda a, n: site.store.read(events_after, a, n),
            response.write,
            site.bell,
            after,
            wanted=query.lets,
        )
    except (ConnectionError, StoreError) as error:
        _log.debug(
            "stream.ended", error=str(error)
        )  # the reader left, or comes back when the record can be read
    except TimeoutError:
        _log.info("stream.dropped", reason="the reader took nothing")
        if request.transport is not None:
            request.transport.abort()  # an orderly end would wait for the reader, too
    finally:
        streams.pop(response, None)
    return response


def _check_room(places: list[str], place: str) -> None:
    """Problem 503 where too many are open, here or from there."""
    if len(places) >= STREAMS_MAX:
        raise Problem(503, "Too many streams are open.", headers={"Retry-After": "30"})
    if place and places.count(place) >= STREAMS_EACH:
        raise Problem(503, "Too many streams are open from your address.", headers={"Retry-After": "30"})


async def _start(request: web.Request, query: StreamQuery, site: Site) -> int:
    newest = await site.store.read(last_sequence)
    given = request.headers.get("Last-Event-ID") or query.last_event_id
    if not given:
        return newest
    if not given.isascii() or not given.isdecimal():
        raise Problem.parameter("Last-Event-ID", "must be the id of an event of this stream, a number")
    return min(int(given[:18]), newest)


def _status(request: web.Request, status: int, word: str, reason: str = "") -> web.Response:
    response = json_answer(request, StatusShape(status=word, reason=reason), status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


ROUTES = (
    Route(
        "GET",
        "/api/v1/stream",
        stream_events,
        "Events as they are recorded (server-sent events): id is the sequence, data the event",
        "events",
        STREAM_TYPE,
        query=StreamQuery,
        errors=(503,),
        headers=(("Last-Event-ID", "Sequence of the last event received; those after it are sent."),),
    ),
    Route(
        "GET", "/healthz", get_health, "Whether the process is alive", "operation", StatusShape, also=(503,)
    ),
    Route(
        "GET",
        "/readyz",
        get_readiness,
        "Whether it polls and delivers",
        "operation",
        StatusShape,
        also=(503,),
    ),
    Route("GET", "/metrics", get_metrics, "Figures for Prometheus", "operation", "text/plain"),
)
