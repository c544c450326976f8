"""What is watched, where it is heard of, and each look at it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, SmallInteger, String, Text
from sqlmodel import Field

from service.model import GRACE
from service.store.tables.table import Table, moment
from service.store.types import UtcTime


class SourceRow(Table, table=True):
    """A source of the catalogue. `origin`: config, catalogue or added. Retired ones stay for their history."""

    __tablename__ = "sources"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    url: str
    kind: str
    role: str
    company: str = ""
    grouping: str = ""
    every: float
    confirm: float
    selector: str = ""
    remover: str = ""
    robots: bool = True
    slowest: float = 0.0
    grace: float = Field(default=GRACE, sa_column_kwargs={"server_default": "259200"})
    origin: str = "config"
    active: bool = True
    created_at: datetime = Field(sa_column=moment(null=False))
    failing_since: datetime | None = Field(default=None, sa_column=moment())


class WatchRow(Table, table=True):
    """The watch list: what is asked for and when next. `pokes` counts what others than its own looks wrote in it."""

    __tablename__ = "watches"
    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="sources.id", index=True)
    document_id: str | None = Field(default=None, foreign_key="documents.id", unique=True)
    subject: str
    url: str
    etag: str | None = Field(default=None, sa_column=Column(Text))
    last_modified: str | None = Field(default=None, sa_column=Column(Text))
    body_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    next_poll_at: datetime | None = Field(default=None, sa_column=moment(index=True))
    last_poll_at: datetime | None = Field(default=None, sa_column=moment())
    first_ok_at: datetime | None = Field(default=None, sa_column=moment())
    last_ok_at: datetime | None = Field(default=None, sa_column=moment())
    failing_since: datetime | None = Field(default=None, sa_column=moment())
    changed_at: datetime | None = Field(default=None, sa_column=moment())
    pushed_until: datetime | None = Field(default=None, sa_column=moment())
    failures: int = 0
    step: int = 0
    hint: float = 0.0
    moved_url: str = ""
    moved_seen: int = 0
    collapsed_since: datetime | None = Field(default=None, sa_column=moment())
    pokes: int = 0
    outcome: str = ""
    reason: str = ""
    error: str = ""


class FeedEntryRow(Table, table=True):
    """Every identity and link under which a feed has ever shown a post, so that none is announced twice."""

    __tablename__ = "feed_entries"
    __table_args__ = ({"sqlite_with_rowid": False},)
    source_id: int = Field(foreign_key="sources.id", primary_key=True)
    identity: str = Field(sa_column=Column(String, primary_key=True))
    document_id: str = Field(foreign_key="documents.id")
    content_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary))


class HubRow(Table, table=True):
    """What a feed's hub has been asked for. `token` names our callback, `secret` signs what the hub sends, and is
    encrypted (service/store/encryption.py).

    `state`: wanted, asked, active or denied; `again_at`: when the hub is asked (anew); `proven`: it has sent something
    that was signed as it must be.
    """

    __tablename__ = "hubs"
    watch_id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    hub: str
    topic: str
    token: str = Field(unique=True)
    secret: str
    state: str = "wanted"
    tries: int = 0
    again_at: datetime | None = Field(default=None, sa_column=moment(index=True))
    lease_until: datetime | None = Field(default=None, sa_column=moment())
    proven: bool = False
    pushed_at: datetime | None = Field(default=None, sa_column=moment())
    error: str = ""


class HoldRow(Table, table=True):
    """A host that wants no requests until then: kept where several workers must know of it."""

    __tablename__ = "holds"
    host: str = Field(primary_key=True)
    until: datetime = Field(sa_column=moment(null=False))


class PollRow(Table, table=True):
    """One look: "checked at T, still there". Narrow on purpose; most rows of the database are these.

    `link` and `seal`: its place in the hash chain (service/store/chain.py); none for looks from before there was one.
    """

    __tablename__ = "polls"
    __table_args__ = ({"sqlite_with_rowid": False},)
    watch_id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    at: datetime = Field(sa_column=Column(UtcTime, primary_key=True))
    outcome: int = Field(sa_column=Column(SmallInteger, nullable=False))
    status: int | None = Field(default=None, sa_column=Column(SmallInteger))
    reason: str | None = Field(default=None, sa_column=Column(Text))
    link: int | None = Field(default=None, sa_column=Column(BigInteger))
    seal: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
