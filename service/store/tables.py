"""The tables. What each row means is said here; how rows are used is said in the modules beside."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    CursorResult,
    Date,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    text,
)
from sqlmodel import Field, SQLModel

from service.model import GRACE, Category
from service.store.types import CategorySet, Json, UtcTime


def _time(*, null: bool = True, index: bool = False) -> Any:
    return Column(UtcTime, nullable=null, index=index)


class SourceRow(SQLModel, table=True):
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
    created_at: datetime = Field(sa_column=_time(null=False))
    failing_since: datetime | None = Field(default=None, sa_column=_time())


class DocumentRow(SQLModel, table=True):
    """A page or post. `identity` is its feed guid, or "" for a page; `state`: ok, gone, blocked, unreadable, new.

    `pending` counts what waits for further looks; `flips` the goings to and fro until `flipped_at`.
    """

    __tablename__ = "documents"
    __table_args__ = (
        Index("ix_documents_identity", "source_id", "identity"),
        Index("ix_documents_url", "source_id", "url"),
    )
    id: str = Field(primary_key=True)
    source_id: int = Field(foreign_key="sources.id")
    url: str
    identity: str = ""
    title: str = ""
    published: datetime | None = Field(default=None, sa_column=_time())
    company: str = ""
    state: str = "new"
    announce: bool = False
    feed_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    page_seen: bool = False
    created_at: datetime = Field(sa_column=_time(null=False))
    last_version: int = 0
    detector: int = 0
    pending: int = 0
    flips: int = 0
    flipped_at: datetime | None = Field(default=None, sa_column=_time())
    unstable: bool = False


class WatchRow(SQLModel, table=True):
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
    next_poll_at: datetime | None = Field(default=None, sa_column=_time(index=True))
    last_poll_at: datetime | None = Field(default=None, sa_column=_time())
    first_ok_at: datetime | None = Field(default=None, sa_column=_time())
    last_ok_at: datetime | None = Field(default=None, sa_column=_time())
    failing_since: datetime | None = Field(default=None, sa_column=_time())
    changed_at: datetime | None = Field(default=None, sa_column=_time())
    pushed_until: datetime | None = Field(default=None, sa_column=_time())
    failures: int = 0
    step: int = 0
    hint: float = 0.0
    moved_url: str = ""
    moved_seen: int = 0
    collapsed_since: datetime | None = Field(default=None, sa_column=_time())
    pokes: int = 0
    outcome: str = ""
    reason: str = ""
    error: str = ""


class HubRow(SQLModel, table=True):
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
    again_at: datetime | None = Field(default=None, sa_column=_time(index=True))
    lease_until: datetime | None = Field(default=None, sa_column=_time())
    proven: bool = False
    pushed_at: datetime | None = Field(default=None, sa_column=_time())
    error: str = ""


class HoldRow(SQLModel, table=True):
    """A host that wants no requests until then: kept where several workers must know of it."""

    __tablename__ = "holds"
    host: str = Field(primary_key=True)
    until: datetime = Field(sa_column=_time(null=False))


class PollRow(SQLModel, table=True):
    """One look: "checked at T, still there". Narrow on purpose; most rows of the database are these.

    `link` and `seal`: its place in the hash chain (service/store/chain.py); none for looks from before there was one.
    """

    __tablename__ = "polls"
    __table_args__ = {"sqlite_with_rowid": False}
    watch_id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    at: datetime = Field(sa_column=Column(UtcTime, primary_key=True))
    outcome: int = Field(sa_column=Column(SmallInteger, nullable=False))
    status: int | None = Field(default=None, sa_column=Column(SmallInteger))
    reason: str | None = Field(default=None, sa_column=Column(Text))
    link: int | None = Field(default=None, sa_column=Column(BigInteger))
    seal: bytes | None = Field(default=None, sa_column=Column(LargeBinary))


class ChainRow(SQLModel, table=True):
    """The newest link of the hash chain over the looks; one row."""

    __tablename__ = "chain"
    id: int = Field(default=1, primary_key=True)
    link: int = Field(sa_column=Column(BigInteger, nullable=False))
    seal: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class MarkRow(SQLModel, table=True):
    """The SHA-256 of a version or change as the look of this link brought it."""

    __tablename__ = "marks"
    thing: str = Field(primary_key=True)
    link: int = Field(sa_column=Column(BigInteger, nullable=False, index=True))
    digest: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class BlobRow(SQLModel, table=True):
    """Bytes stored once per content, zstd; `base` names the blob that serves as prefix, `depth` the chain's length.

    With `depot`, the URL of a storage, they lie there, and `data` is the SHA-256 of the compressed bytes, their name.
    """

    __tablename__ = "blobs"
    sha256: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    base: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    depth: int = 0
    size: int
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    depot: str | None = Field(default=None, sa_column=Column(Text, index=True))


class VersionRow(SQLModel, table=True):
    """A document's text as it stood, with the bytes and headers it came in. `basis`: page or feed.

    `pruned_at`: since when its bytes and text are not kept any more; their hashes stay.
    """

    __tablename__ = "versions"
    __table_args__ = (Index("ix_versions_document", "document_id", "number", unique=True),)
    id: str = Field(primary_key=True)
    document_id: str = Field(foreign_key="documents.id")
    number: int
    observed_at: datetime = Field(sa_column=_time(null=False))
    raw_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    text_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    title: str = ""
    published: datetime | None = Field(default=None, sa_column=_time())
    media: str = ""
    final_url: str = ""
    headers: list[list[str]] = Field(sa_column=Column(Json, nullable=False))
    basis: str = "page"
    detector: int
    extractor: int
    language: str = Field(default="en", sa_column_kwargs={"server_default": "en"})
    """ISO 639 code; of another language than English nothing is read."""
    pruned_at: datetime | None = Field(default=None, sa_column=_time())
    signers: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    """The keys that its signatures name, parted by spaces."""


class AssuranceRow(SQLModel, table=True):
    """A lineage: one promise through all its wordings. `state`: current or withdrawn.

    `joined`: the lineage of which this row is a sighting in another document, "" for one that stands for itself.
    `held`: the lineage of another page that it may be the new words of; its news waits since `held_at` until that is
    known.
    """

    __tablename__ = "assurances"
    __table_args__ = (
        Index("ix_assurances_document", "document_id", "state"),
        Index("ix_assurances_company", "company", "state"),
        *(
            Index(f"ix_assurances_{name}", name, sqlite_where=given, postgresql_where=given)
            for name, given in (("joined", text("joined <> ''")), ("held", text("held <> ''")))
        ),
    )
    id: str = Field(primary_key=True)
    document_id: str = Field(foreign_key="documents.id")
    company: str
    state: str = "current"
    since: datetime = Field(sa_column=_time(null=False))
    withdrawn_at: datetime | None = Field(default=None, sa_column=_time())
    last_seen_at: datetime | None = Field(default=None, sa_column=_time())
    seen_version: int = 0
    missing_since: datetime | None = Field(default=None, sa_column=_time())
    missing_polls: int = 0
    joined: str = Field(default="", sa_column=Column(String, nullable=False, server_default=""))
    held: str = Field(default="", sa_column=Column(String, nullable=False, server_default=""))
    held_at: datetime | None = Field(default=None, sa_column=_time())


class WordingRow(SQLModel, table=True):
    """What a lineage said from `since` until `until` (null: it still does). `joined`: as its lineage's at the time."""

    __tablename__ = "wordings"
    __table_args__ = (
        Index("ix_wordings_assurance", "assurance_id", "since"),
        Index("ix_wordings_company", "company", "document_id", "position", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    assurance_id: str = Field(foreign_key="assurances.id")
    document_id: str = Field(foreign_key="documents.id", index=True)
    version_id: str = Field(foreign_key="versions.id")
    company: str
    text: str = Field(sa_column=Column(Text, nullable=False))
    fingerprint: str
    exception: str = Field(default="", sa_column=Column(Text, nullable=False))
    categories: tuple[Category, ...] = Field(sa_column=Column(CategorySet, nullable=False))
    score: float
    heading: str = Field(default="", sa_column=Column(Text, nullable=False))
    prev: str = Field(default="", sa_column=Column(Text, nullable=False))
    speaker_name: str = ""
    speaker_role: str = ""
    attribution: str = "first_party"
    figures: list[Any] = Field(sa_column=Column(Json, nullable=False))
    position: int = 0
    since: datetime = Field(sa_column=_time(null=False))
    until: datetime | None = Field(default=None, sa_column=_time())
    joined: str = Field(default="", sa_column=Column(String, nullable=False, server_default=""))


class TraceRow(SQLModel, table=True):
    """By what the copies of a wording are found: bands of its MinHash signature (service/sightings/traces.py)."""

    __tablename__ = "traces"
    __table_args__ = {"sqlite_with_rowid": False}
    trace: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    wording_id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))


