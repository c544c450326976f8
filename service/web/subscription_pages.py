"""The pages on who is told: make a subscription, see what became of each delivery, test it, end it."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from service.configuration.recipients import Filters
from service.delivery.verify import Trial
from service.store.names import company_names
from service.store.outbox import list_deliveries
from service.store.subscriptions import list_subscriptions, remove_subscription
from service.web.access import may_write
from service.web.answers import PERSONAL
from service.web.bodies import parse_body
from service.web.forms import Form, Refused, back_to, form_route, taking
from service.web.links import Links
from service.web.paper import page_route, print_page
from service.web.present import delivery_shape, subscription_shape
from service.web.problems import Problem
from service.web.query import read_query
from service.web.site import site_of
from service.web.subscribing import NewSubscription, subscribe
from service.web.subscription_shapes import SubscriptionShape
from service.web.subscriptions import DeliveryQuery, find_subscription

_DONE = {
    "ended": "It is told nothing any more.",
    "tested": "The test event arrived.",
}


@dataclass(frozen=True, slots=True)
class Made:
    """What is shown once, right after a subscription was made."""

    shape: SubscriptionShape
    secret: str
    tested: Trial | None


async def show_subscriptions(request: web.Request) -> web.Response:
    return await _list_page(request)


async def show_subscription(request: web.Request) -> web.Response:
    return await _one_page(request)


def _wishes(form: Form) -> dict[str, object]:
    """The fields of `NewSubscription` that were filled in; company names stand one a line."""
    wanted: dict[str, object] = {"url": form.get("url")}
    companies = [name.strip() for name in form.get("companies").splitlines() if name.strip()]
    for field, values in (
        ("kinds", form.lists.get("kinds", ())),
        ("categories", form.lists.get("categories", ())),
        ("companies", companies),
    ):
        if values:
            wanted[field] = list(values)
    return wanted


async def _list_page(
    request: web.Request, *, refused: Refused | None = None, made: Made | None = None
) -> web.Response:
    site, whole = site_of(request), may_write(request)
    links = Links(site.base)
    found = await site.store.read(list_subscriptions)
    chosen = refused.form.lists.get("kinds", ()) if refused else _usual()
    return await print_page(
        request,
        "subscriptions.html",
        status=refused.problem.status if refused else 201 if made else 200,
        cache="no-store" if refused or made else PERSONAL,
        subscriptions=[subscription_shape(one, links, whole=whole) for one in found],
        names=await site.store.read(company_names),
        chosen_kinds=set(chosen),
        chosen_categories=set(refused.form.lists.get("categories", ())) if refused else set(),
        given=refused.form.values if refused else {},
        refused=refused,
        made=made,
        done=_DONE.get(request.query.get("done", ""), ""),
        asks_token=not whole,
    )


async def _one_page(request: web.Request, refused: Refused | None = None) -> web.Response:
    query, site, whole = (
        read_query(request, DeliveryQuery, strict=False),
        site_of(request),
        may_write(request),
    )
    found = await find_subscription(site, request.match_info["id"])
    if query.cursor and not (query.cursor.isascii() and query.cursor.isdecimal()):
        raise Problem.parameter("cursor", "the cursor is unknown")
    before = int(query.cursor[:18]) if query.cursor else None
    page = await site.store.read(
        list_deliveries, found.id, states=query.state, before=before, limit=query.limit
    )
    return await print_page(
        request,
        "subscription.html",
        status=refused.problem.status if refused else 200,
        cache="no-store" if refused else PERSONAL,
        subscription=subscription_shape(found, Links(site.base), whole=whole),
        deliveries=[delivery_shape(one, whole=whole) for one in page.items],
        older=page.next,
        refused=refused,
        done=_DONE.get(request.query.get("done", ""), ""),
        asks_token=not whole,
    )


def _usual() -> tuple[str, ...]:
    default: tuple[str, ...] = Filters.model_fields["kinds"].default
    return default


async def _refused_list(request: web.Request, refused: Refused) -> web.Response:
    return await _list_page(request, refused=refused)


@taking(_refused_list)
async def subscribe_by_form(request: web.Request, form: Form) -> web.StreamResponse:
    """Make a webhook; its secret is shown in the answer and never again."""
    wanted = parse_body(_wishes(form), NewSubscription)
    made, secret, tested = await subscribe(site_of(request), wanted)
    shape = subscription_shape(made, Links(site_of(request).base), whole=True)
    return await _list_page(request, made=Made(shape, secret, tested))


@taking(_one_page)
async def try_by_form(request: web.Request, _form: Form) -> web.StreamResponse:
    """Send a test event now; success switches on one that waits for it."""
    site, name = site_of(request), request.match_info["id"]
    tested = await site.verify(name)
    if tested is None:
        raise Problem.missing("subscription")
    if tested.error:
        raise Problem(502, f"The test event was not taken: {tested.error}")
    site.deliver_now()
    return back_to(site, f"/subscriptions/{name}?done=tested")


@taking(_one_page)
async def end_by_form(request: web.Request, _form: Form) -> web.StreamResponse:
    """Tell it nothing any more."""
    site, name = site_of(request), request.match_info["id"]
    if not await site.store.write(remove_subscription, name):
        raise Problem.missing("subscription")
    return back_to(site, "/subscriptions?done=ended")


ROUTES = (
    page_route("/subscriptions", show_subscriptions, "Who is told what; makes a subscription"),
    page_route(
        "/subscriptions/{id}", show_subscription, "One subscription and its deliveries", DeliveryQuery
    ),
    form_route("/subscriptions", subscribe_by_form, "Make a subscription", 201),
    form_route("/subscriptions/{id}/test", try_by_form, "Send a test event"),
    form_route("/subscriptions/{id}/end", end_by_form, "End a subscription"),
)
