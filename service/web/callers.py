"""Who is calling: what the token they brought lets them do, and whether reading needs one here."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable

from aiohttp import web

from service.secrets.check import is_same
from service.store.tokens import SCOPES, find_token
from service.web.access import GRANT, GUESSES, TOO_MANY, caller_place, wrong_token
from service.web.problems import Problem
from service.web.site import Site, site_of

_FREE = ("/healthz", "/readyz", "/static/", "/favicon.ico", "/unsubscribe", "/websub/")
"""Read by anybody: by what watches the process, by a page that says no, by readers of a mail, by hubs."""
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def identify(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Look the caller's token up; Problem 401 or 429 where reading needs one and there is none."""
    site = site_of(request)
    offered = _offered(request.headers.get("Authorization", ""))
    if offered:
        request[GRANT] = await granted(request, offered)
    if site.reading == "token" and not request.path.startswith(_FREE) and not request.get(GRANT):
        raise _closed(wrong_token(request, "Reading needs a token here (http.reading)."))
    return await handler(request)


async def granted(request: web.Request, token: str) -> tuple[str, ...]:
    """The scopes of a token; none if it is not valid, or not looked at because so many wrong ones came from there."""
    site, guesses = site_of(request), request.app[GUESSES]
    guess = guesses.begin(caller_place(request), token, site.clock())
    if guess is None:
        request[TOO_MANY] = True
        return ()
    scopes: tuple[str, ...] = ()
    try:
        scopes = await _scopes(site, token)
    finally:
        request[TOO_MANY] = guesses.end(guess, right=bool(scopes))
    return scopes


async def _scopes(site: Site, token: str) -> tuple[str, ...]:
    if site.token and is_same(token, site.token):
        return SCOPES
    found = await site.store.read(find_token, token)
    return found.scopes if found else ()


def _offered(header: str) -> str:
    """A bearer token, or the password of Basic, which is what browsers and feed readers can send."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(rest.strip(), validate=True).decode().partition(":")[2]
    except (ValueError, binascii.Error):
        return ""


def _closed(problem: Problem) -> Problem:
    if problem.status == 401:
        problem.headers["WWW-Authenticate"] = (
            'Bearer realm="onrecord", Basic realm="onrecord", charset="UTF-8"'
        )
    return problem
