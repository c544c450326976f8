"""Who is told what: the subscriptions of the configuration, and those made over HTTP."""

from __future__ import annotations

import secrets as entropy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from service.decision.line import test_again
from service.model import Category
from service.secrets.check import is_same
from service.secrets.keyring import Keyring
from service.store.ids import new_id
from service.store.tables import DeliveryRow, SubscriptionRow
from service.store.troubles import tell_disabled

subscriptions = SubscriptionRow.__table__
deliveries = DeliveryRow.__table__

ROTATION = timedelta(hours=24)
"""So long the secret before signs beside the new one."""
FIRST_TEST = timedelta(minutes=2)
"""So long the test at the making of a subscription may take; the daemon may have been killed in it."""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who wants what. Empty `companies`, `categories` or `sources` mean all. `identity` is stable across restarts."""

    identity: str
    channel: str
    target: str
    kinds: tuple[str, ...]
    companies: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    secret: str = field(default="", repr=False)
    digest: str = "none"
    sources: tuple[str, ...] = ()
    min_score: float = 0.0


@dataclass(frozen=True, slots=True)
class SubscriptionView:
    """A subscription and how it fares. `secret` is encrypted."""

    id: str
    identity: str
    channel: str
    target: str
    kinds: tuple[str, ...]
    companies: tuple[str, ...]
    categories: tuple[Category, ...]
    sources: tuple[str, ...]
    min_score: float
    digest: str
    origin: str
    state: str
    reason: str
    created_at: datetime
    failing_since: datetime | None
    delivered: int
    pending: int
    dead: int
    secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


# ------------------------------------------------------------------ of the configuration


def sync_subscribers(
    connection: Connection,
    wanted: Iterable[Subscriber],
    new_secret: Callable[[], str],
    now: datetime,
    keyring: Keyring,
    *,
    waking: bool = True,
) -> tuple[str, ...]:
    """Make the configured subscriptions be exactly these. A webhook without a secret is given one and keeps it;
    returns the identities of those given one now. A subscription that left the configuration keeps its history.
    """
    configured = select(subscriptions).where(subscriptions.c.origin == "config")
    have = {row.identity: row for row in connection.execute(configured)}
    given: list[str] = []
    seen = set()
    for one in wanted:
        seen.add(one.identity)
        row = have.get(one.identity)
        stored = row.secret if row else ""
        secret = _kept(one.secret, stored, keyring)
        if one.channel == "webhook" and not secret:
            secret = keyring.encrypt(new_secret())
            given.append(one.identity)
        if row is None:
            _insert(connection, one, secret, "config", "active", now)
        else:
            _refresh(connection, row, one, secret, now, waking=waking)
    for identity, row in have.items():
        if identity not in seen and row.state != "removed":
            connection.execute(_of(row.id).values(state="removed"))
    return tuple(given)


def _kept(wanted: str, stored: str, keyring: Keyring) -> str:
    """What to store: as it is where it says what is wanted, or nothing is."""
    return stored if not wanted or keyring.decrypt(stored) == wanted else keyring.encrypt(wanted)


def _refresh(
    connection: Connection, row: Row[Any], one: Subscriber, secret: str, now: datetime, *, waking: bool
) -> None:
    values = {**_wishes(one), "secret": secret, **_woken(row, waking=waking)}
    if row.secret and not is_same(row.secret, secret):
        values |= {"old_secret": row.secret, "old_secret_until": now + ROTATION}
    if not row.token:
        values["token"] = _token(one)
    connection.execute(_of(row.id).values(**values))


def _woken(row: Row[Any], *, waking: bool) -> dict[str, Any]:
    """One that is configured (again) gets what it is owed; one that was disabled for failing has another chance.

    Whoever unsubscribed stays so until the address has been out of the configuration.
    """
    if row.state in ("active", "unsubscribed") or (row.state == "disabled" and not waking):
        return {}
    return {"state": "active", "reason": "", "failing_since": None, "hold_until": None}


def _insert(
    connection: Connection, one: Subscriber, secret: str, origin: str, state: str, now: datetime
) -> str:
    made = new_id("sub", now)
    connection.execute(
        insert(subscriptions).values(
            id=made,
            identity=one.identity or f"{origin}:{made}",
            origin=origin,
            channel=one.channel,
            state=state,
            reason="",
            created_at=now,
            secret=secret,
            token=_token(one),
            **_wishes(one),
        )
    )
    return made


def _wishes(one: Subscriber) -> dict[str, Any]:
    return {
        "target": one.target,
        "kinds": list(one.kinds),
        "companies": list(one.companies),
        "categories": one.categories,
        "sources": list(one.sources),
        "min_score": one.min_score,
        "digest": one.digest,
    }


def _token(one: Subscriber) -> str:
    return entropy.token_urlsafe(24) if one.channel == "email" else ""


# ------------------------------------------------------------------ over HTTP


def create_subscription(connection: Connection, one: Subscriber, now: datetime) -> str:
    """Add one, its secret encrypted, unverified: what it is owed from now on waits until `settle_test` finds it right.

    Returns its id. Should nobody settle the first test, there is another after FIRST_TEST.
    """
    made = _insert(connection, one, one.secret, "http", "unverified", now)
    connection.execute(_of(made).values(hold_until=now + FIRST_TEST))
    return made


def settle_test(
    connection: Connection, subscription_id: str, error: str, now: datetime, schedule: Sequence[float]
) -> None:
    """A test event was answered (error ""), or was not: switch on one that waited or was disabled; else say why not,
    and when one that waits is tested again.
    """
    if not error:
        woken = {"state": "active", "reason": "", "failing_since": None, "hold_until": None}
        asleep = subscriptions.c.state.in_(("unverified", "disabled"))
        connection.execute(_of(subscription_id).where(asleep).values(**woken))
        return
    row = connection.execute(select(subscriptions).where(subscriptions.c.id == subscription_id)).first()
    if row is not None and row.state == "unverified":
        again = test_again(row.created_at, now, schedule)
        connection.execute(_of(row.id).values(reason=error[:500], hold_until=again))


def untested(connection: Connection, now: datetime) -> tuple[str, ...]:
    """Subscriptions that are to be tested again by now."""
    query = select(subscriptions.c.id).where(
        subscriptions.c.state == "unverified", subscriptions.c.hold_until <= now
    )
    return tuple(connection.execute(query).scalars())


def next_test(connection: Connection, after: datetime) -> datetime | None:
    """When the next one is to be tested again, later than `after`."""
    found: datetime | None = connection.execute(
        select(func.min(subscriptions.c.hold_until)).where(
            subscriptions.c.state == "unverified", subscriptions.c.hold_until > after
        )
    ).scalar()
    return found


def remove_subscription(connection: Connection, subscription_id: str) -> bool:
    """Tell it nothing any more; what became of its deliveries stays on record. False if there is none."""
    result = connection.execute(
        _of(subscription_id)
        .where(subscriptions.c.state != "removed")
        .values(state="removed", reason="removed over HTTP")
    )
    return result.rowcount > 0


def discard_subscription(connection: Connection, subscription_id: str) -> None:
    """Forget one that should not have been made, and what came up for it meanwhile: it was never verified."""
    unverified = select(subscriptions.c.id).where(
        subscriptions.c.id == subscription_id, subscriptions.c.state == "unverified"
    )
    connection.execute(delete(deliveries).where(deliveries.c.subscription_id.in_(unverified)))
    connection.execute(
        delete(subscriptions).where(
            subscriptions.c.id == subscription_id, subscriptions.c.state == "unverified"
        )
    )


def rotate_secret(connection: Connection, subscription_id: str, secret: str, now: datetime) -> datetime:
    """Sign with `secret` (encrypted) from now on, and beside it with the one before; returns until when."""
    until = now + ROTATION
    connection.execute(
        _of(subscription_id).values(old_secret=subscriptions.c.secret, old_secret_until=until, secret=secret)
    )
    return until


UNSUBSCRIBED = "the reader unsubscribed"


def unsubscribe(connection: Connection, token: str, now: datetime) -> SubscriptionView | None:
    """What the reader of a mail asked for: nothing more to this address; the other subscriptions are told.

    None if the token is nobody's.
    """
    found = _by_token(connection, token)
    if found is not None and found.state not in ("unsubscribed", "removed"):
        connection.execute(_of(found.id).values(state="unsubscribed", reason=UNSUBSCRIBED, hold_until=None))
        tell_disabled(connection, found.id, UNSUBSCRIBED, now, state="unsubscribed")
    return found


def _by_token(connection: Connection, token: str) -> SubscriptionView | None:
    if not token:
        return None
    row = connection.execute(select(subscriptions).where(subscriptions.c.token == token)).first()
    return None if row is None else _view(row, {})


# ------------------------------------------------------------------ questions


def list_subscriptions(connection: Connection) -> tuple[SubscriptionView, ...]:
    """All but the removed ones, oldest first."""
    counts = _counts(connection)
    rows = connection.execute(
        select(subscriptions)
        .where(subscriptions.c.state != "removed")
        .order_by(subscriptions.c.created_at, subscriptions.c.id)
    )
    return tuple(_view(row, counts) for row in rows)


def subscription(connection: Connection, subscription_id: str) -> SubscriptionView | None:
    """One that was not removed."""
    row = connection.execute(
        select(subscriptions).where(subscriptions.c.id == subscription_id, subscriptions.c.state != "removed")
    ).first()
    return None if row is None else _view(row, _counts(connection, subscription_id))


def token_holder(connection: Connection, token: str) -> SubscriptionView | None:
    """Whose mails carry this token."""
    return _by_token(connection, token)


def _of(subscription_id: str) -> Any:
    return update(subscriptions).where(subscriptions.c.id == subscription_id)


def _counts(connection: Connection, subscription_id: str = "") -> dict[tuple[str, str], int]:
    query = select(deliveries.c.subscription_id, deliveries.c.state, func.count().label("n")).group_by(
        deliveries.c.subscription_id, deliveries.c.state
    )
    if subscription_id:
        query = query.where(deliveries.c.subscription_id == subscription_id)
    return {(row.subscription_id, row.state): row.n for row in connection.execute(query)}


def _view(row: Row[Any], counts: dict[tuple[str, str], int]) -> SubscriptionView:
    return SubscriptionView(
        id=row.id,
        identity=row.identity,
        channel=row.channel,
        target=row.target,
        kinds=tuple(row.kinds),
        companies=tuple(row.companies),
        categories=row.categories,
        sources=tuple(row.sources),
        min_score=row.min_score,
        digest=row.digest,
        origin=row.origin,
        state=row.state,
        reason=row.reason,
        created_at=row.created_at,
        failing_since=row.failing_since,
        delivered=counts.get((row.id, "delivered"), 0),
        pending=counts.get((row.id, "pending"), 0),
        dead=counts.get((row.id, "dead"), 0),
        secret=row.secret,
        token=row.token,
    )
