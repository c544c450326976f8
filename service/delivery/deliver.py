"""What is owed to subscribers is sent: one subscription's events in order, each subscription for itself."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

import structlog

from notifiers.errors import TransportError
from notifiers.webhook import WebhookTransport
from service.decision.line import may_overtake
from service.delivery.parcels import Mailbox, Outlets, Packer
from service.delivery.retries import Head, Retries, Sent, Terms
from service.delivery.window import Window
from service.secrets.keyring import Keyring, KeyringError
from service.store.attempts import Attempted, begin_attempts, finish_attempts, go_on
from service.store.deliveries import Due, due_deliveries, next_delivery, oldest_owed
from service.store.errands import resume_line
from service.store.errors import StoreError
from service.store.store import Store

__all__ = ["PER_HOST", "Deliverer", "Mailbox", "Sent", "Terms"]

_log = structlog.get_logger()

ROUND = 500
"""At most so many deliveries of one subscription are looked up at once."""
BATCH_SECONDS = 1.0
"""Results are written together, no later than this: a crash in between repeats them."""
PER_HOST = 4


class Deliverer:
    """Sends what is due. `dispatch` starts the work and says when the next delivery falls due."""

    def __init__(
        self,
        store: Store,
        webhook: WebhookTransport,
        outlets: Outlets,
        *,
        keyring: Keyring,
        terms: Terms,
        base: str,
        public_url: str = "",
        clock: Callable[[], datetime],
        chance: Callable[[], float],
    ) -> None:
        self._store = store
        self._packer = Packer(webhook, dict(outlets), keyring, base, public_url)
        self._retries, self._clock = Retries(terms, chance), clock
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._slots: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(PER_HOST))
        self._closing = False
        self.woken: Callable[[], None] = lambda: None
        """Called when a subscription's work is done: there may be more."""
        self.attempted: Callable[[str, bool], None] = lambda _channel, _ok: None
        """Called after each attempt."""

    async def dispatch(self) -> datetime | None:
        """Start on everything due whose subscription is not at work already."""
        now = self._clock()
        due = await self._store.read(due_deliveries, now, ROUND, tuple(self._busy))
        queues: defaultdict[str, list[Due]] = defaultdict(list)
        for delivery in due:
            queues[delivery.subscription_id].append(delivery)
        for subscription, queue in queues.items():
            task = asyncio.create_task(self._serve(queue), name=f"deliver {subscription}")
            self._busy[subscription] = task
            task.add_done_callback(partial(self._served, subscription))
        return await self._store.read(next_delivery, now)

    async def serve_line(self, subscription: str) -> None:
        """Send what one subscription is owed now. Nobody else may be at work on it, in whatever process."""
        now = self._clock()
        await self._store.write(resume_line, subscription, now)
        due = await self._store.read(due_deliveries, now, ROUND)
        if queue := [delivery for delivery in due if delivery.subscription_id == subscription]:
            await self._serve(queue)

    async def drain(self) -> None:
        """Wait until nothing is at work."""
        while self._busy:
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def aclose(self, grace: float) -> None:
        """Let what is under way finish for `grace` seconds, then drop it: it stays owed."""
        self._closing = True
        if not self._busy:
            return
        _, late = await asyncio.wait(self._busy.values(), timeout=grace)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def send(self, group: Sequence[Due]) -> Sent:
        """Send once; nothing is counted or written."""
        time = asyncio.get_running_loop().time
        started = time()
        try:
            sending = self._packer.pack(group)
        except KeyringError as error:  # the operator's to mend: nothing is given up for it
            return Sent(error=TransportError(f"the secret cannot be decrypted: {error}"))
        except Exception as error:  # a poison message must not stop the queue
            _log.exception("delivery.unrenderable", delivery=group[0].id)
            return Sent(error=TransportError(f"the message cannot be made: {error}"), poison=True)
        try:
            receipt = await sending()
        except TransportError as error:
            return Sent(error=error, seconds=time() - started)
        return Sent(receipt, None, False, time() - started)

    def _served(self, subscription: str, _task: asyncio.Task[None]) -> None:
        self._busy.pop(subscription, None)
        self.woken()

    async def _serve(self, queue: Sequence[Due]) -> None:
        first = queue[0]
        try:
            if first.digest != "none":
                await self._try_together(queue)
            elif first.failing_since is None:
                await self._run(queue)
            else:
                await self._probe(queue)
        except StoreError as error:
            _log.error("delivery.not_recorded", subscription=first.subscription_id, error=str(error))
            await asyncio.sleep(1)
        except Exception:
            _log.exception("delivery.bug", subscription=first.subscription_id)
            await asyncio.sleep(1)

    # -------------------------------------------------------------- a line

    async def _run(self, queue: Sequence[Due]) -> None:
        """Oldest first, in batches that grow while all goes well; the first that fails ends this round."""
        window, recording = Window(queue), True
        try:
            while not self._closing and not window.over:
                await self._pass(window)
        except StoreError:  # the record takes no writes: what was sent comes again
            recording = False
            raise
        finally:
            if recording and (window.results or window.batch()):
                left = window.results, self._clock(), window.unsent()
                await asyncio.shield(self._store.write(finish_attempts, *left))
        if window.results and not (last := window.results[-1]).delivered:
            await self._overtake(queue[window.tried :], queue[window.tried - 1].attempts + 1, last)

    async def _pass(self, window: Window) -> None:
        """Try what is counted. Meanwhile what came of those before it is written, and those after it are counted."""
        async with self._slots[_host(window.queue[0])]:
            writing = None
            if self._may_hurry(window):
                first = window.following()
                window.count(first)
                writing = asyncio.create_task(self._begin(first, ahead=False))
            elif not window.batch():
                await self._go_on(window, tuple(window.results), window.following())
            elif window.tried:
                writing = asyncio.create_task(self._go_on(window, tuple(window.results), window.following()))
            batch, before = window.batch(), window.tried
            try:
                await self._send_each(batch, window.note)
            finally:
                if writing is not None:
                    await asyncio.shield(writing)
            if (tried := window.tried - before) < len(batch):
                window.cut(tried)

    def _may_hurry(self, window: Window) -> bool:
        """Whether one event is sent while it is being counted: its first attempt, and the record takes writes.

        A crash then may leave the attempt uncounted, but the event as due as its own transaction left it.
        """
        return not window.counted and window.queue[0].number == 1 and not self._store.failing

    async def _go_on(self, window: Window, done: Sequence[Attempted], following: Sequence[Due]) -> bool:
        """Write what came of tries, count the next: one transaction. False: the subscription has ended meanwhile."""
        now, active = self._clock(), True
        if following:
            numbers, line = {due.id: due.number for due in following}, following[0].subscription_id
            safety = self._retries.safety(now, following)
            active = await self._store.write(go_on, done, numbers, now, safety, line)
        elif done:
            await self._store.write(finish_attempts, done, now)
        del window.results[: len(done)]
        if active:
            window.count(following)
        else:
            window.ended = True
        return active

    async def _send_each(
        self,
        batch: Sequence[Due],
        note: Callable[[Attempted], None],
        *,
        ahead: bool = False,
        behind: Head | None = None,
        recovering: bool = False,
    ) -> None:
        """One after the other up to the first that fails; what came of each is noted at once."""
        time = asyncio.get_running_loop().time
        end, done = time() + BATCH_SECONDS, []
        try:
            for delivery in batch:
                sent = await self.send([delivery])
                result = self._retries.judge(
                    delivery, sent, self._clock(), ahead=ahead, behind=behind, recovering=recovering
                )
                done.append(result)
                note(result)
                self.attempted(delivery.channel, result.delivered)
                if not result.delivered or self._closing or time() > end:
                    break
        finally:
            self._tell(batch, done)

    async def _probe(self, queue: Sequence[Due]) -> None:
        """The endpoint has been failing: try the oldest that waits, before its time if need be.

        It keeps its schedule, and the others their order when the endpoint is back.
        """
        now = self._clock()
        head = await self._store.read(oldest_owed, queue[0].subscription_id, now)
        if head is None:
            return
        ahead = head.next_attempt_at > now
        done = await self._try([head], ahead=ahead, recovering=True)
        if done and not done[0].delivered:
            rest = [delivery for delivery in queue if delivery.id != head.id]
            await self._overtake(rest, head.attempts + (0 if ahead else 1), done[0])

    async def _overtake(self, rest: Sequence[Due], tries: int, failed: Attempted) -> None:
        """Is it the event, or the endpoint? The next in line will tell."""
        if rest and may_overtake(tries) and not failed.disable and not self._closing:
            await self._try(rest[:1], behind=Head(tries, failed.next_attempt_at))

    async def _try(
        self,
        batch: Sequence[Due],
        *,
        ahead: bool = False,
        recovering: bool = False,
        behind: Head | None = None,
    ) -> list[Attempted]:
        """Count the tries, send one after the other up to the first that fails, write what came of each.

        Nothing is tried if the subscription has ended meanwhile.
        """
        done: list[Attempted] = []
        async with self._slots[_host(batch[0])]:
            if not await self._begin(batch, ahead=ahead):
                return []
            try:
                await self._send_each(batch, done.append, ahead=ahead, behind=behind, recovering=recovering)
            finally:
                if done:
                    unsent = [(due.id, due.number) for due in batch[len(done) :]]
                    await asyncio.shield(self._store.write(finish_attempts, done, self._clock(), unsent))
        return done

    async def _try_together(self, group: Sequence[Due]) -> None:
        """One letter for all: they succeed or fail together, but for what cannot be told at all."""
        async with self._slots[_host(group[0])]:
            if not await self._begin(group, ahead=False):
                return
            sent = await self.send(group)
            apart: dict[str, Sent] = {}
            sound = [*filter(self._packer.can_be_told, group)] if sent.poison else []
            if 0 < len(sound) < len(group):
                apart = dict.fromkeys((due.id for due in sound), await self.send(sound))
            now = self._clock()
            done = [self._retries.judge(delivery, apart.get(delivery.id, sent), now) for delivery in group]
            await asyncio.shield(self._store.write(finish_attempts, done, self._clock()))
        for result in done:
            self.attempted(group[0].channel, result.delivered)
        self._tell(group, done)

    async def _begin(self, group: Sequence[Due], *, ahead: bool) -> bool:
        """False: the subscription has ended meanwhile, so nothing is to be sent."""
        now = self._clock()
        numbers, line = {delivery.id: delivery.number for delivery in group}, group[0].subscription_id
        safety = self._retries.safety(now, group)
        return await self._store.write(begin_attempts, numbers, now, safety, ahead=ahead, line=line)

    def _tell(self, batch: Sequence[Due], done: Sequence[Attempted]) -> None:
        """One line for all that arrived, and one for each that did not."""
        arrived = [delivery for delivery, result in zip(batch, done, strict=False) if result.delivered]
        if len(arrived) > 1:
            first, last = arrived[0], arrived[-1]
            _log.info(
                "deliveries.delivered",
                count=len(arrived),
                subscription=first.subscription_id,
                channel=first.channel,
                first=first.event_id,
                last=last.event_id,
            )
        for delivery, result in zip(batch, done, strict=False):
            if not result.delivered or len(arrived) == 1:
                self._tell_one(delivery, result)

    def _tell_one(self, delivery: Due, done: Attempted) -> None:
        facts = {
            "delivery": delivery.id,
            "event_id": delivery.event_id,
            "subscription": delivery.subscription_id,
            "channel": delivery.channel,
            "attempt": done.attempt,
        }
        if done.delivered:
            _log.info("delivery.delivered", **facts)
        elif done.disable:
            _log.error("subscription.disabled", reason=done.disable, error=done.error, **facts)
        elif done.next_attempt_at is None:
            _log.error("delivery.dead", error=done.error, **facts)
        else:
            _log.warning("delivery.failed", error=done.error, next=done.next_attempt_at.isoformat(), **facts)


def _host(delivery: Due) -> str:
    """Whom a delivery keeps busy."""
    return urlsplit(delivery.target).netloc.lower() if delivery.channel == "webhook" else delivery.channel
