"""`python -m benchmarks.pages [CHANGES]`: how long the pages take on a record of 100,000 changes."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from aiohttp import ClientSession, web
from sqlalchemy import Connection

from benchmarks.page_record import make_record, site
from service.store.store import FILE_NAME, Store
from service.web.server import make_app
from service.web.strength import strength
from service.web.warm import WEIGHED

PATHS = (
    "/",
    "/?company=Company+007",
    "/?kind=weakened&category=notice",
    "/?kind=withdrawn",
    "/?source=source-007&since=2018-01-01&until=2020-01-01",
    "/?q=notify",
    "/?q=notify&sort=relevance",
    "/companies",
    "/companies/Company%20007",
    "/companies/Company%20007?as_of=2020-01-01",
    "/compare",
    "/compare?as_of=2020-01-01",
    "/api/v1/assurances?status=withdrawn",
    "/api/v1/assurances?category=notice&as_of=2020-01-01",
    "/api/v1/assurances?q=notify",
    "/feeds/changes.atom?category=notice",
    "/sources",
)
ROUNDS = 7


def measure(changes: int, say: Callable[[str], None]) -> None:
    """Per page, in milliseconds over loopback: the first answer, the median of seven more each after a commit, and
    the median of seven without one.
    """
    with tempfile.TemporaryDirectory(prefix="onrecord-pages-") as folder:
        path = Path(folder) / FILE_NAME
        make_record(path, changes)
        asyncio.run(_measure(path, changes, say))


async def _measure(path: Path, changes: int, say: Callable[[str], None]) -> None:
    """The first start is that of a record whose sentences nobody has weighed, as after an upgrade of the rules."""
    store = Store(path).open()
    try:
        for start in ("first", "second"):
            strength.cache_clear()
            runner = web.AppRunner(app := make_app(site(store)))
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            base, begun = f"http://127.0.0.1:{runner.addresses[0][1]}", time.monotonic()
            try:
                async with ClientSession() as session:
                    took = _spoken(await _time(session, f"{base}/compare"))
                say(f"{changes:,} changes, /compare at the very start, {start} one: {took}")
                await app[WEIGHED].wait()
                say(f"warmed up after {time.monotonic() - begun:.0f} s")
                if start == "second":
                    await _ask(base, store, changes, say)
            finally:
                await runner.cleanup()
    finally:
        await store.aclose()


async def _ask(base: str, store: Store, changes: int, say: Callable[[str], None]) -> None:
    async with ClientSession() as session:
        for path in PATHS:
            anew = []
            for _ in range(ROUNDS + 1):
                await store.write(_touch)
                anew.append(await _time(session, f"{base}{path}"))
            kept = median([(await _time(session, f"{base}{path}"))[0] for _ in range(ROUNDS)])
            usual = (median([one[0] for one in anew[1:]]), median([one[1] for one in anew[1:]]))
            say(f"{changes:,} changes, {path}: first {_spoken(anew[0])}, after a commit {_spoken(usual)}, "
                f"kept {kept:.1f} ms")  # fmt: skip


def _touch(connection: Connection) -> None:
    """A commit that changes next to nothing, as most looks make."""
    connection.exec_driver_sql(
        "UPDATE watches SET last_poll_at = last_poll_at + 1 WHERE id = (SELECT min(id) FROM watches)"
    )


def _spoken(took: tuple[float, float]) -> str:
    return f"{took[0]:.0f} ms ({took[1]:.0f} of the processor)"


async def _time(session: ClientSession, url: str) -> tuple[float, float]:
    """Milliseconds until it was there, and of the processor, which other programs on the machine do not lengthen."""
    begun, worked = time.perf_counter(), time.process_time()
    async with session.get(url) as answer:
        await answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{url}: {answer.status}")
    return (time.perf_counter() - begun) * 1000, (time.process_time() - worked) * 1000


def main() -> None:
    """Print one line a page."""
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, lambda line: print(line, flush=True))


if __name__ == "__main__":
    main()
