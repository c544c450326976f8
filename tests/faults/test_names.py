"""No name can be resolved: sources fail, say so, and nothing is taken for withdrawn; then all goes on."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

from service.app import App
from service.store.evidence import list_sources
from tests.faults.conftest import PROMISE, WEAKER


class Names(AbstractResolver):
    """Every name is this machine, unless the name servers do not answer."""

    def __init__(self) -> None:
        self.down = False
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked += 1
        if self.down:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return [
            ResolveResult(
                hostname=host,
                host="127.0.0.1",
                port=port,
                family=family,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None: ...


async def test_an_outage_of_names_is_a_failing_source_and_no_withdrawal(world: Any, settings: Any) -> None:
    world.put("/promise", PROMISE)
    port = world.host.partition(":")[2]
    url = f"http://harborlight.example:{port}/promise"
    sources = [{"name": "promise", "company": "Harborlight", "kind": "page", "url": url}]
    config = settings(sources, defaults={"every": "0.1s", "confirm": "0s", "failing_after": "0s"})
    names, stop = Names(), asyncio.Event()
    async with App(config, resolver=names) as app, asyncio.timeout(120):
        work = asyncio.create_task(app.run(stop))
        await world.polled("/promise", 3)

        names.down = True
        await world.until(lambda: bool(world.hooks))
        (source,) = await app.store.read(list_sources)
        assert (source.state, source.reason) == ("failing", "dns")
        names.down = False
        await world.until(lambda: len(world.hooks) == 2)
        world.put("/promise", WEAKER)
        await world.until(lambda: len(world.hooks) == 3)
        stop.set()
        await work
    types = [hook.event["type"].removeprefix("onrecord.") for hook in world.hooks]
    assert types == ["source.failing", "source.recovered", "assurance.weakened"]
