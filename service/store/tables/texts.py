"""Documents, their versions and the bytes of these, and the seals over all that was seen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Text
from sqlmodel import Field

from service.store.tables.table import Table, moment
from service.store.types import Json


class DocumentRow(Table, table=True):
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
    published: datetime | None = Field(default=None, sa_column=moment())
    company: str = ""
    state: str = "new"
    announce: bool = False
    feed_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    page_seen: bool = False
    created_at: datetime = Field(sa_column=moment(null=False))
    last_version: int = 0
    detector: int = 0
    pending: int = 0
    flips: int = 0
    flipped_at: datetime | None = Field(default=None, sa_column=moment())
    unstable: bool = False


class VersionRow(Table, table=True):
    """A document's text as it stood, with the bytes and headers it came in. `basis`: page or feed.

    `pruned_at`: since when its bytes and text are not kept any more; their hashes stay.
    """

    __tablename__ = "versions"
    __table_args__ = (Index("ix_versions_document", "document_id", "number", unique=True),)
    id: str = Field(primary_key=True)
    document_id: str = Field(foreign_key="documents.id")
    number: int
    observed_at: datetime = Field(sa_column=moment(null=False))
    raw_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    text_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    title: str = ""
    published: datetime | None = Field(default=None, sa_column=moment())
    media: str = ""
    final_url: str = ""
    headers: list[list[str]] = Field(sa_column=Column(Json, nullable=False))
    basis: str = "page"
    detector: int
    extractor: int
    language: str = Field(default="en", sa_column_kwargs={"server_default": "en"})
    """ISO 639 code; of another language than English nothing is read."""
    pruned_at: datetime | None = Field(default=None, sa_column=moment())
    signers: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    """The keys that its signatures name, parted by spaces."""


class BlobRow(Table, table=True):
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


class StrayRow(Table, table=True):
    """The name of an object on a storage that nothing refers to and that is about to be deleted there, and since when.

    What has its name is not said to lie there as long as the row stands.
    """

    __tablename__ = "strays"
    name: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    since: datetime = Field(sa_column=moment(null=False))


class SignRow(Table, table=True):
    """The name that this record leaves on the storages it uses; one row, made by chance."""

    __tablename__ = "sign"
    id: int = Field(default=1, primary_key=True)
    name: str = Field(sa_column=Column(Text, nullable=False))


class ChainRow(Table, table=True):
    """The newest link of the hash chain over the looks; one row."""

    __tablename__ = "chain"
    id: int = Field(default=1, primary_key=True)
    link: int = Field(sa_column=Column(BigInteger, nullable=False))
    seal: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class MarkRow(Table, table=True):
    """The SHA-256 of a version or change as the look of this link brought it."""

    __tablename__ = "marks"
    thing: str = Field(primary_key=True)
    link: int = Field(sa_column=Column(BigInteger, nullable=False, index=True))
    digest: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
