"""The demo itself, played once: everything is noticed, on the day on which it happens in the story."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from service.demo.show import Show
from service.demo.story import load_story
from service.model import Kind

pytestmark = pytest.mark.slow
PLACE = "The record of it: "


async def test_the_record_carries_the_dates_of_the_story() -> None:
    stop, said, shown = asyncio.Event(), list[str](), asyncio.Event()

    def say(line: str) -> None:
        said.append(line)
        if line.startswith(PLACE):
            shown.set()

    show = asyncio.create_task(Show("127.0.0.1:0", say=say).run(stop, remain=True))
    async with asyncio.timeout(300):
        await shown.wait()
        address = next(line.removeprefix(PLACE) for line in said if line.startswith(PLACE)).rstrip("/")
        async with aiohttp.ClientSession() as session:
            answer = await session.get(f"{address}/api/v1/changes")
            found = [(item["observed"][:10], item["kind"]) for item in (await answer.json())["items"]]
        stop.set()
        assert await show == 0

    told = [
        (step.date.isoformat(), one.kind)
        for step in load_story()
        for one in step.expected
        if one.kind in set(Kind)
    ]
    assert sorted(found) == sorted(told)
