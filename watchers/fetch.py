"""One guarded GET: conditional, redirects by hand, every byte counted, every way of failing named."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from watchers.answers import (
    PAUSING,
    PERMANENT,
    REDIRECTS,
    clean_headers,
    conditions,
    content_type,
    is_document,
    status_error,
    unknown_transfer,
)
from watchers.answers import validators as read_validators
from watchers.decode import ACCEPTED, LIGHT, Body, DecodeError
from watchers.errors import FetchError, Refused
from watchers.failures import failure
from watchers.freshness import fresh_for, http_date
from watchers.guard import NAME_LIFE, Guard, guarded_connector
from watchers.hosts import Host, Hosts
from watchers.limits import Limit, Limits
from watchers.model import Fetched, FetchRules, NotModified, Validators
from watchers.robots import MOST_BYTES, Robots
from watchers.room import Room
from watchers.urls import as_utf8, parse_url

NOTHING_KNOWN = Validators()
CONNECTIONS = 512
MOST_TRAILS = 4096
"""Redirected URLs whose answering address is remembered, so that it can be asked conditionally."""
ROOM = 16 << 20
"""Bytes of large bodies that are read at once: from the last byte's arrival until whoever asked is done with them."""
MOST_FIELDS = 200
LONGEST_FIELD = 16 * 1024
"""Of the header section; beyond it the answer is refused."""

_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/atom+xml,application/rss+xml,"
    "application/xml;q=0.9,application/pdf;q=0.9,text/plain;q=0.8,*/*;q=0.5",
    "Accept-Encoding": ACCEPTED,
    "Accept-Language": "en, *;q=0.5",
}


@dataclass(slots=True)
class _Terms:
    """How to ask. `known` is sent to `owner` only, the URL that it was had from: another page may well be older.

    `prefix`: the first `most` bytes of what is larger are taken.
    """

    owner: URL
    known: Validators
    robots: bool
    most: int
    prefix: bool = False


@dataclass(slots=True)
class _Trip:
    """One request on its way through redirects."""

    url: str
    terms: _Terms
    limit: Limit
    hops: int = 0
    permanent: bool = True

    def moved(self, target: URL) -> str | None:
        """Where a chain of only permanent redirects has led."""
        return str(target) if self.hops and self.permanent else None


@dataclass(frozen=True, slots=True)
class _Found:
    """A 200, read to its end. `fetched` lacks the body, which lies where it was gathered."""

    fetched: Fetched
    body: Body

    def load(self) -> Fetched:
        """With the body."""
        body = self.body.prefix()
        return replace(self.fetched, body=body, sha256=sha256(body).hexdigest())


class _NoCookies(aiohttp.DummyCookieJar):
    """Keeps none, and does not even read them."""

    def update_cookies_from_headers(self, headers: Sequence[str], response_url: URL) -> None:
        """Nothing."""


