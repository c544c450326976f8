"""What many sources cost: memory of each, and a poll among 100,000 against one among 1,000."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from sqlalchemy import Connection, text

from benchmarks.clock import Clock
from benchmarks.polls import rounds, watching
from service.app import App
from service.configuration.settings import load
from service.store.store import Store, locate
from service.store.watchlist import sync_sources

Say = Callable[[str], None]

FEW, MANY, AT_ONCE = 1_000, 100_000, 1_000
HELD = 10_000
GOAL_KIB, GOAL_GROWTH = 10, 1.2


def memory(port: int, say: Say) -> None:
    """A daemon that has looked twice at each of 10,000 pages it knew, as after a restart, against one with one page."""
    one, many = _resident(port, 1), _resident(port, HELD)
    each = (many - one) / HELD / 1024
    say(
        f"memory: {one / 2**20:.0f} MiB with one source, {many / 2**20:.0f} MiB with {HELD:,}: "
        f"{each:.1f} KiB a source (goal {GOAL_KIB})"
    )


def _resident(port: int, count: int) -> float:
    """Bytes that a daemon and its processes take together (shared pages once), after two looks at each page."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "onrecord.toml"
        config.write_text(_config(port, count, Path(folder)), encoding="utf-8")
        asyncio.run(_know(config, Path(folder)))
        daemon = subprocess.Popen(
            [sys.executable, "-m", "service", "run", "--config", str(config)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        try:
            assert daemon.stdout is not None
            daemon.stdout.readline()
            _wait(Path(folder), count)
            process = psutil.Process(daemon.pid)
            return float(sum(p.memory_full_info().pss for p in [process, *process.children(recursive=True)]))
        finally:
            daemon.terminate()
            daemon.wait()


async def _know(config: Path, folder: Path) -> None:
    """Let the record hold every page as one that has been looked at."""
    store = Store(locate("sqlite", folder / "data")).open()
    await store.write(sync_sources, load(config).specs(), "config", Clock().now)
    await store.write(_have_seen)
    await store.aclose()


def _config(port: int, count: int, folder: Path) -> str:
    """Every page is due again at once, so that all have been looked at twice as soon as may be."""
    sources = "".join(
        f'[[sources]]\nname = "s{n}"\ncompany = "Quillnet"\nkind = "page"\nurl = "http://127.0.0.1:{port}/tiny/{n}"\n'
        for n in range(count)
    )
    return (
        f'data_dir = "{folder / "data"}"\n[http]\nlisten = "127.0.0.1:0"\n'
        f'[fetch]\nallow = ["127.0.0.1:{port}"]\nper_host = 64\n[defaults]\nevery = "1s"\n{sources}'
    )


def _wait(folder: Path, count: int) -> None:
    place = locate("sqlite", folder / "data")
    while Store.peek(place, _least) < 2 or Store.peek(place, _looked_at) < count:
        time.sleep(1)


def _least(connection: Connection) -> int:
    query = text("SELECT coalesce(min(n), 0) FROM (SELECT count(*) AS n FROM polls GROUP BY watch_id)")
    return int(connection.execute(query).scalar_one())


def _looked_at(connection: Connection) -> int:
    return int(connection.execute(text("SELECT count(DISTINCT watch_id) FROM polls")).scalar_one())


def polls(port: int, say: Say) -> None:
    """A thousand unchanged pages fall due: among a thousand, and among a hundred thousand."""
    few, many = (asyncio.run(_among(port, count)) for count in (FEW, MANY))
    say(
        f"unchanged polls per CPU second: {few:,.0f} with {FEW:,} sources, {many:,.0f} with {MANY:,}: "
        f"cost of each {few / many:.2f} times (goal {GOAL_GROWTH} at most)"
    )


async def _among(port: int, count: int) -> float:
    clock = Clock()
    async with watching(port, "tiny", count, clock) as app:
        await app.store.write(_have_seen)
        return await _spread(app, clock, count)


async def _spread(app: App, clock: Clock, count: int) -> float:
    best = 0.0
    for _ in range(3):
        await app.store.write(_let_fall_due, count // AT_ONCE)
        best = max(best, await rounds(app, clock, AT_ONCE, 1))
    return best


def _have_seen(connection: Connection) -> None:
    connection.execute(
        text("UPDATE watches SET etag = '\"1\"', body_hash = x'00', first_ok_at = 1, last_ok_at = 1")
    )
    connection.execute(text("UPDATE documents SET state = 'ok', last_version = 0, detector = 0"))


def _let_fall_due(connection: Connection, every: int) -> None:
    """One in `every`, evenly over all of them; the others later than any round."""
    connection.execute(
        text(
            "UPDATE watches SET next_poll_at = CASE WHEN id % :every = 0 THEN 1 ELSE 9000000000000000 + id END"
        ),
        {"every": every},
    )
