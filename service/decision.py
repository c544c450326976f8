"""What storage gives to a decision and what it takes back: frozen values, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from service.model import Category, Kind, Known, Outcome, SourceSpec, Statement
from service.renewal import Overdue, Resigned
from service.statements.canary import Canary
from watchers.model import Entry, Fetched, Validators


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
    text: str = ""
    """Canonical text of the last version."""
    text_hash: bytes = b""
    raw_hash: bytes = b""
    raw: bytes = b""
    """The last version's own bytes, where it was read from an HTML page."""
    basis: str = "page"
    """Where the last version's text came from: page or feed."""
    media: str = ""
    detector: int = 0
    known: tuple[Known, ...] = ()
    page_seen: bool = False
    """Its own page has been read, not only what its feed carried."""
    former: tuple[tuple[str, str], ...] = ()
    """(fingerprint, lineage id) of assurances of this document that were withdrawn before."""
    announced: frozenset[tuple[str, str]] = frozenset()
    """(lineage id, fingerprint of the new wording, "" for none) announced in the last days: flapping is told by it."""
    unsettled: tuple[Unsettled, ...] = ()
    swing: Swing = field(default_factory=Swing)
    feed_content: str = ""
    """Posts: what the feed carried for it."""
    signers: tuple[str, ...] = ()
    """Keys that the last version's signatures name."""
    observed_at: datetime | None = None
    """When the last version was first seen."""
    canary: bool = False
    """It holds the source's present deadline."""


# ------------------------------------------------------------------ what a look came to


@dataclass(frozen=True, slots=True)
class Same:
    """The server said 304, or sent the very bytes we had."""

    validators: Validators
    permanent_url: str | None = None
    fresh_for: float | None = None
    status: int | None = 304


@dataclass(frozen=True, slots=True)
class Failed:
    """No usable look: what went wrong, as facts."""

    reason: str
    message: str
    transient: bool = True
    status: int | None = None
    retry_after: float | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Matched:
    """Old against new, in terms of the record: each known assurance and each new statement appears once.

    `kept`: (lineage, statement) whose words still stand. `altered`: (lineage, kind, new statement, score,
    reason). `begun`: new statements. `missing`: lineages that are nowhere in the new text. `familiar`: statements whose
    words stood in the old text too, though nobody took them for statements: begun without a word.
    """

    kept: tuple[tuple[str, Statement], ...] = ()
    altered: tuple[tuple[str, Kind, Statement, float, str], ...] = ()
    begun: tuple[tuple[Statement, float, str], ...] = ()
    missing: tuple[tuple[str, float, str], ...] = ()
    familiar: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """A document was read. `fetched` is None when the text came with the feed, or again from the record."""

    text: str
    text_hash: bytes
    title: str
    published: datetime | None
    media: str
    company: str = ""
    """Whose document it is, where its statements agree."""
    matched: Matched | None = None
    """None when the text is the same as the last version's, and was read by the same detector."""
    fetched: Fetched | None = None
    basis: str = "page"
    technical: bool = False
    """The text is the one we had; only our reading of it is new."""
    page_problem: Failed | None = None
    """Why the page itself could not be used, where the feed's text stood in."""
    language: str = "en"
    signers: tuple[str, ...] = ()
    canary: Canary | None = None
    """What it says of its renewal; None where the text was not read again."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as a feed shows it; `digest` is the hash of its text, markup and white space apart, b"" without any."""

    entry: Entry
    digest: bytes
    keys: tuple[str, ...]
    """Under which it is remembered: those of its guid, link and text that no other entry carries."""


@dataclass(frozen=True, slots=True)
class Hub:
    """Who tells of a feed's changes (WebSub), and the address under which it knows the feed; "": nobody does."""

    url: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class FeedSeen:
    """A feed was read: the entries that the record does not hold, and those whose content changed."""

    fetched: Fetched
    total: int
    fresh: tuple[Shown, ...]
    edited: tuple[tuple[str, Shown], ...] = ()
    """(document id, entry) whose text in the feed is other than before."""
    shared: tuple[str, ...] = ()
    """Keys on record that turned out to be carried by more than one post."""
    ill_formed: str = ""
    fresh_for: float | None = None
    hub: Hub = Hub()


# ------------------------------------------------------------------ what is to be stored


@dataclass(frozen=True, slots=True)
class WatchUpdate:
    """The watch list's row after this look."""

    next_poll_at: datetime | None
    """None: not looked at again by itself."""
    url: str
    validators: Validators
    body_hash: bytes | None
    failures: int
    last_ok_at: datetime | None
    first_ok_at: datetime | None
    step: int
    moved_url: str
    moved_seen: int
    reason: str = ""
    error: str = ""
    failing_since: datetime | None = None
    collapsed_since: datetime | None = None
    changed_at: datetime | None = None
    hint: float = 0.0
    still: bool = False
    """Nothing but the times is other than it was."""


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A text that the record did not hold as the document's last."""

    raw: bytes
    text: str
    text_hash: bytes
    title: str
    published: datetime | None
    media: str
    final_url: str
    headers: tuple[tuple[str, str], ...]
    basis: str
    company: str = ""
    language: str = "en"
    signers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Begin:
    """A lineage begins, or (with `revives`) a withdrawn one is back.

    `joins`: it is a sighting of that lineage; `twin`: of the one that this `ref` began. `held`: it may be what became
    of that lineage, so its news waits.
    """

    ref: int
    """Number by which changes of the same decision refer to it."""
    statement: Statement
    revives: str = ""
    joins: str = ""
    twin: int | None = None
    held: str = ""


