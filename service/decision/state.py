"""What storage gives to a decision, and the moment that it is made in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from service.model import Kind, Known, SourceSpec, Statement
from watchers.model import Validators


class Subject(StrEnum):
    """What a watch looks at."""

    FEED = "feed"
    PAGE = "page"
    POST = "post"


@dataclass(frozen=True, slots=True)
class Watch:
    """One row of the watch list: what to ask for, and how the last looks went."""

    id: int
    source_id: int
    source: SourceSpec
    subject: Subject
    url: str
    validators: Validators = field(default_factory=Validators)
    body_hash: bytes | None = None
    failures: int = 0
    last_ok_at: datetime | None = None
    first_ok_at: datetime | None = None
    """When the baseline was recorded; None: this will be the first sight."""
    step: int = 0
    """Posts: how many looks since it was first read; picks the widening interval."""
    moved_url: str = ""
    moved_seen: int = 0
    document_id: str = ""
    announce: bool = False
    """First sight of this document is news: a post that appeared after its feed's baseline."""
    failing_since: datetime | None = None
    reason: str = ""
    """Why the last look failed, as a slug."""
    pending: int = 0
    """Assurances of the document that are missing and wait for confirmation."""
    detector: int = 0
    """Version of the reader that read the document last, 0 before the first."""
    collapsed_since: datetime | None = None
    """The first look since the last good one that found little of the text."""
    last_poll_at: datetime | None = None
    """When the last look on record was; one that knows of an older one has been overtaken."""
    changed_at: datetime | None = None
    """When something new was found last, or looked for first."""
    hint: float = 0.0
    """Seconds between visits that the feed itself asks for; 0: it says nothing."""
    pushed_until: datetime | None = None
    """A hub tells of changes until then."""
    pokes: int = 0
    """How often somebody has meddled with the row: a look that began before leaves alone what they wrote."""
    deadline: date | None = None
    """The last day for the source's next statement, unless it was told to be overdue. Not with posts."""


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A lineage whose last change was kept back because the text went to and fro: its readers believe `told`.

    `told` and `now` are None where the assurance is withdrawn; `before` is what that last change came from.
    """

    assurance: str
    kind: Kind
    before: Statement | None
    told: Statement | None
    now: Statement | None
    score: float
    reason: str
    since: datetime
    last_seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """A change that was told at `at`: from the wording `left` to `mark`, both as fingerprints, "" for none.

    `since`: when the lineage had changed before, told or not; None: it had not.
    """

    at: datetime
    left: str
    mark: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """What was told of a lineage within a year, oldest first, and when it changed last, told or not."""

    tellings: tuple[Telling, ...]
    turned: datetime


@dataclass(frozen=True, slots=True)
class Swing:
    """How restless a document is: `flips` there and back, the last at `at`; `unstable` once that was told."""

    flips: int = 0
    at: datetime | None = None
    unstable: bool = False


@dataclass(frozen=True, slots=True)
class DocumentState:
    """What the record holds of a document: its last version and its current assurances."""

    id: str
    url: str
    title: str = ""
    version: int = 0
    """Number of the last version, 0 before the first."""
    version_id: str = ""
    text: bytes = b""
    """Canonical text of the last version, in UTF-8, where it was asked for."""
    text_hash: bytes = b""
    raw_hash: bytes = b""
    raw: bytes = b""
    """Both ends of the last version's own bytes, where it was read from an HTML page."""
    basis: str = "page"
    """Where the last version's text came from: page or feed."""
    media: str = ""
    detector: int = 0
    known: tuple[Known, ...] = ()
    page_seen: bool = False
    """Its own page has been read, not only what its feed carried."""
    former: tuple[tuple[str, str], ...] = ()
    """(`words_print`, lineage id) of assurances of this document that were withdrawn before."""
    pasts: Mapping[str, Past] = field(default_factory=dict)
    """By lineage: flapping is told by it."""
    unsettled: tuple[Unsettled, ...] = ()
    swing: Swing = field(default_factory=Swing)
    feed_content: bytes = b""
    """Posts: what the feed carried for it."""
    left_out: int = 0
    """Bytes of `text`, `raw` and `feed_content`, where that was too much to read: they are empty then."""
    signers: tuple[str, ...] = ()
    """Keys that the last version's signatures name."""
    observed_at: datetime | None = None
    """When the last version was first seen."""
    canary: bool = False
    """It holds the source's present deadline."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What a decision needs beside state and result. `recheck` are the posts' intervals.

    `chance` in 0..1 is the jitter; None: each watch comes at its own moment.
    """

    now: datetime
    chance: float | None
    recheck: Sequence[float]
    reader: int
    """Version of the reader that examined the document."""
    once: bool = False
    """There is no second look: each version is seen once, as in an imported history."""
