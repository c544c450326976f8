"""A test event goes to one subscriber, now: what came of it says whether real ones will arrive."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from service.delivery.deliver import Sent
from service.events import encode, test_event
from service.store.deliveries import Due, addressee
from service.store.ids import new_id
from service.store.store import Store
from service.store.subscriptions import next_test, settle_test, untested
from watchers.guard import DeniedError

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a test. `error` is "" when it was taken; `refused`: the address may not be dialled."""

    event_id: str
    status: int | None
    error: str
    seconds: float
    refused: bool = False


class Verifier:
    """Tests subscriptions. `send` is the deliverer's."""

    def __init__(
        self,
        store: Store,
        send: Callable[[Sequence[Due]], Awaitable[Sent]],
        *,
        schedule: Sequence[float],
        clock: Callable[[], datetime],
    ) -> None:
        self._store, self._send, self._schedule, self._clock = store, send, tuple(schedule), clock
        self.woken: Callable[[], None] = lambda: None
        """Called when a test has failed: there is another to come."""
        self.passed: Callable[[], None] = lambda: None
        """Called when a test was taken: what waited for it may go out."""

    async def round(self) -> datetime | None:
        """Test again those that have not answered yet and whose time has come; says when the next is due."""
        waiting = await self._store.read(untested, self._clock())
        await asyncio.gather(*(self.test(one) for one in waiting))
        return await self._store.read(next_test, self._clock())

    async def test(self, subscription_id: str) -> Trial | None:
        """Send a test event; success switches on a subscription that waits for it or was disabled.

        None if there is no such subscription.
        """
        now = self._clock()
        event_id = new_id("evt", now)
        body = encode(test_event(subscription_id, event_id=event_id, at=now))
        due = await self._store.read(addressee, subscription_id, event_id, body, now)
        if due is None:
            return None
        tested = _tested(event_id, await self._send([due]))
        await self._store.write(settle_test, subscription_id, tested.error, self._clock(), self._schedule)
        (self.woken if tested.error else self.passed)()
        _log.info("subscription.tested", subscription=subscription_id, error=tested.error or None)
        return tested


def _tested(event_id: str, sent: Sent) -> Trial:
    if sent.receipt is not None:
        return Trial(event_id, sent.receipt.status, "", sent.seconds)
    error = sent.error
    if error is None:
        return Trial(event_id, None, "no answer", sent.seconds)
    refused = any(isinstance(part, DeniedError) for part in _chain(error))
    return Trial(event_id, error.status, error.message, sent.seconds, refused)


def _chain(error: BaseException) -> Iterator[BaseException]:
    part: BaseException | None = error
    for _ in range(10):
        if part is None:
            return
        yield part
        part = getattr(part, "os_error", None) or part.__cause__
