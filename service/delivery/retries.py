"""What comes of one try: it arrived, is tried again and when, is given up, or its subscription is switched off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from notifiers.errors import TransportError
from notifiers.model import Receipt
from service.decision.line import hold_until
from service.schedule import next_attempt
from service.store.attempts import Attempted
from service.store.deliveries import Due

POISON_TRIES = 3
"""A message that cannot even be made is given up after so many tries."""
LOG_IN = (530, 534, 535, 538)
"""The mail server wants another log-in: 5xx, but the operator's to mend, so nothing is given up for it."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How hard we try. Seconds."""

    schedule: tuple[float, ...]
    disable_after: float


class Sent(NamedTuple):
    """What came of sending: a receipt or an error. `poison`: the message could not even be made."""

    receipt: Receipt | None = None
    error: TransportError | None = None
    poison: bool = False
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Head:
    """The oldest of a line after it has failed."""

    tries: int
    again: datetime | None


class Retries:
    """Judges tries by the terms; `chance` in 0..1 is the jitter."""

    def __init__(self, terms: Terms, chance: Callable[[], float]) -> None:
        self._terms, self._chance = terms, chance

    def judge(
        self,
        delivery: Due,
        sent: Sent,
        now: datetime,
        *,
        ahead: bool = False,
        behind: Head | None = None,
        recovering: bool = False,
    ) -> Attempted:
        """What came of one try that ended at `now`.

        `ahead`: it was made before its time, and uses up none of the schedule; `behind`: the failed oldest of its line,
        if that is another.
        """
        if sent.receipt is not None:
            return _arrived(delivery, sent.receipt, sent.seconds, now, recovering=recovering)
        error = sent.error or TransportError("no answer")
        tries = delivery.attempts + (0 if ahead else 1)
        following = self._again(delivery, tries, error, now, ahead=ahead, poison=sent.poison)
        head = behind or Head(tries, following)
        return Attempted(
            delivery.id,
            delivery.subscription_id,
            delivery.number,
            now,
            seconds=sent.seconds,
            delivered=False,
            next_attempt_at=following,
            status=error.status,
            error=error.message,
            response=error.response,
            disable=self._disable(delivery, error, now),
            excused=_is_excused(delivery, error),
            hold_until=hold_until(
                now,
                delivery.failing_since,
                self._terms.schedule,
                self._chance(),
                tries=head.tries,
                head_again=head.again,
                asked=following if error.retry_after else None,
            ),
        )

    def _again(
        self, delivery: Due, tries: int, error: TransportError, now: datetime, *, ahead: bool, poison: bool
    ) -> datetime | None:
        if _is_final(delivery, error) or (poison and tries >= POISON_TRIES):
            return None
        pause = error.retry_after.total_seconds() if error.retry_after else None
        if ahead:
            return max(delivery.next_attempt_at, now + timedelta(seconds=pause or 0))
        return self.following(now, tries, retry_after=pause)

    def _disable(self, delivery: Due, error: TransportError, now: datetime) -> str:
        """Why it is switched off now, or "".

        After long silence a first failure alone proves nothing, but where the other side says never, as a mailbox that
        is no more does, there is no second.
        """
        if error.gone:
            return "the endpoint answered 410 Gone"
        since = delivery.failing_since
        if (
            since is not None
            and not _is_excused(delivery, error)
            and (delivery.attempts or _is_final(delivery, error))
            and (now - since).total_seconds() >= self._terms.disable_after
        ):
            return f"nothing arrived since {since:%Y-%m-%d %H:%M} UTC"
        return ""

    def safety(self, now: datetime, group: Sequence[Due]) -> datetime:
        """When they are tried again if we die before the result is written: as the first of them would be."""
        retries = (self.following(now, tries) for tries in {delivery.attempts + 1 for delivery in group})
        return min((at for at in retries if at), default=now + timedelta(hours=1))

    def following(self, now: datetime, tries: int, *, retry_after: float | None = None) -> datetime | None:
        """When one that has been tried so often is tried again; None: never. `retry_after`: seconds asked for."""
        return next_attempt(now, self._terms.schedule, tries, self._chance(), retry_after=retry_after)


def _is_final(delivery: Due, error: TransportError) -> bool:
    """Whether trying this one again is useless."""
    log_in = delivery.channel == "email" and (error.log_in or error.status in LOG_IN)
    return error.permanent and not log_in


def _is_excused(delivery: Due, error: TransportError) -> bool:
    """A letter that will never be taken, as too large or like spam, says nothing of the mailbox."""
    return delivery.channel == "email" and _is_final(delivery, error) and not error.recipient


def _arrived(
    delivery: Due, receipt: Receipt, seconds: float, now: datetime, *, recovering: bool
) -> Attempted:
    """What most tries come to; by position, for it is made for each."""
    return Attempted(
        delivery.id,
        delivery.subscription_id,
        delivery.number,
        now,
        True,
        None,
        receipt.status,
        "",
        receipt.response,
        seconds,
        "",
        None,
        recovering,
    )