class ChangeRow(SQLModel, table=True):
    """What happened to a lineage. `note`: why it was not announced (technical, flapping), back, moved, settled or "".

    `moved_from`: the document that it came from, to which `previous_version` belongs then.
    """

    __tablename__ = "changes"
    __table_args__ = (
        Index("ix_changes_observed", "observed_at", "id"),
        Index("ix_changes_company", "company", "note", "observed_at"),
        Index("ix_changes_document", "document_id", "observed_at"),
        Index("ix_changes_source", "source_id", "observed_at"),
        Index("ix_changes_kind", "kind", "observed_at"),
    )
    id: str = Field(primary_key=True)
    kind: str
    company: str
    categories: tuple[Category, ...] = Field(sa_column=Column(CategorySet, nullable=False))
    source_id: int = Field(foreign_key="sources.id")
    document_id: str = Field(foreign_key="documents.id")
    assurance_id: str = Field(foreign_key="assurances.id", index=True)
    old_wording: int | None = Field(default=None, foreign_key="wordings.id")
    new_wording: int | None = Field(default=None, foreign_key="wordings.id")
    version_id: str = Field(foreign_key="versions.id")
    version: int
    previous_version: int | None = None
    observed_at: datetime = Field(sa_column=_time(null=False))
    score: float
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    announced: bool = True
    note: str = ""
    last_seen_at: datetime | None = Field(default=None, sa_column=_time())
    moved_from: str | None = None


