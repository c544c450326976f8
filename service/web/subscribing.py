"""The API that makes, tests, replays and ends subscriptions."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, field_validator, model_validator

from notifiers.signing import check_secret, new_secret
from service.configuration.fields import web_url
from service.configuration.recipients import Filters
from service.delivery.verify import Trial
from service.store.redelivery import replay, retry_delivery
from service.store.subscriptions import (
    Subscriber,
    SubscriptionView,
    create_subscription,
    discard_subscription,
    remove_subscription,
    rotate_secret,
)
from service.web.answers import json_answer
from service.web.bodies import read_body
from service.web.links import Links
from service.web.present import subscription_shape
from service.web.problems import Problem
from service.web.query import Name, Since
from service.web.routes import Route
from service.web.site import Site, site_of
from service.web.subscription_shapes import CreatedShape, ReplayShape, RetryShape, RotatedShape, TrialShape
from service.web.subscriptions import find_subscription
from watchers.errors import Refused

NAMES_MAX = 200
URL_MAX = 2000
Names = Annotated[tuple[Name, ...], Field(max_length=NAMES_MAX)]


class NewSubscription(Filters):
    """A webhook, and which events it gets; without filters it gets all that the configuration's default sends."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
    url: str = Field(max_length=URL_MAX, validation_alias=AliasChoices("url", "target"))
    """Where events are posted to: http or https, on the public internet unless fetch.allow names it."""
    secret: str | None = Field(None, max_length=200)
    """A key of your own (whsec_…), so that the receiver can verify the first test; without it one is made."""
    companies: Names = ()
    """Empty: all of them. Upper and lower case are the same."""
    sources: Names = ()
    """Names of sources; empty: all."""

    @field_validator("url")
    @classmethod
    def _url(cls, value: str) -> str:
        return web_url(value)

    @field_validator("secret")
    @classmethod
    def _secret(cls, value: str | None) -> str | None:
        if value is not None:
            check_secret(value)
        return value

    def subscriber(self, secret: str) -> Subscriber:
        """As the record takes it, with an encrypted secret."""
        default: tuple[str, ...] = Filters.model_fields["kinds"].default
        return Subscriber(
            identity="",
            channel="webhook",
            target=self.url,
            kinds=self.kinds or default,
            companies=self.companies,
            categories=self.categories,
            secret=secret,
            sources=self.sources,
            min_score=self.min_score,
        )