@dataclass(frozen=True, slots=True)
class Continue:
    """A lineage goes on in other words; as a sighting of `joins` if that is given."""

    assurance: str
    statement: Statement
    joins: str = ""


@dataclass(frozen=True, slots=True)
class Keep:
    """Found again as it stood; a wait for confirmation ends."""

    assurance: str


@dataclass(frozen=True, slots=True)
class Miss:
    """Not found; waits for confirmation. `seen`: the last look that found it."""

    assurance: str
    since: datetime
    polls: int
    seen: datetime | None


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Confirmed as gone since `since`; `seen`: the last look that found it."""

    assurance: str
    since: datetime
    seen: datetime | None


@dataclass(frozen=True, slots=True)
class Adopt:
    """A lineage of another document is at home in this one from now on, in these words.

    `leaves`: it still stands where it was at home, as a sighting. `instead`: the row of this document, if there is
    one, that stood for the same words until now.
    """

    assurance: str
    statement: Statement
    leaves: bool = False
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Pass:
    """A lineage leaves this document and is at home from now on where `heir` stands, in the heir's words."""

    assurance: str
    heir: str


@dataclass(frozen=True, slots=True)
class Part:
    """A sighting stands for itself from now on, or (with `joins`) is one of another lineage."""

    assurance: str
    joins: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """The news of a lineage waits no longer."""

    assurance: str


AssuranceWrite = Begin | Continue | Keep | Miss | Withdraw | Adopt | Pass | Part | Release


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """A change to record. `assurance` is a lineage id, or "" with `ref` naming a `Begin`."""

    kind: Kind
    company: str
    categories: tuple[Category, ...]
    old: Statement | None
    new: Statement | None
    score: float
    reason: str
    assurance: str = ""
    ref: int = 0
    announce: bool = True
    note: str = ""
    """Why it is not announced: technical, flapping, refreshed (a canary's date); "back" for a revived one, "moved" for
    one that stands on another page now, "settled" for what was flapping and has stood since. "" ordinarily."""
    last_seen: datetime | None = None
    """Withdrawn: the last look that found it."""
    document: str = ""
    """The document that it stands in now, where that is not the one that was looked at."""
    moved_from: str = ""
    """The document that it stood in before."""


@dataclass(frozen=True, slots=True)
class NewPost:
    """An entry that appeared in a feed; its page is looked at from now on."""

    shown: Shown
    announce: bool
    next_poll_at: datetime | None


@dataclass(frozen=True, slots=True)
class EditedPost:
    """A known entry whose text in the feed changed; look at it now."""

    document_id: str
    shown: Shown
    next_poll_at: datetime


@dataclass(frozen=True, slots=True)
class Alert:
    """The health of a source may have to be told: it has failed for too long, or it works again, or is restless.

    Whether it is told depends on the record: each once, and "recovered" only after "failing".
    """

    kind: str
    """failing, recovered or unstable."""
    company: str
    url: str
    since: datetime | None
    """Failing: of the first look that failed."""
    reason: str = ""
    error: str = ""
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Flood:
    """A feed brought more new posts at once than are told: one notice stands for the rest."""

    company: str
    url: str
    posts: int
    """New ones altogether."""
    told: int


@dataclass(frozen=True, slots=True)
class Decision:
    """All that one look at the world leads to; stored whole in one transaction, or not at all."""

    watch_id: int
    source_id: int
    source_name: str
    at: datetime
    outcome: Outcome
    update: WatchUpdate
    reason: str = ""
    status: int | None = None
    document_id: str = ""
    document_state: str = ""
    """ok, gone, blocked, unreadable: "" leaves it."""
    version: NewVersion | None = None
    technical: bool = False
    """Our reading changed, not the document: never announced."""
    detector: int | None = None
    writes: tuple[AssuranceWrite, ...] = ()
    changes: tuple[ChangeRecord, ...] = ()
    posts: tuple[NewPost, ...] = ()
    edited: tuple[EditedPost, ...] = ()
    shared: tuple[str, ...] = ()
    """Keys of the feed's posts that name none of them from now on."""
    flood: Flood | None = None
    pause: float | None = None
    """Seconds for which the host wants no requests at all (429, 503 with Retry-After)."""
    hub: Hub | None = None
    """What a feed that was read says of its hub; it is written down apart (service/hubs.py)."""
    retain: bool = field(default=True)
    """Write a row into the poll log and the watch list; False for a re-reading, which asked nobody."""
    alert: Alert | None = None
    pokes: int = 0
    """`Watch.pokes` when the look began."""
    swing: Swing | None = None
    """The document's new restlessness, None if it is what it was."""
    unstable: Alert | None = None
    """The document has become unstable: told with what else there is to tell."""
    canary: Canary | None = None
    """What the document says of its renewal, where it was read."""
    overdue: Overdue | None = None
    resigned: Resigned | None = None
    joining: bool = True
    """Statements are set against those of the company's other documents; not so in a history that nobody watches."""


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
