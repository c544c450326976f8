"""A day in the life of a thousand sources, with faults, in minutes: does memory grow, is an event lost?

`python -m benchmarks.soak [--hours 24] [--sources 1000]`. The service's clock is moved by a quarter of an hour at a
time; everything else is real: HTTP on loopback, worker processes, SQLite, webhooks. Exit 1 where a measure is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import aiohttp
import numpy as np
import psutil

from benchmarks.clock import Clock
from benchmarks.soak_world import version
from service.app import App
from service.configuration.settings import Settings
from service.process.logs import configure
from service.process.memory import settle_memory

QUARTER = timedelta(minutes=15)
ROUNDS_AN_HOUR = 4
FEEDS = 10
"""Every tenth source is a feed."""
CALM = 24
"""Rounds at the end in which nothing new is published and nothing is wrong: whoever waits comes round."""
WARM = 0.25
"""Share of the run after which memory is measured."""
SLOPE = 0.01
"""Growth an hour that is let pass."""


@dataclass
class Result:
    """`memory`: bytes of the daemon after each simulated hour; `lost`: ids of events that no webhook brought."""

    hours: int
    sources: int
    memory: list[int] = field(default_factory=list)
    looks: int = 0
    failed: int = 0
    events: int = 0
    lost: set[str] = field(default_factory=set)
    missed: list[str] = field(default_factory=list)
    """Sources of which another number of changes was told than they showed."""
    unseen: int = 0
    """Versions that nobody could see: the page was replaced again while one fault followed upon the other."""
    seconds: float = 0.0

    @property
    def slope(self) -> float:
        """Growth an hour, as a share of the mean, by least squares after the warm-up."""
        kept = self.memory[int(len(self.memory) * WARM) :]
        if len(kept) < 3:
            return 0.0
        return float(np.polyfit(np.arange(len(kept)), np.array(kept, float), 1)[0] / np.mean(kept))


@contextmanager
def world() -> Iterator[str]:
    """The sources' server as a child; its address."""
    with subprocess.Popen([sys.executable, "-m", "benchmarks.soak_world"], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(child.stdout.readline())}"
        finally:
            child.kill()


def _settings(base: str, sources: int, directory: Path) -> Settings:
    return Settings.model_validate(
        {
            "data_dir": directory,
            "catalogue": False,
            "workers": 1,
            "fetch": {"allow": (base.removeprefix("http://"),), "per_host": 64, "timeout": "10s"},
            "defaults": {"every": "14m", "confirm": "0s"},
            "deliver": {"schedule": ("5m", "10m", "15m", "30m", "1h", "1h", "1h", "1h", "1h")},
            "sources": [
                {
                    "name": f"s{n}",
                    "company": f"Quillnet {n}",
                    "kind": (kind := "page" if n % FEEDS else "feed"),
                    "url": f"{base}/{kind}/{n}",
                }
                for n in range(sources)
            ],
            "notify": [{"kind": "webhook", "url": f"{base}/hook"}],
        }
    )


async def soak(hours: int, sources: int, directory: Path, *, tell: bool = False) -> Result:
    """Run it; see `Result`."""
    result, clock, began = Result(hours, sources), Clock(), time.monotonic()
    with world() as base:
        async with (
            aiohttp.ClientSession() as outside,
            App(_settings(base, sources, directory), clock=clock, chance=lambda: 0.5) as app,
        ):
            rounds = hours * ROUNDS_AN_HOUR
            for turn in range(rounds + CALM):
                # Calm rounds are told as negative: no fault, and nothing newer than the last.
                async with outside.get(f"{base}/round/{turn if turn < rounds else -rounds}") as answer:
                    assert answer.status == 200
                async for looked in app.patrol.poll():
                    result.looks += 1
                    result.failed += bool(looked.decision.update.error)
                await app.deliverer.dispatch()
                await app.deliverer.drain()
                clock.now += QUARTER if turn < rounds else 4 * QUARTER
                if (turn + 1) % ROUNDS_AN_HOUR == 0 and turn < rounds:
                    result.memory.append(_memory())
                    if tell:
                        _tell_hour(result)
            async with outside.get(f"{base}/hooks") as answer:
                took = set(json.loads(await answer.read()))
            async with outside.get(f"{base}/shown") as answer:
                shown = {int(n): versions for n, versions in json.loads(await answer.read()).items()}
            told = await app.store.read(
                lambda c: c.exec_driver_sql("SELECT id, type, source FROM events").fetchall()
            )
    result.events = len(told)
    result.lost = {row.id for row in told} - took
    names = [row.source.rpartition("/")[2] for row in told if ".assurance." in row.type]
    for n in range(sources):
        line, unseen = _judge(n, names.count(f"s{n}"), shown.get(n, []), rounds)
        result.missed += [line] if line else []
        result.unseen += unseen
    result.seconds = time.monotonic() - began
    return result


def _judge(number: int, told: int, shown: Sequence[int], rounds: int) -> tuple[str, int]:
    """What is wrong with so many changes told of a source, "" for nothing, and how many of its versions nobody saw.

    A feed shows what it has published before as well; a page shows its latest version only.
    """
    last = version(number, rounds - 1)
    if not shown or shown[-1] != last:
        return f"s{number}: its last version was never asked for", 0
    published = last - shown[0]
    wanted = len(shown) - 1 if number % FEEDS else published
    return f"s{number}: {told} told, {wanted} shown" if told != wanted else "", published - wanted


def _memory() -> int:
    gc.collect()
    return int(psutil.Process().memory_info().rss)


def _tell_hour(result: Result) -> None:
    print(f"hour {len(result.memory):2}: {result.memory[-1] / 2**20:.1f} MiB, {result.looks} looks, "
          f"{result.failed} failed", flush=True)  # fmt: skip


def main() -> int:
    """Print the measures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--sources", type=int, default=1000)
    asked = parser.parse_args()
    configure(quiet=True)
    settle_memory()  # as the daemon does
    with tempfile.TemporaryDirectory() as directory:
        result = asyncio.run(soak(asked.hours, asked.sources, Path(directory), tell=True))
    print(f"{result.hours} h, {result.sources} sources: {result.looks} looks, {result.failed} failed, "
          f"{result.events} events "
          f"in {result.seconds:.0f} s\nmemory: {result.slope:+.2%} an hour (at most {SLOPE:.0%})\n"
          f"events lost: {len(result.lost)}, sources told wrongly: {len(result.missed)}; "
          f"versions replaced before anybody could see them: {result.unseen}")  # fmt: skip
    for line in result.missed[:10]:
        print("  " + line)
    return 1 if result.lost or result.missed or result.slope > SLOPE else 0


if __name__ == "__main__":
    raise SystemExit(main())
