"""Politeness, host by host: how many requests at once, and not before when."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from yarl import URL

from watchers.errors import FetchError
from watchers.limits import Limit

MOST_HOSTS = 2048
"""Kept in mind at once; idle ones are forgotten first."""


@dataclass(slots=True)
class Host:
    """`slots` are the requests that may still begin; before `held_until` (on the clock) none may."""

    slots: asyncio.Semaphore
    held_until: float = 0.0
    users: int = 0


class Hosts:
    """A host is a name, with its port where that is not the scheme's own.

    `patience`: seconds to wait for a free slot. `clock` counts seconds.
    """

    def __init__(self, per_host: int, patience: float, clock: Callable[[], float]) -> None:
        self._per_host, self._patience, self._clock = per_host, patience, clock
        self._hosts: dict[str, Host] = {}

    async def enter(self, target: URL, url: str, limit: Limit) -> Host:
        """Take a slot; `leave` gives it back. Waiting for it does not use up `limit`.

        FetchError "held" while the host wants no requests, or when no slot comes free.
        """
        host = self._find(target)
        self._check(host, target, url)
        host.users += 1
        try:
            if host.slots.locked():
                await self._queue(host, target, url, limit)
            else:
                await host.slots.acquire()
        except BaseException:
            host.users -= 1
            raise
        try:
            self._check(host, target, url)  # whoever was before us may have been sent away
        except FetchError:
            self.leave(host)
            raise
        return host

    def leave(self, host: Host) -> None:
        """Give the slot back."""
        host.users -= 1
        host.slots.release()

    def hold(self, host: Host, pause: timedelta) -> None:
        """No request to `host` for that long."""
        host.held_until = max(host.held_until, self._clock() + pause.total_seconds())

    def hold_named(self, name: str, pause: timedelta) -> None:
        """The same for a host ("example.org" or "example.org:8080") that asked for it in an earlier life."""
        self.hold(self._find(URL(f"//{name}")), pause)

    def _find(self, target: URL) -> Host:
        name = _name(target)
        host = self._hosts.get(name)
        if host is None:
            if len(self._hosts) >= MOST_HOSTS:
                self._forget()
            host = self._hosts[name] = Host(asyncio.Semaphore(self._per_host))
        return host

    def _forget(self) -> None:
        now = self._clock()
        self._hosts = {n: h for n, h in self._hosts.items() if h.users or h.held_until > now}

    def _check(self, host: Host, target: URL, url: str) -> None:
        if host.held_until and (left := host.held_until - self._clock()) > 0:
            raise FetchError(
                url,
                f"{target.raw_host} has asked for a pause, of which {left:.0f} s are left",
                reason="held",
                retry_after=timedelta(seconds=left),
            )

    async def _queue(self, host: Host, target: URL, url: str, limit: Limit) -> None:
        left = limit.pause()
        try:
            async with asyncio.timeout(self._patience):
                await host.slots.acquire()
        except TimeoutError as error:
            raise FetchError(
                url,
                f"{target.raw_host} is still busy with our other requests",
                reason="held",
                retry_after=timedelta(seconds=self._patience),
            ) from error
        finally:
            limit.resume(left)


@lru_cache(2048)
def _name(target: URL) -> str:
    name = (target.raw_host or "").rstrip(".")
    return name if target.is_default_port() else f"{name}:{target.port}"
