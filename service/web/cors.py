"""Pages of other origins may read where the configuration names them, and never write (fetch.spec.whatwg.org)."""

from __future__ import annotations

from aiohttp import web

from service.web.site import Site

_OPEN = ("/api/v1/", "/feeds/", "/openapi.json")
_READING = ("GET", "HEAD")


def allow_origin(site: Site, request: web.Request, response: web.StreamResponse) -> None:
    """Say so in the answer to a reading call."""
    if not _open_to(site, request) or request.method not in (*_READING, "OPTIONS"):
        return
    if "*" in site.cors:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After"
        return
    response.headers.add("Vary", "Origin")
    if (origin := request.headers.get("Origin", "")).lower() in site.cors:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After"


def preflight(site: Site, request: web.Request) -> web.Response | None:
    """The answer to a browser that asks before it reads; None if this is no such question."""
    asked = request.headers.get("Access-Control-Request-Method", "")
    if request.method != "OPTIONS" or asked not in _READING or not _open_to(site, request):
        return None
    return web.Response(
        status=204,
        headers={
            "Access-Control-Allow-Methods": "GET, HEAD",
            "Access-Control-Allow-Headers": "Authorization, If-None-Match, If-Modified-Since, Last-Event-ID",
            "Access-Control-Max-Age": "3600",
        },
    )


def _open_to(site: Site, request: web.Request) -> bool:
    return bool(site.cors) and request.path.startswith(_OPEN) and "Origin" in request.headers
