"""The installed program as a child process, among servers gone bad: what it recorded, and what it needed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import psutil

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Poll:
    """One recorded look; `at` in seconds since the epoch."""

    source: str
    at: float
    outcome: int
    reason: str


@dataclass
class Daemon:
    """`onrecord run` with these sources (name → URL), looked at every `every` seconds."""

    directory: Path
    sources: dict[str, str]
    every: float = 1.0
    timeout: float = 5.0
    kind: str = "page"
    per_host: int = 2
    kinds: dict[str, str] = field(default_factory=dict)
    """Of sources that are of another kind than `kind`."""
    trust: Path | None = None
    """A file of certificate authorities that are believed instead of the system's."""
    peak: int = 0
    """Bytes: the most that the parent held privately."""
    _waits: list[tuple[float, float]] = field(default_factory=list)
    """When, and the seconds until then in which the program or these servers wanted to run and could not."""
    _process: asyncio.subprocess.Process | None = None
    _watch: asyncio.Task[None] | None = None

    @property
    def database(self) -> Path:
        """The record."""
        return self.directory / "data" / "onrecord.sqlite"

    async def start(self) -> None:
        """Write the configuration and start."""
        hosts = json.dumps(sorted({_host(url) for url in self.sources.values()}))
        lines = [
            'catalogue = false\nworkers = 2\ndata_dir = "data"\n[http]\nlisten = "127.0.0.1:0"',
            f"[fetch]\ntimeout = {self.timeout}\nconcurrency = 64\nper_host = {self.per_host}\n"
            f"allow = {hosts}",
            f'[defaults]\nevery = {self.every}\nconfirm = "0s"',
        ]
        lines += [
            f'[[sources]]\nname = {json.dumps(name)}\ncompany = "Quillnet"\n'
            f'kind = "{self.kinds.get(name, self.kind)}"\n'
            f"url = {json.dumps(url)}"
            for name, url in self.sources.items()
        ]
        (self.directory / "onrecord.toml").write_text("\n".join(lines))
        with (self.directory / "log").open("wb") as log:
            self._process = await self._spawn(log)
        assert self._process.stdout is not None
        assert await self._process.stdout.readline()
        self._watch = asyncio.create_task(self._measure())

    async def _spawn(self, log: BinaryIO) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "service", "run",
            cwd=self.directory,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "OMP_NUM_THREADS": "1",
                **({"SSL_CERT_FILE": str(self.trust)} if self.trust else {}),
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )  # fmt: skip

    async def stop(self) -> float:
        """SIGTERM; returns the seconds it took to end."""
        assert self._process is not None
        began = time.monotonic()
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        assert await self._ended() == 0
        return time.monotonic() - began

    async def kill(self) -> None:
        """If it still runs; nothing of it is left open."""
        if self._process is None:
            return
        if self._process.returncode is None:
            self._process.kill()
        await self._ended()

    async def _ended(self) -> int | None:
        """Its exit code, once it is gone and its output, which its workers share, has been closed."""
        assert self._process is not None
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        await asyncio.wait_for(self._process.communicate(), 30)
        return self._process.returncode

    def resident(self) -> int:
        """Private bytes of the parent: what strangers' answers can make it hold."""
        assert self._process is not None
        return int(psutil.Process(self._process.pid).memory_full_info().uss)

    async def until(self, true: Callable[[Sequence[Poll]], bool], patience: float) -> tuple[Poll, ...]:
        """Wait for the record to say so, as long as looks at sources not seen before go on coming; all looks so far."""
        end, seen = time.monotonic() + patience, 0
        while True:
            polls = self.polls()
            if (sources := len({poll.source for poll in polls})) > seen:
                end, seen = time.monotonic() + patience, sources
            if true(polls) or time.monotonic() > end:
                return polls
            await asyncio.sleep(0.5)

    def polls(self) -> tuple[Poll, ...]:
        """Every look that was recorded, oldest first."""
        rows = self.query(
            "SELECT s.name, p.at, p.outcome, p.reason FROM polls p JOIN watches w ON w.id = p.watch_id"
            " JOIN sources s ON s.id = w.source_id ORDER BY p.at"
        )
        return tuple(Poll(str(n), int(str(at)) / 1e6, int(str(o)), str(r or "")) for n, at, o, r in rows)

    def query(self, statement: str) -> list[tuple[object, ...]]:
        """Read the record."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30)) as raw:
            return raw.execute(statement).fetchall()

    async def _measure(self) -> None:
        while True:
            self.peak = max(self.peak, self.resident())
            self._waits.append((time.time(), self._waited()))
            await asyncio.sleep(0.1)

    def kept_waiting(self, since: float, until: float) -> float:
        """Seconds between these moments in which others had the processor that the program or these servers wanted."""
        before = [waited for at, waited in self._waits if at <= since] or [0.0]
        during = [waited for at, waited in self._waits if at <= until] or [0.0]
        return during[-1] - before[-1]

    def _waited(self) -> float:
        assert self._process is not None
        delays = (
            Path(f"/proc/{pid}/schedstat").read_text().split()[1] for pid in (self._process.pid, "self")
        )
        return sum(map(int, delays)) / 1e9


def _host(url: str) -> str:
    return url.split("/")[2]
