from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from service.process.workbench import Workbench, WorkbenchError
from watchers.errors import ExtractError, WatchError


def double(n: int) -> int:
    return 2 * n


def fail(reason: str) -> None:
    raise ExtractError(
        "https://h.example/", "no text", reason=reason, retry_after=timedelta(seconds=5), status=503
    )


def stumble() -> None:
    raise KeyError("a bug")


def kill_self() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leave() -> None:
    os._exit(7)


def devour() -> int:
    return len(bytearray(1 << 31))


def hoard() -> int:
    """Many small pieces, as a parser would."""
    held = []
    while True:
        held.append([0] * 1000)


def turn_forever() -> None:
    while True:
        pass


def deepen(n: int = 0) -> int:
    return deepen(n + 1)


class OddError(Exception):
    """Cannot be unpickled, like many a library's errors."""

    def __init__(self, *, code: int) -> None:
        super().__init__(f"code {code}")


def be_odd() -> None:
    raise OddError(code=9)


class Trap:
    """Nor can this."""

    def __reduce__(self) -> tuple[object, ...]:
        return (stumble, ())


def set_trap() -> Trap:
    return Trap()


def linger(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def who() -> int:
    return os.getpid()


async def test_it_runs_things_elsewhere() -> None:
    async with Workbench(2) as bench:
        assert await asyncio.gather(*(bench.run(double, n) for n in range(50))) == [2 * n for n in range(50)]
        assert await bench.run(who) != os.getpid()


async def test_without_workers_it_runs_here() -> None:
    async with Workbench(0) as bench:
        assert await bench.run(double, 4) == 8
        assert await bench.run(who) == os.getpid()
        with pytest.raises(ExtractError):
            await bench.run(fail, "shell")


async def test_what_the_function_raises_crosses_over_whole() -> None:
    async with Workbench(1) as bench:
        with pytest.raises(ExtractError) as caught:
            await bench.run(fail, "challenge")
        error: WatchError = caught.value
        assert (error.url, error.message, error.reason) == ("https://h.example/", "no text", "challenge")
        assert (error.retry_after, error.status, error.transient) == (timedelta(seconds=5), 503, True)
        with pytest.raises(KeyError, match="a bug"):
            await bench.run(stumble)
        with pytest.raises(RecursionError):
            await bench.run(deepen)


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (kill_self, "killed"),
        (leave, "killed"),
        (devour, "memory"),
        (hoard, "memory"),
        (turn_forever, "timeout"),
    ],
)
async def test_a_lost_worker_is_a_lost_task_and_no_more(harm: object, reason: str) -> None:
    async with Workbench(1, memory=256 << 20, task_timeout=20 if reason != "timeout" else 1) as bench:
        with pytest.raises(WorkbenchError) as caught:
            await bench.run(harm)  # type: ignore[arg-type]  # one of the functions above
        assert caught.value.reason == reason
        assert str(caught.value)
        assert await bench.run(double, 3) == 6


async def test_a_death_spares_what_others_are_doing() -> None:
    async with Workbench(2) as bench:
        results = await asyncio.gather(
            bench.run(linger, 0.3),
            bench.run(kill_self),
            *(bench.run(double, n) for n in range(20)),
            return_exceptions=True,
        )
        lost = [r for r in results if isinstance(r, BaseException)]
        assert isinstance(lost[0], WorkbenchError)
        assert len(lost) == 1


async def test_what_cannot_cross_breaks_nothing() -> None:
    async with Workbench(1) as bench:
        with pytest.raises(KeyError):
            await bench.run(set_trap)
        with pytest.raises(RuntimeError, match="OddError: code 9"):
            await bench.run(be_odd)
        assert await asyncio.wait_for(bench.run(double, 3), 20) == 6


async def test_a_cancelled_task_does_not_hold_its_worker() -> None:
    async with Workbench(1) as bench:
        assert await bench.run(double, 1) == 2
        task = asyncio.ensure_future(bench.run(turn_forever))
        for _ in range(20):
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.wait_for(bench.run(double, 2), 10) == 4


async def test_closing_does_not_wait_for_a_task_without_end() -> None:
    bench = Workbench(1)
    began = time.monotonic()
    async with bench:
        task = asyncio.ensure_future(bench.run(turn_forever))
        await asyncio.sleep(0.5)
    assert time.monotonic() - began < 8
    with pytest.raises(WorkbenchError):
        await asyncio.wait_for(task, 5)


async def test_interrupts_are_the_parents_business() -> None:
    async with Workbench(1) as bench:
        pid = await bench.run(who)
        os.kill(pid, signal.SIGINT)
        assert await bench.run(who) == pid


PARENT = """
import asyncio, sys
from service.process.workbench import Workbench
from os import getpid
from tests.service.process.test_workbench import turn_forever
async def main():
    async with Workbench(1) as bench:
        print(await bench.run(getpid), flush=True)
        await bench.run(turn_forever)
if __name__ == "__main__":
    asyncio.run(main())
"""


def test_workers_die_with_their_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    root = Path(__file__).resolve().parents[3]
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as parent:
        assert parent.stdout is not None
        worker = psutil.Process(int(parent.stdout.readline()))
        began = worker.cpu_times().user
        while worker.cpu_times().user < began + 0.1:  # busy: an idle one sees by itself that nobody is there
            time.sleep(0.02)
        parent.kill()
    gone, alive = psutil.wait_procs([worker], timeout=10)
    assert gone
    assert not alive


async def test_after_the_end_nothing_starts_anew() -> None:
    async with Workbench(1) as bench:
        assert await bench.run(double, 1) == 2
    with pytest.raises(WorkbenchError):
        await bench.run(double, 1)
