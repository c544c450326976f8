"""What a look came to: nothing new, no answer, a document or a feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.model import Kind, Statement
from service.statements.figures.canary import Canary
from watchers.model import Entry, Fetched, Validators


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
    reason). `begun`: new statements. `unearthed`: (what stood there and was overlooked, kind, what it became, score,
    reason). `missing`: lineages that are nowhere in the new text. `familiar`: statements whose
    words stood in the old text too, though nobody took them for statements: begun without a word.
    """

    kept: tuple[tuple[str, Statement], ...] = ()
    altered: tuple[tuple[str, Kind, Statement, float, str], ...] = ()
    begun: tuple[tuple[Statement, float, str], ...] = ()
    unearthed: tuple[tuple[Statement, Kind, Statement, float, str], ...] = ()
    missing: tuple[tuple[str, float, str], ...] = ()
    familiar: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """A document was read. `fetched` is None when the text came with the feed, or again from the record."""

    text: bytes
    """Canonical, in UTF-8."""
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
