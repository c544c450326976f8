"""The JSON of the API as types: what is answered is made of these, and so is its description."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

from service.diff.words import Op
from service.events import stamp
from service.model import RECORDED_KINDS, Attribution, Category

T = TypeVar("T")

Time = Annotated[
    datetime,
    PlainSerializer(stamp, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
Linked = dict[str, str]
"""What it is → where it is, absolute."""


def one_of(*values: str) -> WithJsonSchema:
    """A text that is one of these."""
    return WithJsonSchema({"type": "string", "enum": list(values)})


KindText = Annotated[str, one_of(*(kind.value for kind in RECORDED_KINDS))]


class Shape(BaseModel):
    """Frozen, described by its attributes' docstrings."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class Listing(Shape, Generic[T]):
    """A part of a list."""

    model_config = ConfigDict(use_attribute_docstrings=False)
    items: list[T]
    next: str | None = Field(description="Cursor of the part that follows, null at the end.")
    # Said so and not by a docstring: for each kind of list pydantic would look for a class statement that is nowhere,
    # through every caller and every module, a sixth of the program's start.


class ProblemShape(BaseModel):
    """Problem details (RFC 9457)."""

    model_config = ConfigDict(extra="allow", title="Problem")
    type: str
    title: str
    status: int
    detail: str
    parameter: str = ""
    """The query parameter or field that cannot be used, where it is one."""


class SpeakerShape(Shape):
    """Who said it."""

    name: str
    role: str
    attribution: Attribution


class WordsShape(Shape):
    """One side of a change."""

    text: str
    exception: str
    """The words that bound the promise, "" without any."""
    heading: str


class ChangeDocument(Shape):
    """Where a change was seen."""

    id: str
    url: str
    title: str
    published: Time | None
    observed: Time
    version: int
    previous_version: int | None
    """Of `moved_from`, where it moved."""
    moved_from: str | None = None
    """Address of the document that it stood in before, where it moved."""


class SightingShape(Shape):
    """A document that says a statement, or in which it was quoted."""

    document: str
    url: str
    title: str
    published: Time | None
    source: str
    role: Annotated[str, one_of("company", "news")]
    text: str
    """Its words there."""
    speaker: SpeakerShape
    since: Time
    until: Time | None
    """Null while it stands there."""
    links: Linked


class PieceShape(Shape):
    """A run of a text."""

    text: str
    hit: bool
    """Whether the search (q) asked for it."""


class ChangeHits(Shape):
    """Where the texts of a change answer a search; put together, the pieces are the text."""

    old: list[PieceShape] | None
    new: list[PieceShape] | None


class ChangeShape(Shape):
    """What happened to one assurance between two versions of a document."""

    id: str
    kind: KindText
    company: str
    categories: list[Category]
    source: str
    assurance: str
    """The promise through all its wordings."""
    old: WordsShape | None
    new: WordsShape | None
    speaker: SpeakerShape
    score: float
    reason: str
    """Why it is called so."""
    note: str
    """back (said again after it was withdrawn), moved (from another page), flapping, technical, or ""."""
    announced: bool
    observed: Time
    last_seen: Time | None
    """Of a withdrawn one: the last look that found it."""
    document: ChangeDocument
    sightings: list[SightingShape]
    """All documents that say or quote its assurance, the first one first."""
    highlights: ChangeHits | None = None
    """With q only."""
    links: Linked


class SegmentShape(Shape):
    """A run of words that stands in both texts, or in one."""

    op: Op
    text: str


class VersionShape(Shape):
    """A document's text as it stood, with its evidence."""

    id: str
    document: str
    number: int
    observed: Time
    url: str
    final_url: str
    """Where the answer came from, after redirects."""
    title: str
    published: Time | None
    media: str
    sha256: str
    """Of the raw bytes."""
    text_sha256: str
    basis: Annotated[str, one_of("page", "feed")]
    """Read from the page itself, or from what a feed carried."""
    headers: list[Annotated[list[str], Field(min_length=2, max_length=2)]]
    """Name and value of each."""
    reader: int
    source: str
    company: str
    language: str
    """ISO 639 code. Only English is read: a version in another language holds no assurances."""
    pruned: Time | None
    """Since when its bytes and text are not kept any more; their hashes are."""
    signed_by: list[str]
    """Fingerprints or ids of the keys that its PGP signatures name. Nothing is verified."""
    links: Linked


