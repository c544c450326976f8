"""`python -m benchmarks.pages [CHANGES]`: how long the pages take on a record of 100,000 changes."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from aiohttp import ClientSession, web

from benchmarks.page_record import fill
from service.settings import DefaultSettings
from service.store.store import Store
from service.web.metrics import Counters
from service.web.server import make_app
from service.web.site import Site
from watchers.guard import Guard

PATHS = (
    "/",
    "/?company=Company+007",
    "/?kind=weakened&category=notice",
    "/?q=feasible",
    "/companies",
    "/companies/Company%20007",
    "/compare",
    "/sources",
)
ROUNDS = 7


def measure(changes: int, say: Callable[[str], None]) -> None:
    """Per page the first answer and the median of seven more, in milliseconds, over loopback."""
    asyncio.run(_measure(changes, say))


async def _measure(changes: int, say: Callable[[str], None]) -> None:
    with tempfile.TemporaryDirectory(prefix="onrecord-pages-") as folder:
        store = Store(Path(folder) / "onrecord.sqlite").open()
        try:
            await store.write(fill, changes)
            runner = web.AppRunner(make_app(_site(store)))
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            try:
                await _ask(f"http://127.0.0.1:{runner.addresses[0][1]}", changes, say)
            finally:
                await runner.cleanup()
        finally:
            await store.aclose()


async def _ask(base: str, changes: int, say: Callable[[str], None]) -> None:
    async with ClientSession() as session:
        for path in PATHS:
            times = [await _time(session, f"{base}{path}") for _ in range(ROUNDS + 1)]
            say(f"{changes:,} changes, {path}: first {times[0]:.0f} ms, then {median(times[1:]):.0f} ms")


async def _time(session: ClientSession, url: str) -> float:
    begun = time.perf_counter()
    async with session.get(url) as answer:
        await answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{url}: {answer.status}")
    return (time.perf_counter() - begun) * 1000


def _site(store: Store) -> Site:
    return Site(
        store=store,
        base="http://127.0.0.1",
        token="",
        clock=lambda: datetime.now(UTC),
        ready=lambda: (True, ""),
        lag=lambda: 0.0,
        poll_now=lambda: None,
        defaults=DefaultSettings(),
        counters=Counters(),
        guard=Guard(),
    )


def main() -> None:
    """Print one line a page."""
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, lambda line: print(line, flush=True))


if __name__ == "__main__":
    main()
