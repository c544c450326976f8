"""What a decision gives to storage: all that one look leads to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from service.decision.look import Hub, Shown
from service.decision.renewal import Overdue, Resigned
from service.decision.state import Swing
from service.model import Category, Kind, Outcome, Statement
from service.statements.figures.canary import Canary
from watchers.model import Validators


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
    text: bytes
    """Canonical, in UTF-8."""
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
    of that lineage, so its news waits. `was`: its words in the last version, which were overlooked there.
    """

    ref: int
    """Number by which changes of the same decision refer to it."""
    statement: Statement
    revives: str = ""
    joins: str = ""
    twin: int | None = None
    held: str = ""
    was: Statement | None = None


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


RETURNED = "said again after it was withdrawn"
"""The reason of a change noted "back"."""


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
    believed: bool = False
    """`old` is what readers were told last; other words may have stood since, and been kept back."""


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
    """What a feed that was read says of its hub; it is written down apart (service/looks/hubs.py)."""
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