class EvidenceShape(Shape):
    """The versions on both sides of a change."""

    version: VersionShape | None
    previous_version: VersionShape | None


class ChangeDetail(ChangeShape):
    """One change with its word diff and its evidence."""

    diff: list[SegmentShape]
    """Old text = equal + delete, new text = equal + insert."""
    evidence: EvidenceShape


class FigureShape(Shape):
    """A number stated in a text; null bounds are open."""

    value: str
    low: float | None
    high: float | None
    unit: str
    period: str


class DocumentRef(Shape):
    """A document, in short."""

    id: str
    url: str
    title: str
    version: str
    """Id of the version that first said it in these words."""


class AssuranceShape(Shape):
    """What a company says, or said at the time asked for."""

    id: str
    company: str
    text: str
    exception: str
    categories: list[Category]
    speaker: SpeakerShape
    score: float
    heading: str
    figures: list[FigureShape]
    status: Annotated[str, one_of("current", "unconfirmed", "withdrawn")]
    """unconfirmed: it was not found the last time, and that is being checked."""
    since: Time
    """Of these words."""
    first_seen: Time
    """Of the promise."""
    until: Time | None
    last_seen: Time | None
    checked: Time | None
    """The last look that found the document as recorded."""
    source: str
    document: DocumentRef
    sightings: list[SightingShape]
    """All documents that say or quote it, the first one first; until `as_of` where that is given."""
    highlights: list[PieceShape] | None = None
    """With q only: the text, cut where it answers the search."""
    links: Linked


class CanaryShape(Shape):
    """A promise to renew a statement."""

    document: str
    """Id of the document that makes it."""
    due: date
    """The last day of the time that it names for its next statement."""
    stated: date | None
    """The day that the statement speaks of."""
    statement: str
    """The sentence with the promise."""
    since: Time
    """The look that first found this deadline."""
    overdue_since: Time | None
    """Since when it is known to be overdue: when that was told, or the first look if it had lapsed long before."""


class ContradictionShape(Shape):
    """A flat promise and a sentence of the same company that takes it back, both standing."""

    company: str
    categories: list[Category]
    """What both are about."""
    promise: AssuranceShape
    other: AssuranceShape


class CompanyShape(Shape):
    """A company on record."""

    name: str
    assurances: int
    """Current ones."""
    changes: int
    last_change: Time | None
    canaries: list[CanaryShape]
    """By when its documents promise their next statement; the earliest first."""
    links: Linked


class DocumentShape(Shape):
    """A page or post."""

    id: str
    source: str
    company: str
    url: str
    title: str
    published: Time | None
    state: str
    """ok, gone, blocked, unreadable or new."""
    versions: int
    first_seen: Time
    checked: Time | None
    checks: int | None
    """How many looks the log holds; null in lists."""
    canary: CanaryShape | None
    """By when it promises its next statement; null where it names no day."""
    links: Linked


class SourceShape(Shape):
    """A source and its health."""

    name: str
    company: str
    kind: Annotated[str, one_of("feed", "page")]
    role: Annotated[str, one_of("company", "news")]
    group: str
    url: str
    every: float
    """Seconds."""
    origin: str
    """config, catalogue or added."""
    state: Annotated[str, one_of("ok", "waiting", "failing", "gone")]
    """waiting: not asked yet."""
    outcome: str
    """Of the last poll."""
    last_poll: Time | None
    last_success: Time | None
    last_error: str | None
    """Null while all is well."""
    reason: str
    """The error as one word."""
    failures: int
    """In a row."""
    failing_since: Time | None
    next_poll: Time | None
    posts: int
    links: Linked


class AcceptedShape(Shape):
    """A poll that was asked for."""

    source: str
    accepted: Time
    links: Linked


class StatusShape(Shape):
    """Whether the program works."""

    status: str
    reason: str = ""


Json = dict[str, Any]
