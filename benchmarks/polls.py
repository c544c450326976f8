"""What an unchanged poll costs, against a bare client that GETs the same addresses at the same concurrency."""

from __future__ import annotations

import asyncio
import resource
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from service.app import App
from service.memory import settle_collector
from service.model import Outcome
from service.settings import Settings

CONCURRENCY = 64


def cpu() -> float:
    """CPU seconds of this process and its ended children so far."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


class _Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


async def bare(port: int, kind: str, count: int, headers: dict[str, str]) -> float:
    """GETs per CPU second of an aiohttp client that does nothing else."""
    slots = asyncio.Semaphore(CONCURRENCY)
    connector = aiohttp.TCPConnector(limit=CONCURRENCY, limit_per_host=CONCURRENCY)
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

        async def one(number: int) -> None:
            async with slots, session.get(f"http://127.0.0.1:{port}/{kind}/{number}") as answer:
                await answer.read()

        before = cpu()
        await asyncio.gather(*(one(number) for number in range(count)))
        return count / (cpu() - before)


async def ours(port: int, kind: str, count: int) -> float:
    """Unchanged polls per CPU second, each decided, logged and committed."""
    clock = _Clock()
    with tempfile.TemporaryDirectory() as folder:
        values: dict[str, Any] = {
            "data_dir": Path(folder),
            "catalogue": False,
            "workers": 1,
            "fetch": {"allow": (f"127.0.0.1:{port}",), "per_host": CONCURRENCY, "concurrency": CONCURRENCY},
            "sources": [
                {
                    "name": f"s{n}",
                    "company": "Quillnet",
                    "kind": "feed",
                    "url": f"http://127.0.0.1:{port}/{kind}/{n}",
                }
                for n in range(count)
            ],
        }
        async with App(Settings(**values), clock=clock, chance=lambda: 0.5) as app:
            names = tuple(f"s{n}" for n in range(count))
            await _baseline(app, names)
            clock.now += timedelta(days=2)
            watches = [w for w in await app.patrol.due() if w.document_id == ""]
            settle_collector()
            before, unchanged = cpu(), 0
            async for looked in app.patrol.look_at(watches):
                unchanged += looked.decision.outcome is Outcome.UNCHANGED
            spent = cpu() - before
        if unchanged != count:
            raise AssertionError(f"{unchanged} of {count} polls were unchanged")
        return count / spent


async def _baseline(app: App, names: tuple[str, ...]) -> None:
    async for _ in app.patrol.look_at([w for w in await app.patrol.due() if w.source.name in names]):
        pass


def ratio(port: int, count: int, kind: str, say: Callable[[str], None]) -> None:
    """Measure both, twice each, interleaved; print the better of each side and their ratio."""
    headers = {"If-None-Match": '"1"'} if kind == "feed" else {}
    pairs = [
        (asyncio.run(bare(port, kind, count, headers)), asyncio.run(ours(port, kind, count)))
        for _ in range(2)
    ]
    limit, reached = (max(side) for side in zip(*pairs, strict=True))
    what = "304" if kind == "feed" else "same 200"
    say(
        f"unchanged polls ({what}) per CPU second: bare client {limit:,.0f}, "
        f"onrecord {reached:,.0f}: ratio {reached / limit:.2f}"
    )
