"""Events, who is told of them and how that goes; who may ask."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Index, Integer, LargeBinary, Text
from sqlmodel import Field

from service.model import Category
from service.store.tables.table import Table, moment
from service.store.types import CategorySet, Json


class EventRow(Table, table=True):
    """The event log: append-only, `sequence` without gaps. `body` is what every subscriber gets, byte for byte."""

    __tablename__ = "events"
    sequence: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    id: str = Field(unique=True)
    type: str
    subject: str
    source: str
    time: datetime = Field(sa_column=moment(null=False))
    change_id: str | None = Field(default=None, foreign_key="changes.id")
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class SubscriptionRow(Table, table=True):
    """Who is told what. `identity` ties a configured one to its [[notify]] table; `origin`: config or http.

    `state`: active; unverified (made over HTTP, has not answered its test;
    events are kept while it is tested again); disabled (fails; events are kept);
    unsubscribed (by the reader of a mail); removed. `old_secret` signs beside `secret` until `old_secret_until`;
    both are encrypted (service/store/encryption.py).
    `token` is what unsubscribes.
    """

    __tablename__ = "subscriptions"
    __table_args__ = (Index("ix_subscriptions_token", "token"),)
    id: str = Field(primary_key=True)
    identity: str = Field(unique=True)
    origin: str
    channel: str
    target: str = Field(sa_column=Column(Text, nullable=False))
    secret: str = Field(default="", sa_column=Column(Text, nullable=False))
    kinds: list[str] = Field(sa_column=Column(Json, nullable=False))
    companies: list[str] = Field(sa_column=Column(Json, nullable=False))
    categories: tuple[Category, ...] = Field(sa_column=Column(CategorySet, nullable=False))
    sources: list[str] = Field(sa_column=Column(Json, nullable=False, server_default="[]"))
    min_score: float = Field(default=0.0, sa_column_kwargs={"server_default": "0"})
    old_secret: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    old_secret_until: datetime | None = Field(default=None, sa_column=moment())
    token: str = Field(default="", sa_column_kwargs={"server_default": ""})
    digest: str = "none"
    state: str = "active"
    reason: str = ""
    created_at: datetime = Field(sa_column=moment(null=False))
    failing_since: datetime | None = Field(default=None, sa_column=moment())
    hold_until: datetime | None = Field(default=None, sa_column=moment())


class DeliveryRow(Table, table=True):
    """One event for one subscriber. `state`: pending, delivered or dead."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_line", "state", "subscription_id", "event_sequence"),
        Index("ix_deliveries_subscription", "subscription_id", "event_sequence", unique=True),
    )
    id: str = Field(primary_key=True)
    event_sequence: int = Field(foreign_key="events.sequence")
    subscription_id: str = Field(foreign_key="subscriptions.id")
    state: str = "pending"
    attempts: int = 0
    next_attempt_at: datetime | None = Field(default=None, sa_column=moment())
    created_at: datetime = Field(sa_column=moment(null=False))
    finished_at: datetime | None = Field(default=None, sa_column=moment())
    error: str = Field(default="", sa_column=Column(Text, nullable=False))


class AttemptRow(Table, table=True):
    """One try at a delivery, whatever came of it. `outcome`: started, delivered, failed or lost."""

    __tablename__ = "attempts"
    id: int | None = Field(default=None, primary_key=True)
    delivery_id: str = Field(foreign_key="deliveries.id", index=True)
    number: int
    at: datetime = Field(sa_column=moment(null=False))
    outcome: str = "started"
    status: int | None = None
    error: str = Field(default="", sa_column=Column(Text, nullable=False))
    response: str = Field(default="", sa_column=Column(Text, nullable=False))
    seconds: float | None = None


class TokenRow(Table, table=True):
    """A named token of the API: the SHA-256 of it, never itself. `scopes`: read, or read and write."""

    __tablename__ = "tokens"
    id: int | None = Field(default=None, primary_key=True)
    name: str
    scopes: str
    digest: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(sa_column=moment(null=False))
    revoked_at: datetime | None = Field(default=None, sa_column=moment())


class KeyringRow(Table, table=True):
    """That webhook secrets are encrypted, and by which key: one row, a known word encrypted by it."""

    __tablename__ = "keyring"
    id: int = Field(default=1, primary_key=True)
    proof: str = Field(sa_column=Column(Text, nullable=False))
