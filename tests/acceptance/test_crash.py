"""kill -9 in the middle: what was recorded arrives, once, under the same id."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECRET = "whsec_" + "c2FsdG1hcnNoIHNhbHRtYXJzaCBzYWx0"
PROMISE = "<p>We notify users before we disclose their data to law enforcement{}.</p>"

Start = Callable[[], subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path, world: Any) -> Iterator[Start]:
    """Start the daemon on one page of the world; every one that was started is dead in the end."""
    (tmp_path / "onrecord.toml").write_text(
        f"""
[http]
listen = "127.0.0.1:0"
[fetch]
allow = ["{world.host}"]
[deliver]
schedule = ["0.3s", "0.3s", "0.3s", "0.3s", "0.3s", "0.3s", "0.3s", "0.3s"]
[[sources]]
name = "promise"
company = "Harborlight"
kind = "page"
url = "{world.url}/promise"
every = "0.1s"
[[notify]]
kind = "webhook"
url = "{world.url}/hook"
secret = "{SECRET}"
"""
    )
    processes: list[subprocess.Popen[str]] = []

    def run() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "service", "run", "--data-dir", "data"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        processes.append(process)
        return process

    yield run
    for process in processes:
        process.kill()
        process.wait()


async def test_killed_with_a_delivery_owed(world: Any, start: Start) -> None:
    world.put("/promise", PROMISE.format(""))
    world.hook_status = 503
    first = start()
    await world.polled("/promise", 3)
    world.put("/promise", PROMISE.format(", unless a court forbids it"))
    await world.until(lambda: bool(world.attempts))
    first.send_signal(signal.SIGKILL)
    first.wait()
    world.hook_status = 200
    second = start()
    await world.until(lambda: bool(world.hooks))
    await world.polled("/promise", 3)
    second.terminate()
    assert second.wait(timeout=10) == 0
    assert len(world.hooks) == 1
    assert {hook.id for hook in world.attempts} == {world.hooks[0].id}
    world.hooks[0].verify(SECRET)


async def test_killed_again_and_again_while_everything_changes(world: Any, start: Start) -> None:
    """Whatever the moment: each version of the promise that was polled is told exactly once, in order."""
    world.put("/promise", PROMISE.format(""))
    process = start()
    await world.polled("/promise", 3)
    for number in range(1, 6):
        told_before = len(_ids(world))
        world.put("/promise", PROMISE.format(f" within {number} days"))
        await world.polled("/promise", 1)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process = start()
        await world.until(lambda before=told_before: len(_ids(world)) > before)
    await world.polled("/promise", 3)
    told = {hook.id: hook.data["new"]["text"] for hook in world.hooks}
    assert [text.rsplit(" within ", maxsplit=1)[1][0] for text in told.values()] == ["1", "2", "3", "4", "5"]


def _ids(world: Any) -> set[str]:
    """One that comes twice, under the same id, counts once."""
    return {hook.id for hook in world.hooks}
