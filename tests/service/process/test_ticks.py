"""Rounds that repeat."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from service.process.ticks import Ticks


async def test_a_round_that_is_woken_while_it_runs_runs_once_more_and_never_twice_at_once() -> None:
    going, most, times = 0, 0, 0
    gate, ended = asyncio.Event(), asyncio.Event()

    async def call() -> None:
        nonlocal going, most, times
        going, times = going + 1, times + 1
        most = max(most, going)
        await gate.wait()
        going -= 1
        if times == 2:
            ended.set()

    ticks = Ticks(lambda: datetime.now(UTC))
    wake = ticks.add("round", call)
    ticks.start()
    for _ in range(5):
        wake()
        await asyncio.sleep(0)
    gate.set()
    await asyncio.wait_for(ended.wait(), 30)
    await ticks.aclose()
    assert (most, times) == (1, 2)
