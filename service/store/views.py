"""What the record answers with: frozen values, one a thing that people ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from service.model import Category, Speaker

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list; `next` is the cursor of the part that follows, None at the end."""

    items: tuple[T, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A page or post and where it stands."""

    id: str
    source: str
    company: str
    url: str
    title: str
    published: datetime | None
    state: str
    versions: int
    first_seen: datetime
    checked_at: datetime | None
    """The last look that found it as recorded."""
    checks: int | None = None
    """How many looks the log holds."""


@dataclass(frozen=True, slots=True)
class SideView:
    """One side of a change."""

    text: str
    exception: str
    heading: str
    speaker: Speaker


@dataclass(frozen=True, slots=True)
class SightingView:
    """A document that says or quotes a statement. `role`: company or news; `until`: None while it does."""

    document_id: str
    url: str
    title: str
    published: datetime | None
    source: str
    role: str
    text: str
    speaker: Speaker
    since: datetime
    until: datetime | None
    version_id: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change as it was recorded."""

    id: str
    kind: str
    company: str
    categories: tuple[Category, ...]
    source: str
    assurance: str
    old: SideView | None
    new: SideView | None
    score: float
    reason: str
    note: str
    announced: bool
    observed_at: datetime
    last_seen_at: datetime | None
    document_id: str
    document_url: str
    document_title: str
    published: datetime | None
    version_id: str
    version: int
    previous_version: int | None
    previous_version_id: str | None = None
    moved_from: str = ""
    """The document that it stood in before, to which the version before belongs."""
    moved_from_url: str = ""
    sightings: tuple[SightingView, ...] = ()
    """Of its assurance, the first one first."""


@dataclass(frozen=True, slots=True)
class AssuranceView:
    """What a lineage says, or said at the time asked for."""

    id: str
    company: str
    text: str
    exception: str
    categories: tuple[Category, ...]
    speaker: Speaker
    score: float
    heading: str
    figures: tuple[tuple[str, float, float, str, str], ...]
    status: str
    """current, unconfirmed (missing, waiting for confirmation) or withdrawn."""
    since: datetime
    """Of these words."""
    first_seen: datetime
    """Of the lineage."""
    until: datetime | None
    last_seen_at: datetime | None
    checked_at: datetime | None
    source: str
    document_id: str
    document_url: str
    document_title: str
    version_id: str
    sightings: tuple[SightingView, ...] = ()
    """Where it stands or was quoted, the first one first."""
    weight: tuple[int, int] | None = None
    """How firm it is, and by which scale, where that is kept (service/web/strength.py)."""


@dataclass(frozen=True, slots=True)
class VersionView:
    """A text as it stood, with its evidence."""

    id: str
    document_id: str
    number: int
    observed_at: datetime
    title: str
    published: datetime | None
    media: str
    final_url: str
    sha256: str
    text_sha256: str
    basis: str
    headers: tuple[tuple[str, str], ...]
    reader: int
    url: str
    source: str
    company: str
    language: str
    pruned_at: datetime | None = None
    """Since when its bytes and text are not kept any more."""
    signers: tuple[str, ...] = ()
    previous_id: str | None = None


@dataclass(frozen=True, slots=True)
class CanaryView:
    """By which day a document promises its next statement, in which words, and since when it is known to be overdue."""

    document_id: str
    document_url: str
    document_title: str
    company: str
    due: date
    stated: date | None
    words: str
    since: datetime
    overdue_since: datetime | None


@dataclass(frozen=True, slots=True)
class CompanyView:
    """A company on record."""

    name: str
    assurances: int
    changes: int
    last_change_at: datetime | None


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source and its health. `state`: ok, waiting (never asked), failing or gone."""

    name: str
    company: str
    kind: str
    role: str
    group: str
    url: str
    every: float
    origin: str
    state: str
    outcome: str
    last_poll_at: datetime | None
    last_success_at: datetime | None
    last_error: str
    reason: str
    failures: int
    failing_since: datetime | None
    next_poll_at: datetime | None
    posts: int


@dataclass(frozen=True, slots=True)
class Totals:
    """How much is on record, and how the work stands."""

    sources: int
    failing: int
    untried: int
    documents: int
    versions: int
    assurances: int
    changes: int
    events: int
    pending: int
    dead: int
    oldest_pending_at: datetime | None
    subscriptions: Mapping[str, int]
    """How many are in which state; none of the removed."""


@dataclass(frozen=True, slots=True)
class EventView:
    """An entry of the event log."""

    sequence: int
    id: str
    type: str
    time: datetime
    body: bytes
    source: str = ""
