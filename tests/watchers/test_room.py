"""Large bodies share room; small ones need none."""

from __future__ import annotations

import asyncio

from watchers.decode import LIGHT
from watchers.room import Room

MIB = 1 << 20


async def waiting(room: Room, size: int) -> asyncio.Task[None]:
    """Who has come to the point of waiting, if it is not let in at once."""
    task = asyncio.create_task(room.enter(size))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return task


async def test_who_comes_first_is_let_in_first_when_there_is_room() -> None:
    room = Room(10 * MIB)
    await room.enter(6 * MIB)
    large, little = await waiting(room, 6 * MIB), await waiting(room, 2 * MIB)
    assert not large.done()
    assert not little.done(), "it would pass for ever those who need more"
    room.leave(6 * MIB)
    await asyncio.gather(large, little)
    assert not (await waiting(room, 3 * MIB)).done()


async def test_small_ones_pass() -> None:
    room = Room(MIB)
    await room.enter(MIB)
    queued = await waiting(room, MIB)
    for _ in range(100):
        await room.enter(LIGHT)
    room.leave(LIGHT)
    assert not queued.done(), "what was not taken is not given back"
    room.leave(MIB)
    await queued


async def test_one_larger_than_all_of_it_has_it_alone() -> None:
    room = Room(MIB)
    await room.enter(LIGHT + 1)
    giant = await waiting(room, 50 * MIB)
    assert not giant.done()
    room.leave(LIGHT + 1)
    await giant
    assert not (await waiting(room, LIGHT + 1)).done()


async def test_who_goes_away_takes_no_room() -> None:
    room = Room(MIB)
    await room.enter(MIB)
    first, second, third = [await waiting(room, MIB) for _ in range(3)]
    second.cancel()
    room.leave(MIB)
    first.cancel()  # let in a moment ago, and does not know it
    await asyncio.gather(first, second, return_exceptions=True)
    await third
    room.leave(MIB)
    await room.enter(MIB)
