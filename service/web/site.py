"""What the web room is handed by the composition root."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from aiohttp import web

from service.configuration.settings import DefaultSettings
from service.delivery.verify import Trial
from service.secrets.keyring import Keyring
from service.store.store import Store
from service.web.metrics import Counters
from service.web.stream import Bell
from watchers.guard import Guard


async def _unable(_subscription_id: str) -> Trial | None:
    return None


@dataclass(frozen=True, slots=True)
class Site:
    """Everything a request may need. `base` begins every absolute link, without a slash at its end."""

    store: Store
    base: str
    token: str
    """Bearer token of writing calls; "": these are only taken from this machine."""
    clock: Callable[[], datetime]
    ready: Callable[[], tuple[bool, str]]
    """Whether polling and delivery run, and the reason in one line when they do not."""
    lag: Callable[[], float]
    """Seconds by which the event loop was late last."""
    poll_now: Callable[[], None]
    """Wakes the poller."""
    defaults: DefaultSettings
    counters: Counters
    guard: Guard
    keyring: Keyring
    """Encrypts the secrets of new subscriptions."""
    bell: Bell = field(default_factory=Bell)
    """Rung when an event was recorded."""
    verify: Callable[[str], Awaitable[Trial | None]] = _unable
    """Sends a test event to a subscription; None if there is none of that id."""
    deliver_now: Callable[[], None] = lambda: None
    """Wakes the deliverer."""
    reading: str = "open"
    """open, or token: then reading needs one as well."""
    cors: tuple[str, ...] = ()
    """Origins whose pages may read; "*": all."""
    writes_per_minute: int = 120
    hub: str = ""
    """WebSub hub of the feeds, "" without one."""
    hubs_now: Callable[[], None] = lambda: None
    """Wakes what asks hubs."""

    @property
    def root(self) -> str:
        """Path under which the pages are reached, "" at the top of a host."""
        return urlsplit(self.base).path.rstrip("/")


SITE = web.AppKey("site", Site)
WEIGHING = web.AppKey("weighing", asyncio.Lock)
"""Held by whoever weighs many sentences: two at once would weigh the same ones, each at half the speed."""


def site_of(request: web.Request) -> Site:
    """The site that a request came to."""
    return request.app[SITE]
