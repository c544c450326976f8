"""Pages as they were rendered, kept until the next commit: a page that many look at is made once.

Kept is only what anybody may read and what is the same for everybody. What a page shows beside the record (how long
ago something was) may be `KEEP` old.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from aiohttp import web

from service.store.edition import Number
from service.web.answers import REVALIDATE, has_tag
from service.web.site import Site, site_of

KEEP = timedelta(seconds=10)
PAGES_MAX = 500
BYTES_MAX = 32 * 2**20
"""Of all pages together."""
ADDRESS_MAX = 1000
"""Letters of an address; a longer one is nobody's bookmark."""
_PRIVATE = ("Authorization", "Cookie")
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_State = tuple[Number, tuple[bool, str]]
"""The record's edition, and whether the daemon does its work: every page says so."""


@dataclass(frozen=True, slots=True)
class _Page:
    at: datetime
    body: bytes
    tag: str
    headers: tuple[tuple[str, str], ...]


class Shelf:
    """Pages by address, all of one state of the record. `handlers`: those whose pages are kept."""

    def __init__(self, handlers: Iterable[object]) -> None:
        self._handlers = frozenset(handlers)
        self._pages: OrderedDict[str, _Page] = OrderedDict()
        self._state: _State | None = None
        self._bytes = 0
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def takes(self, request: web.Request, site: Site) -> bool:
        """Whether it is one of the pages that are the same for everybody, asked for by anybody."""
        return (
            request.match_info.handler in self._handlers
            and site.reading == "open"
            and len(request.raw_path) <= ADDRESS_MAX
            and not any(name in request.headers for name in _PRIVATE)
        )

    def turn(self, address: str) -> asyncio.Lock:
        """To be held by whoever makes the page: the others wait for it, and then find it."""
        lock = self._turns.get(address) or asyncio.Lock()
        self._turns[address] = lock
        return lock

    def find(self, address: str, state: _State, now: datetime) -> _Page | None:
        """None unless it was made of this very state, a moment ago."""
        if state != self._state:
            self._clear(state)
            return None
        page = self._pages.get(address)
        if page is None or not timedelta() <= now - page.at < KEEP:
            return None
        self._pages.move_to_end(address)
        return page

    def put(self, address: str, state: _State, now: datetime, response: web.StreamResponse) -> None:
        """Keep what was answered, if it is a whole page. `state`: from before the record was read for it."""
        if state != self._state or not isinstance(response, web.Response) or response.status != 200:
            return
        body, tag = response.body, response.headers.get("ETag", "")
        if not isinstance(body, bytes) or not tag or response.headers.get("Cache-Control") != REVALIDATE:
            return
        self._drop(address)
        kept = tuple((name, response.headers[name]) for name in ("Content-Type", "ETag", "Cache-Control"))
        self._pages[address] = _Page(now, body, tag.strip('"'), kept)
        self._bytes += len(body)
        while self._bytes > BYTES_MAX or len(self._pages) > PAGES_MAX:
            self._drop(next(iter(self._pages)))

    def _drop(self, address: str) -> None:
        page = self._pages.pop(address, None)
        self._bytes -= len(page.body) if page else 0

    def _clear(self, state: _State) -> None:
        self._pages.clear()
        self._bytes, self._state = 0, state


SHELF = web.AppKey("shelf", Shelf)


@web.middleware
async def keep(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Answer with the page that is kept; else have it made, and keep it."""
    shelf, site = request.app[SHELF], site_of(request)
    if not shelf.takes(request, site) or (state := await _state(site)) is None:
        return await handler(request)
    address = request.raw_path
    if (page := shelf.find(address, state, site.clock())) is not None:
        return _answer(request, page)
    async with shelf.turn(address):
        now, state = site.clock(), await _state(site)
        if state is not None and (page := shelf.find(address, state, now)) is not None:
            return _answer(request, page)
        response = await handler(request)
        if state is not None:
            shelf.put(address, state, now, response)
        return response


async def _state(site: Site) -> _State | None:
    edition = await site.store.edition()
    return None if edition is None else (edition, site.ready())


def _answer(request: web.Request, page: _Page) -> web.Response:
    if has_tag(request, page.tag):
        return web.Response(status=304, headers=page.headers[1:])
    return web.Response(body=page.body, headers=page.headers)
