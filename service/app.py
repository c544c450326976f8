"""The composition root: puts the house together from the settings, runs it, takes it down."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import aiohttp
import structlog
from aiohttp.abc import AbstractResolver

from notifiers.webhook import WebhookTransport
from service import __version__
from service.alignment import align
from service.configuration.listening import AppError, link_base, listen
from service.configuration.settings import Role, Settings
from service.delivery.audience import outlets
from service.delivery.deliver import PER_HOST, Deliverer, Terms
from service.delivery.verify import Verifier
from service.keeping.deposit import Depositor
from service.looks.clockwatch import ClockWatch
from service.looks.hubs import Subscriber
from service.looks.patrol import Patrol
from service.looks.track import Looked, Tracker
from service.model import SourceSpec
from service.process.heartbeat import Heartbeat
from service.process.ticks import Ticks
from service.process.watchdog import Watchdog
from service.process.workbench import Workbench
from service.secrets.keyring import Keyring
from service.store.errands import pauses
from service.store.errors import StoreError
from service.store.history import last_sequence
from service.store.store import Store, locate
from service.web.doorkeeper import Doorkeeper
from service.web.metrics import Counters
from service.web.publisher import Publisher
from service.web.server import make_app, make_probes
from service.web.site import Site
from service.web.stream import Bell
from service.web.wire import make_runner
from watchers.fetch import Fetcher
from watchers.guard import Guard, guarded_connector
from watchers.model import FetchRules

if TYPE_CHECKING:
    from service.queue import Queue

_log = structlog.get_logger()

GRACE = 3.0
"""Seconds that work under way is given at the end; the whole stop takes less than ten, on a busy machine too."""
REUSED = 2.0
"""Seconds that a connection to an endpoint is used for more events: within a burst, never after a pause."""
STUCK = 10.0
"""Seconds of a blocked event loop after which the daemon calls itself unhealthy."""

HEAR = timedelta(seconds=0.5)
"""How often the record is looked at for what other processes have told."""

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class App:
    """The whole service. Use as an async context manager, or call `run`."""

    def __init__(
        self,
        settings: Settings,
        *,
        role: Role = "all",
        clock: Clock = utc_now,
        chance: Callable[[], float] | None = None,
        listener: socket.socket | None = None,
        resolver: AbstractResolver | None = None,
        waking: bool = True,
    ) -> None:
        """`listener`: where to serve, bound by `reserve`; else `http.listen` is bound when it runs.

        `resolver`: gives names their addresses, in place of the system's. `waking`: disabled subscriptions that are
        configured have another chance.
        """
        self.settings, self.role, self._clock, self._chance = settings, role, clock, chance
        self._listener, self._resolver, self._waking = listener, resolver, waking
        self._stack = AsyncExitStack()
        self.store: Store
        self.patrol: Patrol
        self.deliverer: Deliverer
        self.keyring: Keyring
        self.sources: tuple[SourceSpec, ...] = ()
        self.counters = Counters()
        self._bell = Bell()
        self._heard = 0
        self._ticks: Ticks | None = None
        self._watchdog = Watchdog()

    async def __aenter__(self) -> App:
        """Open the record and build every room; nothing is asked or served yet. StoreError as it comes."""
        settings, guard = self.settings, Guard(self.settings.fetch.allow, self.settings.fetch.ports)
        try:
            self.store = Store(locate(settings.database, settings.data_dir))
            await asyncio.to_thread(self.store.open)
            self._stack.push_async_callback(self.store.aclose)
            self.sources, self.keyring = await align(self.store, settings, self._clock(), waking=self._waking)
            rules = _rules(settings)
            fetcher = await self._stack.enter_async_context(
                Fetcher(rules, guard=guard, resolver=self._resolver, folder=_folder(settings))
            )
            now = self._clock()
            for host, until in (await self.store.read(pauses, now)).items():
                fetcher.hosts.hold_named(host, until - now)
            workbench = await self._stack.enter_async_context(Workbench(_workers(settings)))
            connector = guarded_connector(
                guard, limit=64, limit_per_host=PER_HOST, keep_alive=REUSED, resolver=self._resolver
            )
            session = await self._stack.enter_async_context(
                aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
            )
        except BaseException:
            await self._stack.aclose()
            raise
        tracker = Tracker(
            self.store,
            fetcher,
            workbench,
            recheck=settings.defaults.recheck,
            failing_after=settings.defaults.failing_after,
            base=link_base(settings),
            clock=self._clock,
            chance=self._chance,
        )
        self.patrol = Patrol(self.store, tracker, slots=settings.fetch.concurrency, clock=self._clock)
        self.deliverer = self._make_deliverer(session)
        self.deliverer.attempted = self.counters.delivered
        self._verifier = Verifier(
            self.store, self.deliverer.send, schedule=settings.deliver.schedule, clock=self._clock
        )
        self._session = session
        self._hubs = self._make_subscriber(guard) if settings.http.public_url else None
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish what is under way, as far as the grace allows; close everything."""
        await asyncio.gather(self.patrol.aclose(GRACE), self.deliverer.aclose(GRACE))
        await self._stack.aclose()

    async def run(self, stop: asyncio.Event, *, started: Callable[[str], None] = lambda _: None) -> None:
        """Poll, deliver and serve until `stop` is set; `started` is told the page's address.

        AppError if the address is taken.
        """
        ticks = Ticks(self._clock)
        async with AsyncExitStack() as stack:
            queue = await stack.enter_async_context(self._queue()) if self.store.shared else None
            wake_poll, wake_deliver = self._divide(ticks, queue)
            address = ""
            if self.role in ("all", "web"):
                address = await self._serve(stack, self._site(wake_poll, wake_deliver))
            elif self.settings.health.listen:
                await self._answer_probes(stack, self._site(wake_poll, wake_deliver))
            self._ticks = ticks
            stack.callback(self._silence)
            ticks.start()
            watchers = [self._watchdog.run()]
            if not self.store.shared:  # one machine's clock moves no plans of the others
                watchers.append(self._clockwatch(wake_poll, wake_deliver).run())
            if queue is not None and self.role in ("all", "worker"):
                watchers.append(queue.work())
            if self.settings.http.hub and self.role in ("all", "scheduler"):
                watchers.append(self._publisher().run())
            watching = [asyncio.create_task(one) for one in watchers]
            started(address)
            await stop.wait()
            for task in watching:
                task.cancel()
            await asyncio.gather(*watching, return_exceptions=True)
            await ticks.aclose()

    # -------------------------------------------------------------- parts

    def _divide(self, ticks: Ticks, queue: Queue | None) -> tuple[Callable[[], None], Callable[[], None]]:
        """Give this process its part of the work; returns what wakes polling and delivering."""
        if self.role in ("all", "scheduler"):
            self._verifier.woken = ticks.add("verify", self._verifier.round)
            if self.settings.blobs:
                ticks.add("deposit", Depositor(self.store, self.settings.blobs, clock=self._clock).round)
            if self.settings.health.ping:
                ticks.add("heartbeat", self._heartbeat().beat)
        if queue is None:
            wake_poll = ticks.add("poll", self.patrol.dispatch)
            wake_deliver = ticks.add("deliver", self.deliverer.dispatch)
            self.patrol.woken, self.deliverer.woken = wake_poll, wake_deliver
        elif self.role in ("all", "scheduler"):
            wake_poll = wake_deliver = ticks.add("queue", queue.schedule)
        else:
            wake_poll = wake_deliver = _leave_it  # the scheduler looks at the record twice a second
        if queue is not None:
            ticks.add("bell", self._hear)
        if self._hubs is not None:
            self._hubs.woken = ticks.add("hubs", self._hubs.round)
        self._verifier.passed = wake_deliver
        self.patrol.done = self._after_look(wake_deliver)
        return wake_poll, wake_deliver

    def _publisher(self) -> Publisher:
        settings = self.settings
        return Publisher(
            self._session,
            settings.http.hub,
            link_base(settings),
            last=lambda: self.store.read(last_sequence),
            bell=self._bell,
            user_agent=settings.fetch.user_agent,
        )

    def _queue(self) -> Queue:
        try:
            from service.queue import Queue  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise AppError(
                'PostgreSQL needs the extra "postgres": pip install "onrecord[postgres]"'
            ) from error
        slots = self.settings.fetch.concurrency
        return Queue(self.store, self.patrol, self.deliverer, slots=slots, clock=self._clock)

    async def _hear(self) -> datetime:
        """What other processes recorded is news for our readers too."""
        last = await self.store.read(last_sequence)
        if last != self._heard:
            self._heard = last
            self._bell.ring()
        return self._clock() + HEAR

    async def _serve(self, stack: AsyncExitStack, site: Site) -> str:
        runner = make_runner(make_app(site))
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        if runner.server is not None:
            keeping = asyncio.create_task(Doorkeeper(runner.server).run())
            stack.callback(keeping.cancel)
        return await listen(runner, self.settings.http.listen, self._listener)

    async def _answer_probes(self, stack: AsyncExitStack, site: Site) -> None:
        """A process without pages says whether it lives, to what watches it."""
        runner = make_runner(make_probes(site))
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        address = await listen(runner, self.settings.health.listen, self._listener)
        _log.info("probes.answered", address=address)

    def _silence(self) -> None:
        self._ticks = None
        self._bell.ring()

    def _make_deliverer(self, session: aiohttp.ClientSession) -> Deliverer:
        settings = self.settings
        webhook = WebhookTransport(
            session, timeout=settings.deliver.timeout, user_agent=settings.fetch.user_agent, now=self._clock
        )
        return Deliverer(
            self.store,
            webhook,
            outlets(settings, self._clock),
            keyring=self.keyring,
            terms=Terms(settings.deliver.schedule, settings.deliver.disable_after),
            base=link_base(settings),
            public_url=settings.http.public_url,
            clock=self._clock,
            chance=self._chance or random.random,
        )

    def _make_subscriber(self, guard: Guard) -> Subscriber:
        return Subscriber(
            self.store,
            self._session,
            guard,
            self.keyring,
            base=self.settings.http.public_url,
            user_agent=self.settings.fetch.user_agent,
            clock=self._clock,
            asks=self.role in ("all", "scheduler"),
        )

    def _clockwatch(self, *wake: Callable[[], None]) -> ClockWatch:
        def woken() -> None:
            for one in wake:
                one()

        return ClockWatch(self.store, clock=self._clock, monotonic=time.monotonic, woken=woken)

    def _heartbeat(self) -> Heartbeat:
        health = self.settings.health
        return Heartbeat(
            self._session,
            health.ping,
            health.every,
            ready=self._ready,
            user_agent=self.settings.fetch.user_agent,
            clock=self._clock,
        )

    def _after_look(self, wake_deliver: Callable[[], None]) -> Callable[[Looked], None]:
        def after(looked: Looked) -> None:
            self.counters.polled(looked.decision.outcome.value)
            for change in looked.decision.changes:
                self.counters.changed(change.kind.value)
            if self._hubs is not None:
                self._hubs.hear(looked)
            if looked.recorded.events:
                self._bell.ring()
            if looked.recorded.deliveries:
                wake_deliver()

        return after

    def _site(self, wake_poll: Callable[[], None], wake_deliver: Callable[[], None]) -> Site:
        settings = self.settings
        return Site(
            store=self.store,
            base=link_base(settings),
            token=settings.http.token.get_secret_value(),
            clock=self._clock,
            ready=self._ready,
            lag=lambda: self._watchdog.lag,
            poll_now=wake_poll,
            defaults=settings.defaults,
            counters=self.counters,
            guard=Guard(settings.fetch.allow, settings.fetch.ports),
            keyring=self.keyring,
            bell=self._bell,
            verify=self._verifier.test,
            deliver_now=wake_deliver,
            reading=settings.http.reading,
            cors=settings.http.cors,
            writes_per_minute=settings.http.writes_per_minute,
            hub=settings.http.hub,
            hubs_now=self._hubs.woken if self._hubs is not None else _leave_it,
        )

    def _ready(self) -> tuple[bool, str]:
        if self._ticks is None:
            return False, "polling and delivery do not run"
        if self.store.failing:
            return False, self.store.failing
        if self._watchdog.lag > STUCK:
            return False, f"the event loop was blocked for {self._watchdog.lag:.0f} s"
        return True, ""


def _leave_it() -> None:
    """Another process will see to it."""


def _workers(settings: Settings) -> int:
    return settings.workers or min(os.cpu_count() or 1, 4)


def _folder(settings: Settings) -> Path | None:
    """Where large bodies lie while they come: a container may be able to write to nothing else."""
    return settings.data_dir if settings.data_dir.is_dir() else None


def _rules(settings: Settings) -> FetchRules:
    fetch = settings.fetch
    return FetchRules(
        timeout=fetch.timeout,
        max_bytes=int(fetch.max_bytes),
        per_host=fetch.per_host,
        allow=fetch.allow,
        user_agent=fetch.user_agent,
        ports=fetch.ports,
    )


__all__ = ["App", "AppError", "StoreError", "__version__", "utc_now"]
