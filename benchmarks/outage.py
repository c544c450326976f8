"""`python -m benchmarks.outage`: one endpoint is down for a day in which ten thousand events happen, another is not.

The clock is moved by hand; all else is the service with real requests on loopback. Printed: whether everything arrived
at both, in order, how long after the event or after the endpoint's return, and what that took. Exit 1 if it did not.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from aiohttp import web

from benchmarks.clock import Clock
from benchmarks.deliveries import _happen, _settings
from benchmarks.polls import cpu
from service.app import App
from service.process.logs import configure
from service.store.deliveries import next_delivery

EVENTS, DAY, STEP = 10_000, timedelta(days=1), timedelta(minutes=6)
DOWN, UP = "0", "1"
AFTERWARDS = timedelta(days=5)
"""What has not arrived so long after the endpoint's return is lost."""


@dataclass
class Endpoints:
    """Two. `taken`: of each event that one took, as they came, the sequence, when that was, how old it was."""

    clock: Clock
    events: int
    down: bool = True
    refused: int = 0
    taken: defaultdict[str, list[tuple[int, datetime, timedelta]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    async def take(self, request: web.Request) -> web.Response:
        """As long as it is down, one answers 500."""
        name, event = request.match_info["name"], await request.json()
        if name == DOWN and self.down:
            self.refused += 1
            return web.Response(status=500)
        now = self.clock.now
        self.taken[name].append((int(event["sequence"]), now, now - datetime.fromisoformat(event["time"])))
        return web.Response(status=204)

    def is_right(self, name: str) -> bool:
        """Whether each event came, once and in its place."""
        return [sequence for sequence, *_ in self.taken[name]] == list(range(1, self.events + 1))

    def verdict(self, name: str) -> str:
        """How much came, and how."""
        came = [sequence for sequence, *_ in self.taken[name]]
        order = "in order" if all(one < other for one, other in pairwise(came)) else "NOT IN ORDER"
        return f"{len(set(came)):,} of {self.events:,} events, {len(came) - len(set(came))} twice, {order}"


@asynccontextmanager
async def _served(endpoints: Endpoints) -> AsyncIterator[int]:
    site = web.Application()
    site.router.add_post("/{name}", endpoints.take)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    place = web.TCPSite(runner, "127.0.0.1", 0)
    await place.start()
    yield int(runner.addresses[0][1])
    await runner.cleanup()


class _Day:
    """The service, and the clock that it goes by."""

    def __init__(self, app: App, clock: Clock) -> None:
        self._app, self._clock, self._tried = app, clock, 0
        app.deliverer.attempted = self._count

    def _count(self, _channel: str, _ok: bool) -> None:
        self._tried += 1

    async def live(self, until: datetime) -> None:
        """Send whatever falls due up to then, at its time."""
        following: datetime | None = self._clock.now
        while following is not None and following <= until:
            self._clock.now = following
            before = -1
            while before != (before := self._tried):
                await self._app.deliverer.dispatch()
                await self._app.deliverer.drain()
            following = await self._app.store.read(next_delivery, self._clock.now)
        self._clock.now = until

    async def pass_by(self, events: int) -> None:
        """So many events happen, evenly."""
        steps = DAY // STEP
        for step in range(steps):
            count = events * (step + 1) // steps - events * step // steps
            await self._app.store.write(_happen, count, self._clock.now)
            await self.live(self._clock.now + STEP)


async def measure(events: int = EVENTS) -> tuple[list[str], bool]:
    """What is printed, and whether all was well."""
    clock = Clock()
    endpoints = Endpoints(clock, events)
    with tempfile.TemporaryDirectory() as folder:
        async with (
            _served(endpoints) as port,
            App(_settings(folder, port, 2), clock=clock, chance=lambda: 0.5) as app,
        ):
            day = _Day(app, clock)
            await day.pass_by(events)
            endpoints.down, back, before = False, clock.now, cpu()
            await day.live(back + AFTERWARDS)
            spent = cpu() - before
    caught_up = max((when for _, when, _ in endpoints.taken[DOWN]), default=back) - back
    oldest = max((age for *_, age in endpoints.taken[UP]), default=timedelta())
    lines = [
        f"down for {DAY}: {endpoints.refused} attempts refused; after its return {endpoints.verdict(DOWN)}, "
        f"the last of them {caught_up} after its return, {spent:.1f} CPU s with the endpoint's own",
        f"beside it: {endpoints.verdict(UP)}, none later than {oldest} after it happened",
    ]
    return lines, endpoints.is_right(DOWN) and endpoints.is_right(UP) and not oldest


def main() -> None:
    """Measure, print, judge."""
    configure(quiet=True)
    lines, right = asyncio.run(measure())
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
