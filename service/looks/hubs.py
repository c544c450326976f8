"""Asks the hubs that feeds name to tell us of changes, and renews what they promise (https://www.w3.org/TR/websub/).

What a hub pushes is never taken for the feed: a push that is signed as it must be makes the feed due, no more.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta

import aiohttp
import structlog

from service.decision import Hub
from service.looks.track import Looked
from service.process.calls import call_out
from service.schedule import DAY
from service.secrets.check import is_same
from service.secrets.keyring import Keyring
from service.store.hubs import Lease, ask_again, due_hubs, make_secret, missed, named_hubs, next_hub, note_hub
from service.store.store import Store
from watchers.errors import WatchError
from watchers.guard import Guard

_log = structlog.get_logger()

LEASE = timedelta(days=10)
"""What we ask for; the hub decides."""
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=30)
"""Between these a hub's lease is taken at its word."""
FIRST_RETRY = 600.0
"""Seconds until a hub that did not verify is asked again; doubled each time, up to a day."""
TIMEOUT = 20.0
AT_ONCE = 8
LOOK_AGAIN = timedelta(seconds=30)
"""Where other processes look at feeds, their hubs are noticed after so long."""
DIGESTS = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}
"""Methods of X-Hub-Signature that prove something; SHA-1 does not any more."""


def bounded(asked: timedelta) -> timedelta:
    """A lease as long as it is believed."""
    return min(max(asked, SHORTEST), LONGEST)


def retry_wait(tries: int) -> timedelta:
    """Until a hub is asked for the `tries`-th time more."""
    return timedelta(seconds=min(FIRST_RETRY * 2.0 ** min(tries, 20), DAY))


class Signature:
    """Verifies a push while it is read: `feed` its body, then ask `is_right`."""

    def __init__(self, header: str, secret: str) -> None:
        method, _, self._given = header.strip().partition("=")
        digest = DIGESTS.get(method.strip().lower())
        self._hmac = hmac.new(secret.encode(), digestmod=digest) if digest else None

    def feed(self, piece: bytes) -> None:
        """The next part of the body."""
        if self._hmac is not None:
            self._hmac.update(piece)

    def is_right(self) -> bool:
        """Whether whoever sent it knows the secret."""
        given = self._given.strip().lower().encode("ascii", "replace")
        return self._hmac is not None and is_same(given, self._hmac.hexdigest())


class Subscriber:
    """Subscribes feeds at their hubs. `base`: how our callbacks begin, without a slash at the end.

    `asks`: whether this process asks hubs, or only notes what feeds say for one that does.
    """

    def __init__(
        self,
        store: Store,
        session: aiohttp.ClientSession,
        guard: Guard,
        keyring: Keyring,
        *,
        base: str,
        user_agent: str,
        clock: Callable[[], datetime],
        asks: bool = True,
    ) -> None:
        self._store, self._session, self._guard, self._base = store, session, guard, base
        self._keyring = keyring
        self._user_agent, self._clock, self._asks = user_agent, clock, asks
        self._heard: list[Looked] = []
        self._loaded = False
        self._named: dict[int, Hub] = {}
        """What has been noted: most feeds say the same for ever."""
        self.woken: Callable[[], None] = lambda: None
        """Called when there is something to do."""

    def hear(self, looked: Looked) -> None:
        """A look at a feed: what it says of its hub, and whether the hub had told of what it found."""
        d = looked.decision
        surprised = looked.watch.pushed_until is not None and bool(d.posts or d.edited)
        if (d.hub is not None and self._named.get(d.watch_id, Hub()) != d.hub) or surprised:
            self._heard.append(looked)
            self.woken()

    async def round(self) -> datetime | None:
        """Note what was heard, ask the hubs whose time has come; says when the next is due."""
        if not self._loaded:
            self._named = {**await self._store.read(named_hubs), **self._named}
            self._loaded = True
        heard, self._heard = self._heard, []
        for looked in heard:
            await self._note(looked)
        if not self._asks:
            return None
        now = self._clock()
        leases = await self._store.read(due_hubs, now, AT_ONCE)
        await asyncio.gather(*(self._ask(lease) for lease in leases))
        if len(leases) == AT_ONCE:
            return now
        coming = await self._store.read(next_hub, now)
        if not self._store.shared:
            return coming
        return min(coming, now + LOOK_AGAIN) if coming is not None else now + LOOK_AGAIN

    async def _note(self, looked: Looked) -> None:
        d, watch = looked.decision, looked.watch
        if watch.pushed_until is not None and (d.posts or d.edited):
            await self._store.write(missed, watch.id, watch.last_poll_at)
        if d.hub is not None:
            secret = self._keyring.encrypt(make_secret())
            await self._store.write(note_hub, watch.id, d.hub, secret, self._clock())
            self._named[watch.id] = d.hub

    async def _ask(self, lease: Lease) -> None:
        """Ask one hub. It verifies by asking us back, perhaps before it has answered."""
        again = self._clock() + retry_wait(lease.tries)
        await self._store.write(ask_again, lease, again)
        form = {
            "hub.mode": "subscribe",
            "hub.topic": lease.topic,
            "hub.callback": f"{self._base}/websub/{lease.token}",
            "hub.secret": self._keyring.decrypt(lease.secret),
            "hub.lease_seconds": str(int(LEASE.total_seconds())),
        }
        error = await self._post(lease.hub, form)
        if error:
            await self._store.write(ask_again, lease, again, error)
        _log.info("hub.asked", hub=lease.hub, topic=lease.topic, error=error or None)

    async def _post(self, hub: str, form: dict[str, str]) -> str:
        """Why the hub did not take it; "" if it did."""
        try:
            self._guard.check_url(hub)
        except WatchError as error:
            return error.message
        return await call_out(
            self._session,
            "POST",
            hub,
            user_agent=self._user_agent,
            seconds=TIMEOUT,
            form=tuple(form.items()),
        )


__all__ = ["Signature", "Subscriber", "bounded", "retry_wait"]
