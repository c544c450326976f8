"""The event log, and who is owed an event: both are written in the transaction of what happened."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, Row, func, insert, select

from service.events import encode
from service.model import OPERATIONAL_KINDS, Category
from service.store.ids import new_id
from service.store.tables import DeliveryRow, EventRow, SubscriptionRow

events = EventRow.__table__
deliveries = DeliveryRow.__table__
subscriptions = SubscriptionRow.__table__

OWED = ("active", "disabled")
"""States of subscriptions that events are kept for; a disabled one gets them when it is switched on again.

So does an unverified one, from the moment it was made for as long as it is tested again.
"""
_OWED = select(subscriptions).where(
    subscriptions.c.state.in_(OWED)
    | ((subscriptions.c.state == "unverified") & subscriptions.c.hold_until.is_not(None))
)
_LAST, _ADD, _OWE = select(func.coalesce(func.max(events.c.sequence), 0)), insert(events), insert(deliveries)

Build = Callable[[str, int], dict[str, Any]]
"""Event id and sequence → the event."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What an event is about: the facts that filters look at."""

    kind: str
    company: str = ""
    categories: tuple[Category, ...] = ()
    source: str = ""
    score: float = 1.0


def append(
    connection: Connection,
    matter: Matter,
    build: Build,
    now: datetime,
    *,
    change_id: str | None = None,
    but: str = "",
) -> int:
    """Write one event and what is owed of it; returns to how many. `but`: a subscription that is not told."""
    sequence, event_id = next_sequence(connection), new_id("evt", now)
    event = build(event_id, sequence)
    connection.execute(
        _ADD,
        {
            "sequence": sequence,
            "id": event["id"],
            "type": event["type"],
            "subject": event.get("subject", ""),
            "source": matter.source,
            "time": now,
            "change_id": change_id,
            "body": encode(event),
        },
    )
    return fan_out(connection, sequence, matter, now, but=but)


def next_sequence(connection: Connection) -> int:
    """One more than the last event's; gapless because there is one writer."""
    return int(connection.execute(_LAST).scalar_one()) + 1


def fan_out(connection: Connection, sequence: int, matter: Matter, now: datetime, *, but: str = "") -> int:
    """Write a delivery of the event for each subscription that wants it; returns how many."""
    owed = [
        {**_BLANK, "id": new_id("dlv", now), "event_sequence": sequence, "subscription_id": row.id}
        | {"next_attempt_at": digest_due(row.digest, now), "created_at": now}
        for row in connection.execute(_OWED)
        if row.id != but and wants(row, matter)
    ]
    if owed:
        connection.execute(_OWE, owed)
    return len(owed)


_BLANK = {"state": "pending", "attempts": 0, "error": ""}


class Wishes(Protocol):
    """Which events somebody wants: a subscription's row, or the filters of a stream."""

    @property
    def kinds(self) -> Collection[str]: ...
    @property
    def companies(self) -> Collection[str]: ...
    @property
    def categories(self) -> Collection[Category]: ...
    @property
    def sources(self) -> Collection[str]: ...
    @property
    def min_score(self) -> float: ...


def wants(wishes: Wishes | Row[Any], matter: Matter) -> bool:
    """Whether the filters let the event through. Empty ones do; no kind is none."""
    if matter.kind not in wishes.kinds:
        return False
    operational = matter.kind in OPERATIONAL_KINDS
    if not (operational or matter.score >= wishes.min_score):
        return False
    if wishes.categories and not operational and not set(wishes.categories) & set(matter.categories):
        return False
    return _named(matter.company, wishes.companies, operational) and _named(
        matter.source, wishes.sources, operational
    )


def matter_of(body: bytes, source: str) -> Matter:
    """What an event of the log is about."""
    data = json.loads(body).get("data", {})
    return Matter(
        str(data.get("kind", "")),
        str(data.get("company") or ""),
        tuple(Category(name) for name in data.get("categories") or ()),
        source,
        float(data.get("score", 1.0)),
    )


def _named(name: str, wanted: Collection[str], operational: bool) -> bool:
    """An operational event that is about no company or source concerns everybody."""
    if not wanted or (operational and not name):
        return True
    return name.casefold() in {one.casefold() for one in wanted}


def digest_due(digest: str, now: datetime) -> datetime:
    """When a digest that collects from `now` on goes out: at the full hour, or at 06:00 UTC."""
    if digest == "hourly":
        return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    if digest == "daily":
        six = now.replace(hour=6, minute=0, second=0, microsecond=0)
        return six if now < six else six + timedelta(days=1)
    return now
