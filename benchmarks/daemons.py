"""Daemons of one folder, one after the other: started cold as installed, or forked by the nursery."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.nursery import DEAD, PID

ROOT = Path(__file__).resolve().parents[1]
SURROUNDINGS = {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "OPENBLAS_NUM_THREADS": "1"}
"""As `onrecord` itself sets them before it loads numpy: on a busy machine more threads take ten times as long."""
PATIENCE = 600.0
"""Seconds after which something is stuck."""


class EndedError(Exception):
    """A daemon has ended by itself. Its log says why."""


@dataclass(frozen=True, slots=True)
class Daemon:
    """One that runs. `forked`: the nursery waits for its end, else we do."""

    pid: int
    process: asyncio.subprocess.Process
    forked: bool

    async def started(self) -> None:
        """It has said where it is."""
        if await _line(self.process) in ("", DEAD):
            raise EndedError

    async def end(self, number: signal.Signals) -> None:
        """Signal it and whatever it started; returns when it is dead."""
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError as error:
            raise EndedError from error
        async with asyncio.timeout(PATIENCE):
            if not self.forked:
                await self.process.communicate()
                return
            while await _line(self.process) != DEAD:
                pass


class Daemons:
    """Starts them in `home`. Use as an async context manager. What they log is in `log`."""

    def __init__(self, home: Path) -> None:
        self.home, self.log = home, home / "daemon.log"

    async def __aenter__(self) -> Self:
        self._nursery = await self._python(ROOT, "benchmarks.nursery")
        await _line(self._nursery)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._nursery.kill()
        await self._nursery.communicate()

    async def start(self, *, cold: bool) -> Daemon:
        """The next one; the one before must be dead."""
        if cold:
            process = await self._python(self.home, "service", "run", "--data-dir", "data")
            return Daemon(process.pid, process, forked=False)
        assert self._nursery.stdin is not None
        self._nursery.stdin.write(f"{self.home}\n".encode())
        await self._nursery.stdin.drain()
        words = (await _line(self._nursery)).split()
        assert words[0] == PID, words
        return Daemon(int(words[1]), self._nursery, forked=True)

    async def _python(self, folder: Path, module: str, *arguments: str) -> asyncio.subprocess.Process:
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable, "-m", module, *arguments,
                cwd=folder, env={**os.environ, **SURROUNDINGS}, start_new_session=True,
                               stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=log,
            )  # fmt: skip


async def _line(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        return (await process.stdout.readline()).decode().strip()
