"""What is done before anybody asks."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from service.diff import opposed
from service.store.store import FILE_NAME, Store
from service.web.strength import strength
from service.web.templating import environment
from service.web.warm import WARM


async def test_the_first_comparison_weighs_nothing(serve: Any, store: Store) -> None:
    strength.cache_clear()
    opposed._read.cache_clear()
    client = await serve(store)
    async with asyncio.timeout(30):
        await client.app[WARM].wait()
    weighed, read = strength.cache_info().misses, opposed._read.cache_info().misses

    assert (await client.get("/compare")).status == 200
    assert weighed > 0
    assert strength.cache_info().misses == weighed
    assert opposed._read.cache_info().misses == read
    assert environment.cache is not None
    assert len(environment.cache) >= len(environment.list_templates())


async def test_a_record_that_cannot_be_read_stops_nothing(serve: Any, tmp_path: Path) -> None:
    client = await serve(Store(tmp_path / FILE_NAME))

    async with asyncio.timeout(30):
        await client.app[WARM].wait()
    assert (await client.get("/healthz")).status == 200
