"""Who may write: whoever holds the token; without one, programs on this machine, and no foreign web page."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

from service.web.guesses import Guesses, place_of
from service.web.pace import Pace
from service.web.problems import Problem
from service.web.site import Site, site_of

_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")
_NEEDED = "Writing needs the header Authorization: Bearer with the configured token (http.token) or one that may write."
_LOCAL_NAMES = frozenset({"localhost", "localhost.localdomain", "ip6-localhost"})


GUESSES = web.AppKey("guesses", Guesses)
PACE = web.AppKey("pace", Pace)
GRANT = web.RequestKey("granted_scopes", tuple[str, ...])
"""Where the scopes of the caller's token stand in a request."""
_OFFERED = web.RequestKey("offered_token", str)
TOO_MANY = web.RequestKey("guessed_too_often", bool)
"""Whether its token was wrong, as too many before it."""


def offer_token(request: web.Request, token: str) -> None:
    """A token that came in a form, where browsers set no header; it counts as if it had come in one.

    What it opens is for `callers.granted` to find out, as with one in a header.
    """
    if token:
        request[_OFFERED] = token


def credentials(request: web.Request) -> str:
    """What the caller shows, as the header Authorization has it; "" where there is nothing."""
    if _OFFERED in request:
        return f"Bearer {request[_OFFERED]}"
    return request.headers.get("Authorization", "")


def check_writer(request: web.Request) -> None:
    """Problem 401, 403 or 429 unless the caller may write, and not too often."""
    site = site_of(request)
    _check_scope(request, site)
    if not _is_here(request):
        caller = credentials(request) or _peer(request)
        request.app[PACE].spend(caller, site.clock())


def _check_scope(request: web.Request, site: Site) -> None:
    scopes = request.get(GRANT, ())
    if "write" in scopes:
        return
    if scopes:
        raise Problem(403, "This token may read, not write.")
    if site.token:
        raise wrong_token(request, _NEEDED)
    try:
        _check_local(request, site)
    except Problem:
        if request.get(TOO_MANY):
            raise _slow_down() from None
        raise


def may_write(request: web.Request) -> bool:
    """`check_writer` as a question, asked by calls that anybody may make."""
    try:
        _check_scope(request, site_of(request))
    except Problem:
        return False
    return True


def wrong_token(request: web.Request, detail: str) -> Problem:
    """401, or 429 after too many wrong ones."""
    if request.get(TOO_MANY):
        return _slow_down()
    return Problem(
        401,
        detail,
        headers={"WWW-Authenticate": 'Bearer realm="onrecord"'},
    )


def _slow_down() -> Problem:
    return Problem(429, "Too many wrong tokens; wait a minute.", headers={"Retry-After": "60"})


def _check_local(request: web.Request, site: Site) -> None:
    """From loopback itself, not through a proxy; asked by no foreign page; under a name of ours (DNS rebinding)."""
    if not _is_here(request):
        raise Problem(403, "Without a token (http.token), writing calls are only taken from this machine.")
    own = {(urlsplit(site.base).hostname or "").lower()}
    host = _host_of(f"//{request.headers.get('Host', '')}")
    if not (host in _LOCAL_NAMES or _is_loopback(host) or (host and host in own)):
        raise Problem(403, "The header Host does not name this machine.")
    check_own_page(request)


def check_own_page(request: web.Request) -> None:
    """Problem 403 where a browser says that another site's page sends it, whatever credentials come along."""
    fetched = request.headers.get("Sec-Fetch-Site", "none").lower()
    origin = request.headers.get("Origin")
    if fetched not in ("none", "same-origin") or (origin is not None and not _same_origin(request, origin)):
        raise Problem(403, "Another site's page may not write here.")


def _is_here(request: web.Request) -> bool:
    """Whether the caller is a program on this machine, and not one behind a proxy."""
    return _is_loopback(_peer(request)) and not any(name in request.headers for name in _FORWARDED)


def caller_place(request: web.Request) -> str:
    """What of the caller's address wrong tokens are counted by."""
    return place_of(_peer(request))


def _peer(request: web.Request) -> str:
    peer = request.transport.get_extra_info("peername") if request.transport else None
    return str(peer[0]) if isinstance(peer, tuple) and peer else ""


def _is_loopback(host: str) -> bool:
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _host_of(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _same_origin(request: web.Request, origin: str) -> bool:
    """Under the name we were asked by, or under the one that a proxy before us is known by."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    own = (request.headers.get("Host", "").lower(), urlsplit(site_of(request).base).netloc.lower())
    return parts.scheme in ("http", "https") and parts.netloc.lower() in own
