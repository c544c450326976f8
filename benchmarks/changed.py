"""Pages that change: everything from the request to the event, against extraction alone by trafilatura."""

from __future__ import annotations

import asyncio
import tempfile
import time
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil

from benchmarks.beside import peer
from benchmarks.clock import Clock
from benchmarks.policies import policy
from service.app import App
from service.configuration.settings import Settings
from service.process.memory import settle_memory

PAGES, VERSIONS = 40, 2
GOAL = 0.6


def spent() -> float:
    """CPU seconds of this process and of its living and ended children."""
    total = time.process_time()
    for child in psutil.Process().children(recursive=True):
        times = child.cpu_times()
        total += times.user + times.system
    return total


async def ours(port: int) -> float:
    """Changed pages per CPU second, workers included; each change is told as an event."""
    took = []
    for seconds, told, _ in await rounds(port, "policy", PAGES, VERSIONS):
        if told != PAGES:
            raise AssertionError(f"{told} events of {PAGES} changed pages")
        took.append(seconds)
    return PAGES / min(took)


async def rounds(port: int, kind: str, pages: int, count: int) -> list[tuple[float, int, int]]:
    """(CPU seconds, events told, looks) of `count` rounds over pages /`kind`/n after the first."""
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        values: dict[str, Any] = {
            "data_dir": Path(folder),
            "catalogue": False,
            "workers": 1,
            "fetch": {"allow": (f"127.0.0.1:{port}",), "per_host": 64},
            "sources": [
                {
                    "name": f"p{n}",
                    "company": "Quillnet",
                    "kind": "page",
                    "url": f"http://127.0.0.1:{port}/{kind}/{n}",
                }
                for n in range(pages)
            ],
        }
        async with App(Settings(**values), clock=clock, chance=lambda: 0.5) as app:
            found = []
            for version in range(count + 1):
                publish(port, version)
                clock.now += timedelta(days=10)
                due = await app.patrol.due()
                settle_memory()
                before, told = spent(), 0
                async for looked in app.patrol.look_at(due):
                    told += looked.recorded.events
                found.append((spent() - before, told, len(due)))
    return found[1:]


def publish(port: int, version: int) -> None:
    """Let the server show this version."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/publish/{version}") as answer:
        answer.read()


def ratio(port: int, say: Callable[[str], None]) -> None:
    """Measure both on the same pages."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number in range(PAGES):
            path = Path(folder) / f"{number}.html"
            path.write_bytes(policy(number, 1))
            paths.append(str(path))
        alone = peer("trafilatura", *paths)
    own = asyncio.run(ours(port))
    if alone is None:
        say(
            f"changed pages, from request to event, per CPU second: {own:,.0f} (no trafilatura: `make bench` has it)"
        )
        return
    say(
        f"changed pages per CPU second: trafilatura's extraction alone {alone:,.0f}, "
        f"onrecord from request to event {own:,.0f}: ratio {own / alone:.2f} (goal {GOAL})"
    )
