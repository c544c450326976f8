"""The frozen values that pass between fetching, parsing and the service."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave us to ask "has it changed?" with (RFC 9110, 8.8)."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole answer: status 200, every byte decoded and counted."""

    url: str
    """The URL asked for."""
    final_url: str
    """The URL that answered, after redirects."""
    permanent_url: str | None
    """Where a chain of only 301/308 led, if there was one: may be remembered."""
    status: int
    headers: tuple[tuple[str, str], ...]
    """As received, in order, of the last answer; cleaned of control characters."""
    body: bytes
    """Content-decoded, at most `max_bytes`."""
    sha256: str
    """Hex digest of `body`."""
    media_type: str
    """Lower-case type/subtype of Content-Type, "" when absent."""
    charset: str | None
    """The charset parameter of Content-Type, lower-case."""
    validators: Validators
    fresh_for: timedelta | None
    """How long the server asks us not to come back (Cache-Control, Expires), capped; None when it does not say."""


@dataclass(frozen=True, slots=True)
class NotModified:
    """304 to a conditional request that we did make."""

    url: str
    final_url: str
    permanent_url: str | None
    validators: Validators
    fresh_for: timedelta | None


class BlockKind(StrEnum):
    """What a piece of text is on the page."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph, list item, table row or quotation, white space folded, markup gone.

    `heading` is the nearest heading above ("" if none), `lead_in` the sentence that introduces a list
    ("We disclose data when:"), for nested lists the lead-ins joined from the outside in by " ".
    `level` is 1–6 for headings, the nesting depth (from 1) for items, 0 otherwise.
    """

    kind: BlockKind
    text: str
    heading: str = ""
    lead_in: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A page, post or PDF as read: its blocks in reading order."""

    url: str
    title: str
    blocks: tuple[Block, ...]
    media: str
    """html, pdf, text, markdown, pgp or feed."""
    published: datetime | None = None
    """As the document itself says; aware, UTC."""
    author: str = ""
    language: str = ""
    notes: tuple[tuple[str, str], ...] = ()
    """Facts beside the text, such as ("pgp-hash", "SHA512") or ("pages", "12")."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed. `identity` is its guid, else its link, else a hash of its content (never empty)."""

    identity: str
    url: str
    """Absolute http(s) link to the entry's own page, "" when it has none."""
    title: str
    published: datetime | None
    updated: datetime | None
    author: str
    content: str
    """The fullest HTML (or text) that the feed carries for it, "" when none."""
    content_type: str = "text/html"


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's window on its newest entries, newest first as the feed orders them."""

    url: str
    title: str
    entries: tuple[Entry, ...]
    hub: str | None = None
    """WebSub hub, if the feed names one."""
    topic: str | None = None
    """The address that the feed gives as its own, under which a hub knows it."""
    ill_formed: str = ""
    """What was wrong with it, if it was not well-formed ("" otherwise)."""
    fresh_for: timedelta | None = None
    """The feed's own hint: ttl, sy:updatePeriod."""
    truncated: int = 0
    """How many entries beyond the cap were left out."""


@dataclass(frozen=True, slots=True)
class FetchRules:
    """What the configuration allows a fetch."""

    timeout: float = 30.0
    """Seconds, for everything together, redirects included."""
    max_bytes: int = 10 * 2**20
    """Of the decoded body."""
    max_redirects: int = 8
    per_host: int = 2
    allow: tuple[str, ...] = ()
    """Networks ("10.0.0.0/8") or address:port ("127.0.0.1:8900") that may be reached although private."""
    user_agent: str = "onrecord"
    respect_robots: bool = True
    ports: tuple[int, ...] = field(default=())
    """Ports that may be dialled; empty: any."""
