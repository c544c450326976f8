"""The JSON of subscriptions and their deliveries as types."""

from __future__ import annotations

from typing import Annotated

from service.model import Category
from service.web.shapes import Linked, Shape, Time, one_of


class SubscriptionShape(Shape):
    """Who is told what, and how that fares. Secrets are never shown."""

    id: str
    kind: Annotated[str, one_of("webhook", "email", "apprise")]
    url: str | None
    """Of a webhook, the address that events are posted to, cut as `target` is; null for mail and chats."""
    target: str
    """Whole for those who may write; others see the host only."""
    kinds: list[str]
    companies: list[str]
    categories: list[Category]
    sources: list[str]
    min_score: float
    digest: str
    origin: str
    """config or http."""
    state: Annotated[str, one_of("active", "unverified", "disabled", "unsubscribed")]
    """unverified: it has not answered its test yet, and gets nothing before it does."""
    reason: str
    created: Time
    failing_since: Time | None
    delivered: int
    pending: int
    dead: int
    links: Linked


class TrialShape(Shape):
    """What came of a test event."""

    event: str
    """Its id."""
    delivered: bool
    status: int | None
    """Of the answer, where there was one."""
    error: str
    seconds: float


class CreatedShape(SubscriptionShape):
    """A new subscription with its secret, which is not shown again."""

    secret: str
    test: TrialShape


class RotatedShape(Shape):
    """A new secret, which is not shown again."""

    secret: str
    previous_until: Time
    """Until then messages carry the old one's signature, too."""


class ReplayShape(Shape):
    """What is sent again."""

    deliveries: int
    next_sequence: int | None
    """Where to go on with another call; null when the log has come to its end."""


class RetryShape(Shape):
    """A delivery that is tried again."""

    delivery: str
    accepted: Time


class AttemptShape(Shape):
    """One try at a delivery."""

    number: int
    at: Time
    outcome: str
    status: int | None
    error: str
    seconds: float | None
    response: str
    """The beginning of the answer, for those who may write; others see nothing."""


class DeliveryEvent(Shape):
    """The event that is owed."""

    id: str
    type: str
    sequence: str
    subject: str
    """The company, or what else it is about."""
    change: str | None
    """Id of the change that it tells of."""


class DeliveryShape(Shape):
    """One event for one subscription."""

    id: str
    event: DeliveryEvent
    state: Annotated[str, one_of("pending", "delivered", "dead")]
    created: Time
    next_attempt: Time | None
    finished: Time | None
    error: str
    attempts: list[AttemptShape]
