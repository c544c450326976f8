"""The way out of a mail: a page with a button for people, one POST for mail programs (RFC 8058)."""

from __future__ import annotations

import structlog
from aiohttp import web

from service.store.subscriptions import SubscriptionView, token_holder, unsubscribe
from service.web.paper import HTML, print_page
from service.web.problems import Problem
from service.web.routes import Route
from service.web.site import site_of

_log = structlog.get_logger()


async def ask_to_unsubscribe(request: web.Request) -> web.Response:
    """Links are followed by machines, too: nothing happens before the button is pressed."""
    site = site_of(request)
    found = await site.store.read(token_holder, request.match_info["token"])
    return await _page(request, found, done=found is not None and found.state in ("unsubscribed", "removed"))


async def unsubscribe_reader(request: web.Request) -> web.Response:
    """Whoever holds the token is the reader; no more is sent to this address, and the other subscribers hear of it."""
    site = site_of(request)
    found = await site.store.write(unsubscribe, request.match_info["token"], site.clock())
    if found is not None and found.state != "unsubscribed":
        _log.info("subscription.unsubscribed", subscription=found.id)
        site.bell.ring()
        site.deliver_now()
    return await _page(request, found, done=True)


async def _page(request: web.Request, found: SubscriptionView | None, *, done: bool) -> web.Response:
    if found is None:
        raise Problem.missing("subscription")
    return await print_page(request, "unsubscribe.html", cache="no-store", done=done, address=found.target)


ROUTES = (
    Route(
        "GET",
        "/unsubscribe/{token}",
        ask_to_unsubscribe,
        "Asks whether mails to an address shall end",
        "pages",
        HTML,
        errors=(404,),
    ),
    Route(
        "POST",
        "/unsubscribe/{token}",
        unsubscribe_reader,
        "Ends mails to an address (List-Unsubscribe, one click)",
        "pages",
        HTML,
        errors=(404,),
    ),
)