class Replay(BaseModel):
    """From where on events are sent again: exactly one of the two, inclusive."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
    since_sequence: int | None = Field(None, ge=0, lt=2**63, strict=True)
    """Number of an event."""
    since: Since | None = None

    @model_validator(mode="after")
    def _one(self) -> Replay:
        if (self.since_sequence is None) == (self.since is None):
            raise ValueError("name either since_sequence or since")
        return self


async def create_webhook(request: web.Request) -> web.Response:
    """Made unverified, tested at once: it gets events if it answers the test with 2xx."""
    site, wanted = site_of(request), await read_body(request, NewSubscription)
    made, secret, tested = await subscribe(site, wanted)
    shape = subscription_shape(made, Links(site.base), whole=True)
    created = CreatedShape(**dict(shape), secret=secret, test=_test_shape(tested))
    return json_answer(
        request, created, status=201, headers={"Location": shape.links["self"]}, cache="no-store"
    )


async def subscribe(site: Site, wanted: NewSubscription) -> tuple[SubscriptionView, str, Trial | None]:
    """Make it and test it: the subscription, its secret, what came of the test. Problem 400: the address is refused."""
    try:
        site.guard.check_url(wanted.url)
    except Refused as error:
        raise Problem.parameter("url", str(error)) from error
    secret = wanted.secret or new_secret()
    made = await site.store.write(
        create_subscription, wanted.subscriber(site.keyring.encrypt(secret)), site.clock()
    )
    tested = await site.verify(made)
    if tested is not None and tested.refused:
        await site.store.write(discard_subscription, made)
        raise Problem.parameter("url", tested.error)
    return await find_subscription(site, made), secret, tested


async def delete_subscription(request: web.Request) -> web.Response:
    """End it; what became of its deliveries stays on record. One that is configured comes back with the next start."""
    if not await site_of(request).store.write(remove_subscription, request.match_info["id"]):
        raise Problem.missing("subscription")
    return web.Response(status=204)


async def test_subscription(request: web.Request) -> web.Response:
    """Send a test event now. Success switches on a subscription that waits for it, or that was disabled."""
    site = site_of(request)
    tested = await site.verify(request.match_info["id"])
    if tested is None:
        raise Problem.missing("subscription")
    site.deliver_now()
    return json_answer(request, _test_shape(tested), cache="no-store")


async def replay_events(request: web.Request) -> web.Response:
    """Send again what it wants of the log, arrived before or not, with the ids of then."""
    site = site_of(request)
    found = await find_subscription(site, request.match_info["id"])
    asked = await read_body(request, Replay)
    _check_active(found.state)
    done = await site.store.write(
        replay, found.id, site.clock(), sequence=asked.since_sequence or 0, since=asked.since
    )
    site.deliver_now()
    shape = ReplayShape(deliveries=done.deliveries, next_sequence=done.next_sequence)
    return json_answer(request, shape, status=202, cache="no-store")


async def rotate_subscription_secret(request: web.Request) -> web.Response:
    """A new secret; for a day messages carry the signatures of both."""
    site = site_of(request)
    found = await find_subscription(site, request.match_info["id"])
    _check_rotatable(found)
    secret = new_secret()
    until = await site.store.write(rotate_secret, found.id, site.keyring.encrypt(secret), site.clock())
    return json_answer(request, RotatedShape(secret=secret, previous_until=until), cache="no-store")


async def retry_one_delivery(request: web.Request) -> web.Response:
    """Try it now, and if that fails by the schedule from its beginning."""
    site, delivery = site_of(request), request.match_info["id"]
    now = site.clock()
    obstacle = await site.store.write(retry_delivery, delivery, now)
    if obstacle == "missing":
        raise Problem.missing("delivery")
    if obstacle:
        _check_active(obstacle)
    site.deliver_now()
    return json_answer(request, RetryShape(delivery=delivery, accepted=now), status=202, cache="no-store")


async def retry_delivery_of_subscription(request: web.Request) -> web.Response:
    """The same, below the subscriptions."""
    return await retry_one_delivery(request)


def _check_active(state: str) -> None:
    if state != "active":
        raise Problem(409, f"The subscription is {state}; a test that it answers with 2xx switches it on.")


def _check_rotatable(found: SubscriptionView) -> None:
    if found.channel != "webhook":
        raise Problem(409, "Only webhooks have a secret.")
    if found.origin == "config":
        raise Problem(
            409, "It stands in the configuration: change its secret there; the old one stays valid for a day."
        )


def _test_shape(tested: Trial | None) -> TrialShape:
    if tested is None:
        return TrialShape(event="", delivered=False, status=None, error="not tested", seconds=0.0)
    return TrialShape(
        event=tested.event_id,
        delivered=not tested.error,
        status=tested.status,
        error=tested.error,
        seconds=round(tested.seconds, 3),
    )


_TAG = "subscriptions"
ROUTES = (
    Route(
        "POST",
        "/api/v1/subscriptions",
        create_webhook,
        "Send events to an address from now on; the secret is shown this once",
        _TAG,
        CreatedShape,
        body=NewSubscription,
        status=201,
        writes=True,
        errors=(408, 413, 415),
    ),
    Route(
        "DELETE",
        "/api/v1/subscriptions/{id}",
        delete_subscription,
        "End a subscription",
        _TAG,
        None,
        status=204,
        writes=True,
        errors=(404,),
    ),
    Route(
        "POST",
        "/api/v1/subscriptions/{id}/test",
        test_subscription,
        "Send a test event now; success verifies the subscription",
        _TAG,
        TrialShape,
        writes=True,
        errors=(404,),
    ),
    Route(
        "POST",
        "/api/v1/subscriptions/{id}/replay",
        replay_events,
        "Send the events since a number or a time again",
        _TAG,
        ReplayShape,
        body=Replay,
        status=202,
        writes=True,
        errors=(404, 408, 409, 413, 415),
    ),
    Route(
        "POST",
        "/api/v1/subscriptions/{id}/rotate",
        rotate_subscription_secret,
        "A new secret, shown this once; the old one signs beside it for a day",
        _TAG,
        RotatedShape,
        writes=True,
        errors=(404, 409),
    ),
    Route(
        "POST",
        "/api/v1/deliveries/{id}/retry",
        retry_one_delivery,
        "Try a delivery again now",
        _TAG,
        RetryShape,
        status=202,
        writes=True,
        errors=(404, 409),
    ),
    Route(
        "POST",
        "/api/v1/subscriptions/deliveries/{id}/retry",
        retry_delivery_of_subscription,
        "Try a delivery again now (the same by another name)",
        _TAG,
        RetryShape,
        status=202,
        writes=True,
        errors=(404, 409),
    ),
)