class Fetcher:
    """Fetches within `rules`, past `guard` (by default one made of the rules). Use as an async context manager.

    `folder`: where large bodies lie while they come, the system's place for such files if None. `clock` counts the
    seconds of Retry-After, robots.txt and connections; `resolver` and `tls` stand in for the system's.
    """

    def __init__(
        self,
        rules: FetchRules,
        *,
        guard: Guard | None = None,
        clock: Callable[[], float] = time.monotonic,
        resolver: AbstractResolver | None = None,
        tls: ssl.SSLContext | None = None,
        folder: Path | None = None,
    ) -> None:
        self._room, self._folder = Room(ROOM), folder
        self._rules, self._guard = rules, guard or Guard(rules.allow, rules.ports)
        self._resolver, self._tls, self._clock = resolver, tls, clock
        self.hosts = Hosts(rules.per_host, rules.timeout, clock)
        self._limits = Limits(rules.timeout)
        self._robots = Robots(self._get_robots, rules.user_agent, clock)
        self._trails: OrderedDict[str, tuple[URL, Validators]] = OrderedDict()
        self._session: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        """Open the one session that everything goes through."""
        connector = guarded_connector(
            self._guard,
            limit=CONNECTIONS,
            limit_per_host=0,  # `Hosts` sees to that
            keep_alive=NAME_LIFE,
            resolver=self._resolver,
            tls=self._tls,
            clock=self._clock,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            headers=_HEADERS | {"User-Agent": self._rules.user_agent},
            cookie_jar=_NoCookies(),
            timeout=aiohttp.ClientTimeout(),  # ours is around the whole trip
            auto_decompress=False,
            trust_env=False,
            max_field_size=LONGEST_FIELD,
            max_headers=MOST_FIELDS,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Drop what is under way and close."""
        await self._robots.aclose()
        await self._session.close()
        self._limits.close()

    async def get(
        self, url: str, *, validators: Validators = NOTHING_KNOWN, robots: bool = False
    ) -> Fetched | NotModified:
        """Like `take`, for who asks for few."""
        answer = await self.take(url, validators=validators, robots=robots)
        self.give_back(answer)
        return answer

    async def take(
        self, url: str, *, validators: Validators = NOTHING_KNOWN, robots: bool = False
    ) -> Fetched | NotModified:
        """Fetch `url` to its last byte, or learn that it is as it was when `validators` were handed out.

        A large body takes room that others wait for, until it is given back. `robots`: heed robots.txt, at each hop.
        Raises FetchError and Refused, whose `reason` is one of timeout, tls, dns, connection, status, gone, not_found,
        blocked, truncated, encoding, too_large, no_room, media_type, empty, bad_304, held, redirect, framing;
        address, scheme, port, credentials, robots.
        """
        found = await self._ask(url, validators, robots=robots)
        if isinstance(found, NotModified):
            return found
        with found.body:
            size = found.body.size
            await self._room.enter(size)
            try:
                return await asyncio.to_thread(found.load) if size > LIGHT else found.load()
            except BaseException:
                self._room.leave(size)
                raise

    def give_back(self, answer: Fetched | NotModified) -> None:
        """Done with what was taken."""
        if isinstance(answer, Fetched):
            self._room.leave(len(answer.body))

    async def _ask(self, url: str, validators: Validators, *, robots: bool) -> _Found | NotModified:
        target = _parse(url)
        owner, known = target, validators
        trail = self._trails.get(url)
        if trail is not None and validators.etag and validators.etag == trail[1].etag:
            owner, known = trail
        heed = robots and self._rules.respect_robots
        return await self._travel(url, target, _Terms(owner, known, heed, self._rules.max_bytes))

    async def _get_robots(self, url: str) -> bytes:
        """A robots.txt, which is not subject to itself and of which the beginning is enough."""
        target = _parse(url)
        terms = _Terms(target, NOTHING_KNOWN, robots=False, most=MOST_BYTES, prefix=True)
        answer = await self._travel(url, target, terms)
        if isinstance(answer, NotModified):
            return b""
        with answer.body:
            return answer.body.prefix()

    async def _travel(self, url: str, target: URL, terms: _Terms) -> _Found | NotModified:
        """Within the time limit."""
        try:
            with self._limits.begin() as limit:
                return await self._follow(_Trip(url, terms, limit), target)
        except TimeoutError as error:
            why = f"{target.raw_host} did not finish within {self._rules.timeout:g} s"
            raise FetchError(url, why, reason="timeout") from error

    async def _follow(self, trip: _Trip, target: URL) -> _Found | NotModified:
        """Hop by hop to the answer."""
        seen = [target]
        while True:
            self._guard.check(target, trip.url)
            if trip.terms.robots:
                await self._robots.check(target, trip.url)
            answer = await self._hop(trip, target)
            if not isinstance(answer, URL):
                return answer
            if target.scheme == "https" and answer.scheme == "http":
                trip.permanent = False  # nothing to get used to
            target = answer
            trip.hops += 1
            if target in seen:
                raise FetchError(trip.url, f"{target.raw_host} redirects in a circle", reason="redirect")
            if trip.hops > self._rules.max_redirects:
                why = f"{seen[0].raw_host} redirects more than {self._rules.max_redirects} times"
                raise FetchError(trip.url, why, reason="redirect")
            seen.append(target)

    async def _hop(self, trip: _Trip, target: URL) -> _Found | NotModified | URL:
        """One request: its answer, or where it sends us."""
        sent = conditions(trip.terms.known) if target == trip.terms.owner else None
        reading = False
        host = await self.hosts.enter(target, trip.url, trip.limit)
        try:
            async with self._session.get(target, headers=sent, allow_redirects=False) as response:
                if response.status == 200:
                    reading = True
                    return await self._fetched(trip, target, response)
                return self._judge(trip, target, response, host, asked=bool(sent))
        except (aiohttp.ClientError, OSError) as error:
            raise failure(error, trip.url, str(target.raw_host), reading=reading) from error
        finally:
            self.hosts.leave(host)

    def _judge(
        self, trip: _Trip, target: URL, response: aiohttp.ClientResponse, host: Host, *, asked: bool
    ) -> NotModified | URL:
        """An answer without a document: unchanged, elsewhere, or a failure."""
        status, headers = response.status, response.headers
        if status == 304:
            if not asked:
                why = f"{target.raw_host} answered 304 although it was not asked whether anything changed"
                raise FetchError(trip.url, why, reason="bad_304", status=304)
            fresh = fresh_for(headers, datetime.now(UTC))
            known = trip.terms.known if not trip.hops else Validators(trip.terms.known.etag)
            return NotModified(trip.url, str(target), trip.moved(target), known, fresh)
        if status in REDIRECTS:
            trip.permanent = trip.permanent and status in PERMANENT
            return _next(trip.url, target, status, headers.get("Location"))
        now = http_date(headers.get("Date", "")) or datetime.now(UTC)
        error = status_error(trip.url, str(target.raw_host), status, headers, now)
        if error.retry_after is not None and status in PAUSING:
            self.hosts.hold(host, error.retry_after)
        raise error

    async def _fetched(self, trip: _Trip, target: URL, response: aiohttp.ClientResponse) -> _Found:
        """A 200, read to its end."""
        headers = response.headers
        media, charset = content_type(headers)
        if not trip.terms.prefix and not is_document(media):
            why = f"{target.raw_host} sent {media}, in which no document can be"
            raise FetchError(trip.url, why, reason="media_type", transient=False, status=200)
        if coding := unknown_transfer(headers):
            why = f"{target.raw_host} sent a body in the transfer coding {coding[:40]!r}"
            raise FetchError(trip.url, why, reason="framing", status=200)
        body = await self._read(trip, target, response)
        if body.blank:
            body.close()
            raise FetchError(trip.url, f"{target.raw_host} sent an empty body", reason="empty", status=200)
        now = datetime.now(UTC)
        fetched = Fetched(
            url=trip.url,
            final_url=str(target),
            permanent_url=trip.moved(target),
            status=200,
            headers=clean_headers(headers),
            body=b"",
            sha256="",
            media_type=media,
            charset=charset,
            validators=self._remember(trip, target, read_validators(headers, now)),
            fresh_for=fresh_for(headers, now),
        )
        return _Found(fetched, body)

    async def _read(self, trip: _Trip, target: URL, response: aiohttp.ClientResponse) -> Body:
        """The decoded body, counted."""
        codings = response.headers.getall("Content-Encoding", ())
        try:
            body = Body(", ".join(codings), trip.terms.most, self._folder)
            try:
                await _gather(body, response, prefix=trip.terms.prefix)
            except BaseException:
                body.close()
                raise
        except DecodeError as error:
            transient = error.reason in ("truncated", "no_room")
            why = f"{target.raw_host}: {error}"
            raise FetchError(trip.url, why, reason=error.reason, transient=transient, status=200) from error
        return body

    def _remember(self, trip: _Trip, target: URL, given: Validators) -> Validators:
        """The validators to hand out.

        Those of a page that others redirect to are good for that page alone. Its ETag is handed out and leads back to
        it; its date would be taken for the redirecting URL's own once we have forgotten.
        """
        self._trails.pop(trip.url, None)
        if not trip.hops:
            return given
        if given.etag:
            self._trails[trip.url] = (target, given)
            if len(self._trails) > MOST_TRAILS:
                self._trails.popitem(last=False)
        return Validators(given.etag)


async def _gather(body: Body, response: aiohttp.ClientResponse, *, prefix: bool) -> None:
    """All of it, or as much as `body` takes where a `prefix` is enough."""
    if not prefix and response.content_length is not None:
        body.expect(response.content_length)
    try:
        await _drain(body, response)
    except DecodeError as error:
        if error.reason == "too_large" and prefix:
            return
        raise
    body.complete()


async def _drain(body: Body, response: aiohttp.ClientResponse) -> None:
    """Every piece into `body`. aiohttp takes any end of the connection for the end of a body without a length."""
    connection = response.connection  # not ours to ask any more once the body has ended
    protocol = connection.protocol if connection and _ends_with_connection(response) else None
    async for piece in response.content.iter_any():
        body.feed(piece)
    if protocol is not None and isinstance(reset := protocol.exception(), OSError):
        raise reset


def _ends_with_connection(response: aiohttp.ClientResponse) -> bool:
    """Whether the body's length is said by nothing else (RFC 9112, 6.3)."""
    return response.content_length is None and "Transfer-Encoding" not in response.headers


def _parse(url: str) -> URL:
    """Refused when it is no URL."""
    try:
        return parse_url(url)
    except (ValueError, TypeError) as error:
        why = "refused: it is not a URL that can be fetched"
        raise Refused(url, why, reason="address", transient=False) from error


def _next(url: str, target: URL, status: int, location: str | None) -> URL:
    """Where a redirect leads."""
    if not location:
        why = f"{target.raw_host} answered {status} without saying where to go"
        raise FetchError(url, why, reason="redirect", status=status)
    try:
        return parse_url(as_utf8(location), target)
    except ValueError as error:
        why = f"{target.raw_host} redirects to what is not a URL"
        raise FetchError(url, why, reason="redirect", status=status) from error
