"""What is done before anybody asks."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from service.diff import opposed
from service.store.store import FILE_NAME, Store
from service.web.strength import SCALE, strength
from service.web.templating import environment
from service.web.warm import WARM, WEIGHED


async def test_the_first_comparison_weighs_nothing(serve: Any, store: Store) -> None:
    _forget()
    client = await _warmed(serve, store)
    weighed, read = strength.cache_info().misses, opposed._read.cache_info().misses

    assert (await client.get("/compare")).status == 200
    assert weighed > 0
    assert strength.cache_info().misses == weighed
    assert opposed._read.cache_info().misses == read
    assert environment.cache is not None
    assert len(environment.cache) >= len(environment.list_templates())


async def test_what_was_weighed_before_a_start_is_not_weighed_again(serve: Any, store: Store) -> None:
    await _warmed(serve, store)
    _forget()
    client = await serve(store)  # not waited for

    assert (await client.get("/compare")).status == 200
    assert (await client.get("/companies/Harborlight")).status == 200
    assert strength.cache_info().misses == 0


async def test_weights_by_other_rules_are_replaced(serve: Any, store: Store) -> None:
    await _warmed(serve, store)
    await store.write(lambda c: c.exec_driver_sql("UPDATE weights SET scale = scale + 1, weight = 0"))
    _forget()
    await _warmed(serve, store)

    assert strength.cache_info().misses > 0
    kept = await store.read(lambda c: c.exec_driver_sql("SELECT DISTINCT scale FROM weights").scalars().all())
    assert kept == [SCALE]


async def _warmed(serve: Any, store: Store) -> Any:
    client = await serve(store)
    async with asyncio.timeout(30):
        await client.app[WEIGHED].wait()
    return client


def _forget() -> None:
    strength.cache_clear()
    opposed._read.cache_clear()


async def test_a_record_that_cannot_be_read_stops_nothing(serve: Any, tmp_path: Path) -> None:
    client = await serve(Store(tmp_path / FILE_NAME))

    async with asyncio.timeout(30):
        await client.app[WARM].wait()
    assert (await client.get("/healthz")).status == 200
