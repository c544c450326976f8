"""One timer for many limits: each ends in its time, none before, and nobody else's cancellation is taken for one."""

from __future__ import annotations

import asyncio

import pytest

from watchers.limits import Limit, Limits


async def _wait(limits: Limits) -> float:
    """Seconds until the limit ended it."""
    began = asyncio.get_running_loop().time()
    with pytest.raises(TimeoutError), limits.begin():
        await asyncio.Event().wait()
    return asyncio.get_running_loop().time() - began


async def test_each_ends_in_its_time() -> None:
    limits = Limits(0.1)
    first = asyncio.create_task(_wait(limits))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(_wait(limits))

    for took in await asyncio.gather(first, second):
        assert took >= 0.1
    assert await _wait(limits) >= 0.1  # after a time in which none ran


async def test_what_ends_by_itself_is_left_alone() -> None:
    limits = Limits(0.05)
    with limits.begin():
        await asyncio.sleep(0)

    assert await _wait(limits) >= 0.05  # by then the first would have ended, had it not been let go
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_another_cancellation_stays_one() -> None:
    async def wait() -> None:
        with Limits(60).begin():
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_error_at_the_last_moment_is_not_hidden() -> None:
    async def fails() -> None:
        with Limits(0.01).begin():
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                raise ValueError("ours") from None

    with pytest.raises(ValueError, match="ours"):
        await fails()
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_one_that_stood_still_may_end_before_one_that_began_later() -> None:
    limits, still, go = Limits(0.4), asyncio.Event(), asyncio.Event()

    async def stands() -> None:
        with limits.begin() as limit:
            await asyncio.sleep(0.3)
            left = limit.pause()
            await asyncio.sleep(0.2)  # beyond the end that it had
            still.set()
            await go.wait()
            limit.resume(left)
            await asyncio.Event().wait()

    async def begins() -> None:
        await still.wait()
        with limits.begin():
            go.set()
            await asyncio.Event().wait()

    first, second = asyncio.create_task(stands()), asyncio.create_task(begins())
    done, _ = await asyncio.wait((first, second), return_when=asyncio.FIRST_COMPLETED)
    assert done == {first}
    for ended in await asyncio.gather(first, second, return_exceptions=True):
        assert isinstance(ended, TimeoutError)


def test_no_task() -> None:
    with pytest.raises(RuntimeError), Limit(Limits(1)):
        pass
