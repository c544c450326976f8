"""What the texts promise, in which words and since when, and what became of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Date, Index, Integer, String, Text, text
from sqlmodel import Field

from service.model import Category
from service.store.tables.table import Table, moment
from service.store.types import CategorySet, Json

_ENDED = text("state = 'withdrawn'")


class AssuranceRow(Table, table=True):
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
        Index("ix_assurances_withdrawn", "company", sqlite_where=_ENDED, postgresql_where=_ENDED),
    )
    id: str = Field(primary_key=True)
    document_id: str = Field(foreign_key="documents.id")
    company: str
    state: str = "current"
    since: datetime = Field(sa_column=moment(null=False))
    withdrawn_at: datetime | None = Field(default=None, sa_column=moment())
    last_seen_at: datetime | None = Field(default=None, sa_column=moment())
    seen_version: int = 0
    missing_since: datetime | None = Field(default=None, sa_column=moment())
    missing_polls: int = 0
    joined: str = Field(default="", sa_column=Column(String, nullable=False, server_default=""))
    held: str = Field(default="", sa_column=Column(String, nullable=False, server_default=""))
    held_at: datetime | None = Field(default=None, sa_column=moment())


class WordingRow(Table, table=True):
    """What a lineage said from `since` until `until` (null: it still does). `joined`: as its lineage's at the time."""

    __tablename__ = "wordings"
    __table_args__ = (
        Index("ix_wordings_assurance", "assurance_id", "since"),
        Index(
            "ix_wordings_company",
            *("company", "document_id", "position", "id"),  # the order of lists
            *("since", "until", "categories", "joined"),  # what they are filtered by
        ),
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
    since: datetime = Field(sa_column=moment(null=False))
    until: datetime | None = Field(default=None, sa_column=moment())
    joined: str = Field(default="", sa_column=Column(String, nullable=False, server_default=""))


class TraceRow(Table, table=True):
    """By what the copies of a wording are found: bands of its MinHash signature (service/sightings/traces.py)."""

    __tablename__ = "traces"
    __table_args__ = ({"sqlite_with_rowid": False},)
    trace: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    wording_id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))


class WeightRow(Table, table=True):
    """How firm a wording is, as `scale`'s rules found; the number is understood elsewhere (service/web/strength.py)."""

    __tablename__ = "weights"
    wording_id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    scale: int = Field(sa_column=Column(BigInteger, nullable=False))
    weight: int = Field(sa_column=Column(BigInteger, nullable=False))


class ChangeRow(Table, table=True):
    """What happened to a lineage. `note`: why it was not announced (technical, flapping), back, moved, settled or "".

    `moved_from`: the document that it came from, to which `previous_version` belongs then.
    """

    __tablename__ = "changes"
    __table_args__ = (
        Index("ix_changes_observed", "observed_at", "id"),
        Index("ix_changes_company", "company", "observed_at", "id", "note"),
        Index("ix_changes_document", "document_id", "observed_at"),
        Index("ix_changes_source", "source_id", "observed_at", "id"),
        Index("ix_changes_kind", "kind", "observed_at", "id"),
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
    observed_at: datetime = Field(sa_column=moment(null=False))
    score: float
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    announced: bool = True
    note: str = ""
    last_seen_at: datetime | None = Field(default=None, sa_column=moment())
    moved_from: str | None = None


class CanaryRow(Table, table=True):
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
    since: datetime = Field(sa_column=moment(null=False))
    until: datetime | None = Field(default=None, sa_column=moment())
    lapsed: bool = False
    told_at: datetime | None = Field(default=None, sa_column=moment())
