"""The API on subscriptions: who is told, and what became of each delivery."""

from __future__ import annotations

from typing import Literal

from aiohttp import web

from service.store.outbox import list_deliveries
from service.store.subscriptions import SubscriptionView, list_subscriptions, subscription
from service.web.access import may_write
from service.web.answers import PERSONAL, json_answer
from service.web.cursors import slice_after
from service.web.links import Links
from service.web.present import delivery_shape, subscription_shape
from service.web.problems import Problem
from service.web.query import Paged, read_query
from service.web.routes import Route
from service.web.shapes import Listing
from service.web.site import Site, site_of
from service.web.subscription_shapes import DeliveryShape, SubscriptionShape


class DeliveryQuery(Paged):
    """Which deliveries."""

    state: tuple[Literal["pending", "delivered", "dead"], ...] = ()
    """One or more, repeated or separated by commas."""


async def list_all_subscriptions(request: web.Request) -> web.Response:
    query, site = read_query(request, Paged), site_of(request)
    found = await site.store.read(list_subscriptions)
    page = slice_after(found, lambda one: one.id, query.cursor, query.limit)
    links, whole = Links(site.base), may_write(request)
    items = [subscription_shape(one, links, whole=whole) for one in page.items]
    return json_answer(request, Listing[SubscriptionShape](items=items, next=page.next), cache=PERSONAL)


async def get_subscription(request: web.Request) -> web.Response:
    found = await _subscription(request)
    links = Links(site_of(request).base)
    return json_answer(request, subscription_shape(found, links, whole=may_write(request)), cache=PERSONAL)


async def list_subscription_deliveries(request: web.Request) -> web.Response:
    query, found = read_query(request, DeliveryQuery), await _subscription(request)
    if query.cursor and not query.cursor.isdecimal():
        raise Problem.parameter("cursor", "the cursor is unknown")
    page = await site_of(request).store.read(
        list_deliveries,
        found.id,
        states=query.state,
        before=int(query.cursor[:18]) if query.cursor else None,
        limit=query.limit,
    )
    whole = may_write(request)
    items = [delivery_shape(one, whole=whole) for one in page.items]
    return json_answer(request, Listing[DeliveryShape](items=items, next=page.next), cache=PERSONAL)


async def find_subscription(site: Site, subscription_id: str) -> SubscriptionView:
    """Problem 404 if there is none."""
    found = await site.store.read(subscription, subscription_id)
    if found is None:
        raise Problem.missing("subscription")
    return found


async def _subscription(request: web.Request) -> SubscriptionView:
    return await find_subscription(site_of(request), request.match_info["id"])


ROUTES = (
    Route(
        "GET",
        "/api/v1/subscriptions",
        list_all_subscriptions,
        "Who is told what; secrets are never shown",
        "subscriptions",
        Listing[SubscriptionShape],
        query=Paged,
        cached=True,
    ),
    Route(
        "GET",
        "/api/v1/subscriptions/{id}",
        get_subscription,
        "One subscription and how it fares",
        "subscriptions",
        SubscriptionShape,
        cached=True,
        errors=(404,),
    ),
    Route(
        "GET",
        "/api/v1/subscriptions/{id}/deliveries",
        list_subscription_deliveries,
        "Its deliveries, newest event first, with every attempt",
        "subscriptions",
        Listing[DeliveryShape],
        query=DeliveryQuery,
        cached=True,
        errors=(404,),
    ),
)
