"""The words of the domain. Frozen values; nothing here does input or output.

The shapes that later rooms share: a `Sentence` is read from a document, a `Statement` is a sentence that
carries an assurance, a `Change` sets an old statement against a new one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

GRACE = 3 * 86_400.0
"""Seconds past its promised day that a canary may be late, where nothing else is configured."""


class Category(StrEnum):
    """What a statement is about; a statement may carry several. Order is the order shown to people."""

    DIRECT_ACCESS = "direct_access"
    ENCRYPTION = "encryption"
    LEGAL_PROCESS = "legal_process"
    SCOPE_LIMIT = "scope_limit"
    CHALLENGE = "challenge"
    NOTICE = "notice"
    REDIRECT = "redirect"
    NEVER = "never"
    TRANSPARENCY = "transparency"
    VOLUME = "volume"
    NO_DATA = "no_data"
    DISCLOSURE = "disclosure"
    EMERGENCY = "emergency"
    CROSS_BORDER = "cross_border"
    PRESERVATION = "preservation"
    PROCEDURE = "procedure"


class Kind(StrEnum):
    """What a change is, for the person whose data it is."""

    NEW = "new"
    WITHDRAWN = "withdrawn"
    STRENGTHENED = "strengthened"
    WEAKENED = "weakened"
    FIGURE = "figure"
    REWORDED = "reworded"
    UNRELATED = "unrelated"
    NONE = "none"


RECORDED_KINDS = (Kind.NEW, Kind.WITHDRAWN, Kind.STRENGTHENED, Kind.WEAKENED, Kind.FIGURE, Kind.REWORDED)
ANNOUNCED_KINDS = RECORDED_KINDS[:-1]
"""Sent to subscribers who name no kinds; a mere rewording is recorded and sent only when asked for."""
OPERATIONAL_KINDS = (
    "failing", "recovered", "unstable", "flooded", "overdue", "signature", "disabled", "undelivered",
)  # fmt: skip
"""What is said of the watching itself; filters by category or score do not hold it back."""
DEFAULT_KINDS = tuple(k.value for k in ANNOUNCED_KINDS) + tuple(
    k for k in OPERATIONAL_KINDS if k != "unstable"
)
"""Sent to subscribers who name no kinds."""


class Role(StrEnum):
    """Whose voice a source is."""

    COMPANY = "company"
    NEWS = "news"


class SourceKind(StrEnum):
    """How a source is read."""

    FEED = "feed"
    PAGE = "page"


class Attribution(StrEnum):
    """How a statement reached the document."""

    FIRST_PARTY = "first_party"
    QUOTED = "quoted"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who said it. Name and role are "" where the document does not say."""

    name: str = ""
    role: str = ""
    attribution: Attribution = Attribution.FIRST_PARTY


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence or list item as it stands in the document, with what is needed to read it.

    `heading`: nearest heading. `prev`: the sentence before it in the same block or, for a list item, the
    lead-in. `quoted`: it stands (wholly or partly) inside quotation marks. `block`: index of its block.
    """

    text: str
    heading: str = ""
    prev: str = ""
    quoted: bool = False
    block: int = 0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the detector says of one sentence. `score` is calibrated, 0..1; `why` names rules and words."""

    relevant: bool
    score: float
    categories: tuple[Category, ...] = ()
    exception: str = ""
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, band, percentage or date stated inside a sentence.

    `value` is the text as it stands; `low`/`high` the closed interval it means (equal for a plain number).
    `unit`: count, percent or date (ordinal days); `period`: what the text says ("2012", "H1 2013"), "" if nothing.
    """

    value: str
    low: float
    high: float
    unit: str = "count"
    period: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """An assurance as read from one version of one document."""

    text: str
    company: str
    speaker: Speaker
    categories: tuple[Category, ...]
    exception: str
    score: float
    heading: str = ""
    prev: str = ""
    figures: tuple[Figure, ...] = ()
    position: int = 0
    """Index of the sentence in the document's reading order."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one version says: its statements, and every sentence's text in reading order."""

    statements: tuple[Statement, ...]
    sentences: tuple[str, ...]
    language: str = "en"
    """ISO 639 code of the most of it; of a text in another language than English only passages in English are read."""
    headings: tuple[str, ...] = ()
    """What stands as a heading: a line in bold is one, until it is set otherwise."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One sentence against another. `score` is the confidence in `kind`, `reason` words for a reader."""

    kind: Kind
    score: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one assurance between two readings. `old` is None for new, `new` for withdrawn."""

    kind: Kind
    old: Statement | None
    new: Statement | None
    score: float
    reason: str = ""

    @property
    def categories(self) -> tuple[Category, ...]:
        """Categories of both sides, in the order of `Category`."""
        both = {c for s in (self.old, self.new) if s is not None for c in s.categories}
        return tuple(c for c in Category if c in both)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two readings set side by side.

    `changes` holds every assurance that is not the same in both; `same` pairs the positions
    (index into old.statements, index into new.statements) of those that are, moved or not.
    """

    changes: tuple[Change, ...]
    same: tuple[tuple[int, int], ...]


class Outcome(StrEnum):
    """What one poll came to."""

    OK = "ok"
    """First sight: recorded as the baseline."""
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    MOVED = "moved"
    GONE = "gone"
    REFUSED = "refused"
    BACKOFF = "backoff"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A source as the catalogue or the configuration names it. Durations in seconds."""

    name: str
    url: str
    kind: SourceKind
    role: Role = Role.COMPANY
    company: str = ""
    group: str = ""
    every: float = 900.0
    select: str = ""
    remove: str = ""
    confirm: float = 3600.0
    robots: bool = True
    slowest: float = 0.0
    """To which interval `every` may grow while nothing changes; 0: it does not."""
    grace: float = GRACE


def event_type(kind: Kind) -> str:
    """CloudEvents `type` of an assurance's change."""
    return f"onrecord.assurance.{kind.value}"


class Carried(NamedTuple):
    """A post as one of its keys leads to it. `content`: the hash of what the feed carried for it."""

    document: str
    content: bytes | None
    title: str = ""
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """An assurance that the record holds as current: its lineage and what it said last.

    `missing_since`/`missing_polls`: it was not found at that time and in so many looks since, and waits for
    confirmation before it counts as withdrawn. `joined`: it is a sighting of this lineage, which stands elsewhere.
    `held`: it may be what became of a lineage on another page, so its news waits; `due`: no longer.
    """

    assurance: str
    statement: Statement
    since: datetime
    missing_since: datetime | None = None
    missing_polls: int = 0
    last_seen: datetime | None = None
    """While missing: the last look that found it."""
    joined: str = ""
    held: str = ""
    due: bool = False