class CanaryRow(SQLModel, table=True):
    """A deadline for a source's next statement, as `words` in a version set it, from `since` until `until` (null: now).

    `told_at`: when it was told to be overdue. `lapsed`: it was so before it was first read, and is not told.
    """

    __tablename__ = "canaries"
    __table_args__ = (
        Index("ix_canaries_source", "source_id", "until"),
        Index("ix_canaries_document", "document_id", "since"),
    )
    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="sources.id")
    document_id: str = Field(foreign_key="documents.id")
    version_id: str = Field(foreign_key="versions.id")
    stated: date | None = Field(default=None, sa_column=Column(Date))
    due: date = Field(sa_column=Column(Date, nullable=False))
    words: str = Field(sa_column=Column(Text, nullable=False))
    since: datetime = Field(sa_column=_time(null=False))
    until: datetime | None = Field(default=None, sa_column=_time())
    lapsed: bool = False
    told_at: datetime | None = Field(default=None, sa_column=_time())


class EventRow(SQLModel, table=True):
    """The event log: append-only, `sequence` without gaps. `body` is what every subscriber gets, byte for byte."""

    __tablename__ = "events"
    sequence: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    id: str = Field(unique=True)
    type: str
    subject: str
    source: str
    time: datetime = Field(sa_column=_time(null=False))
    change_id: str | None = Field(default=None, foreign_key="changes.id")
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class SubscriptionRow(SQLModel, table=True):
    """Who is told what. `identity` ties a configured one to its [[notify]] table; `origin`: config or http.

    `state`: active; unverified (made over HTTP, has not answered its test); disabled (fails; events are kept);
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
    old_secret_until: datetime | None = Field(default=None, sa_column=_time())
    token: str = Field(default="", sa_column_kwargs={"server_default": ""})
    digest: str = "none"
    state: str = "active"
    reason: str = ""
    created_at: datetime = Field(sa_column=_time(null=False))
    failing_since: datetime | None = Field(default=None, sa_column=_time())
    hold_until: datetime | None = Field(default=None, sa_column=_time())


class DeliveryRow(SQLModel, table=True):
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
    next_attempt_at: datetime | None = Field(default=None, sa_column=_time())
    created_at: datetime = Field(sa_column=_time(null=False))
    finished_at: datetime | None = Field(default=None, sa_column=_time())
    error: str = Field(default="", sa_column=Column(Text, nullable=False))


class AttemptRow(SQLModel, table=True):
    """One try at a delivery, whatever came of it. `outcome`: started, delivered, failed or lost."""

    __tablename__ = "attempts"
    id: int | None = Field(default=None, primary_key=True)
    delivery_id: str = Field(foreign_key="deliveries.id", index=True)
    number: int
    at: datetime = Field(sa_column=_time(null=False))
    outcome: str = "started"
    status: int | None = None
    error: str = Field(default="", sa_column=Column(Text, nullable=False))
    response: str = Field(default="", sa_column=Column(Text, nullable=False))
    seconds: float | None = None


class FeedEntryRow(SQLModel, table=True):
    """Every identity and link under which a feed has ever shown a post, so that none is announced twice."""

    __tablename__ = "feed_entries"
    __table_args__ = {"sqlite_with_rowid": False}
    source_id: int = Field(foreign_key="sources.id", primary_key=True)
    identity: str = Field(sa_column=Column(String, primary_key=True))
    document_id: str = Field(foreign_key="documents.id")
    content_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary))


class TokenRow(SQLModel, table=True):
    """A named token of the API: the SHA-256 of it, never itself. `scopes`: read, or read and write."""

    __tablename__ = "tokens"
    id: int | None = Field(default=None, primary_key=True)
    name: str
    scopes: str
    digest: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(sa_column=_time(null=False))
    revoked_at: datetime | None = Field(default=None, sa_column=_time())


class KeyringRow(SQLModel, table=True):
    """That webhook secrets are encrypted, and by which key: one row, a known word encrypted by it."""

    __tablename__ = "keyring"
    id: int = Field(default=1, primary_key=True)
    proof: str = Field(sa_column=Column(Text, nullable=False))


metadata = SQLModel.metadata


def inserted_id(result: CursorResult[Any]) -> int:
    """The integer key that the database gave a row just inserted."""
    key = result.inserted_primary_key
    assert key is not None  # noqa: S101 - every single-row insert has one
    return int(key[0])
