"""What is owed to subscribers is sent: one subscription's events in order, each subscription for itself."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog

from notifiers.email import MailTransport
from notifiers.errors import TransportError
from notifiers.model import MailMessage, Receipt, WebhookMessage
from notifiers.webhook import WebhookTransport
from service.events import CONTENT_TYPE
from service.letters import mail_for
from service.schedule import next_attempt
from service.store.deliveries import (
    Attempted,
    Due,
    begin_attempt,
    due_deliveries,
    finish_attempt,
    next_delivery,
)
from service.store.errors import StoreError
from service.store.store import Store

_log = structlog.get_logger()

ROUND = 500
"""At most so many deliveries are looked up at once."""
POISON_TRIES = 3
"""A message that cannot even be made is given up after so many tries."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where a configured e-mail subscription goes."""

    transport: MailTransport
    sender: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """How hard we try. Seconds."""

    schedule: tuple[float, ...]
    disable_after: float


class Deliverer:
    """Sends what is due. `dispatch` starts the work and says when the next delivery falls due."""

    def __init__(
        self,
        store: Store,
        webhook: WebhookTransport,
        mailboxes: Mapping[str, Mailbox],
        *,
        terms: Terms,
        base: str,
        clock: Callable[[], datetime],
        chance: Callable[[], float],
    ) -> None:
        self._store, self._webhook, self._mailboxes = store, webhook, dict(mailboxes)
        self._terms, self._base = terms, base
        self._clock, self._chance = clock, chance
        self._busy: dict[str, asyncio.Task[None]] = {}
        self.woken: Callable[[], None] = lambda: None
        """Called when a subscription's work is done: there may be more."""

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

    async def drain(self) -> None:
        """Wait until nothing is at work."""
        while self._busy:
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def aclose(self, grace: float) -> None:
        """Let what is under way finish for `grace` seconds, then drop it: it stays owed."""
        if not self._busy:
            return
        _, late = await asyncio.wait(self._busy.values(), timeout=grace)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _served(self, subscription: str, _task: asyncio.Task[None]) -> None:
        self._busy.pop(subscription, None)
        self.woken()

    async def _serve(self, queue: Sequence[Due]) -> None:
        """One subscription's events, oldest first; the first that fails ends this round."""
        try:
            if queue[0].digest != "none":
                await self._attempt(queue)
                return
            for delivery in queue:
                if not await self._attempt([delivery]):
                    return
        except StoreError as error:
            _log.error("delivery.not_recorded", subscription=queue[0].subscription_id, error=str(error))
            await asyncio.sleep(1)
        except Exception:
            _log.exception("delivery.bug", subscription=queue[0].subscription_id)
            await asyncio.sleep(1)

    async def _attempt(self, group: Sequence[Due]) -> bool:
        """Count the try, send, write what came of it. A group is one digest."""
        begun_at = self._clock()
        retries = {
            d.id: next_attempt(begun_at, self._terms.schedule, d.attempts + 1, self._chance()) for d in group
        }
        safety = min((at for at in retries.values() if at), default=begun_at + timedelta(hours=1))
        rows = await self._store.write(begin_attempt, [d.id for d in group], begun_at, safety)
        loop = asyncio.get_running_loop()
        started = loop.time()
        receipt, error, poison = await self._send(group)
        seconds = loop.time() - started
        now = self._clock()
        for delivery in group:
            done = self._result(delivery, rows[delivery.id], now, seconds, receipt, error, poison=poison)
            await asyncio.shield(self._store.write(finish_attempt, done))
            _tell(delivery, done)
        return receipt is not None

    async def _send(self, group: Sequence[Due]) -> tuple[Receipt | None, TransportError | None, bool]:
        """(receipt, None, False), or (None, error, whether the message could not even be made)."""
        try:
            message = self._message(group)
        except Exception as error:  # a poison message must not stop the queue
            _log.exception("delivery.unrenderable", delivery=group[0].id)
            return None, TransportError(f"the message cannot be made: {error}"), True
        try:
            if isinstance(message, WebhookMessage):
                return await self._webhook.send(message), None, False
            transport, mail = message
            return await transport.send(mail), None, False
        except TransportError as error:
            return None, error, False

    def _message(self, group: Sequence[Due]) -> WebhookMessage | tuple[MailTransport, MailMessage]:
        first = group[0]
        if first.channel == "webhook":
            return WebhookMessage(first.event_id, first.target, first.body, CONTENT_TYPE, (first.secret,))
        mailbox = self._mailboxes.get(first.identity)
        if mailbox is None:
            raise LookupError(f"no mail server is configured for {first.identity}")
        events: list[dict[str, Any]] = [json.loads(d.body) for d in group]
        digest = first.digest != "none"
        letter = mail_for(events, public_url=self._base, digest=digest)
        mail = MailMessage(
            id=f"{first.subscription_id}.{group[-1].sequence}.digest" if digest else first.event_id,
            sender=mailbox.sender,
            to=mailbox.to,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            references=() if digest else (letter.thread,),
        )
        return mailbox.transport, mail

    def _result(
        self,
        delivery: Due,
        attempt: int,
        now: datetime,
        seconds: float,
        receipt: Receipt | None,
        error: TransportError | None,
        *,
        poison: bool,
    ) -> Attempted:
        if receipt is not None:
            refused = "; ".join(f"{who}: {why}" for who, why in receipt.refused)
            return Attempted(
                delivery.id,
                delivery.subscription_id,
                attempt,
                now,
                seconds=seconds,
                delivered=True,
                next_attempt_at=None,
                status=receipt.status,
                error=f"refused: {refused}" if refused else "",
                response=receipt.response,
            )
        assert error is not None  # noqa: S101 - no receipt means an error
        tries = delivery.attempts + 1
        retry_after = error.retry_after.total_seconds() if error.retry_after else None
        following = next_attempt(now, self._terms.schedule, tries, self._chance(), retry_after=retry_after)
        if error.permanent or (poison and tries >= POISON_TRIES):
            following = None
        return Attempted(
            delivery.id,
            delivery.subscription_id,
            attempt,
            now,
            seconds=seconds,
            delivered=False,
            next_attempt_at=following,
            status=error.status,
            error=error.message,
            response=error.response,
            disable=self._disable(delivery, error, now),
        )

    def _disable(self, delivery: Due, error: TransportError, now: datetime) -> str:
        if error.gone:
            return "the endpoint answered 410 Gone"
        since = delivery.failing_since
        if since is not None and (now - since).total_seconds() >= self._terms.disable_after:
            return f"nothing arrived since {since:%Y-%m-%d %H:%M} UTC: {error.message}"
        return ""


def _tell(delivery: Due, done: Attempted) -> None:
    facts = {
        "delivery": delivery.id,
        "event_id": delivery.event_id,
        "subscription": delivery.subscription_id,
        "channel": delivery.channel,
        "attempt": delivery.attempts + 1,
    }
    if done.delivered:
        _log.info("delivery.delivered", **facts)
    elif done.disable:
        _log.error("subscription.disabled", reason=done.disable, **facts)
    elif done.next_attempt_at is None:
        _log.error("delivery.dead", error=done.error, **facts)
    else:
        _log.warning("delivery.failed", error=done.error, next=done.next_attempt_at.isoformat(), **facts)
