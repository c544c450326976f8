"""The words and signs in which people are told. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from service.model import Category, Kind


@dataclass(frozen=True, slots=True)
class KindWord:
    """How a kind of change is shown: a sign, a word and what it means."""

    sign: str
    word: str
    gloss: str
    serious: bool = False


KINDS: dict[str, KindWord] = {
    Kind.WITHDRAWN.value: KindWord("✕", "Withdrawn", "No longer said anywhere in the document", serious=True),
    Kind.WEAKENED.value: KindWord("▼", "Weakened", "Promises less than it did", serious=True),
    Kind.STRENGTHENED.value: KindWord("▲", "Strengthened", "Promises more than it did"),
    Kind.NEW.value: KindWord("+", "New", "Not said before"),
    Kind.FIGURE.value: KindWord("#", "Figure", "Another number, period or date for the same claim"),
    Kind.REWORDED.value: KindWord("≈", "Reworded", "The same in other words"),
}

CATEGORIES: dict[str, tuple[str, str]] = {
    Category.DIRECT_ACCESS.value: (
        "Direct access",
        "whether a government has direct, bulk or back-door access",
    ),
    Category.ENCRYPTION.value: ("Encryption", "whether keys can be handed over and content be read"),
    Category.LEGAL_PROCESS.value: (
        "Legal process",
        "which legal instrument is demanded before data is disclosed",
    ),
    Category.SCOPE_LIMIT.value: ("Scope limit", "that no more is disclosed than strictly required"),
    Category.CHALLENGE.value: ("Challenge", "whether requests are reviewed, narrowed or contested"),
    Category.NOTICE.value: ("Notice", "whether the person concerned is told"),
    Category.REDIRECT.value: ("Redirect", "whether the authority is sent to the customer instead"),
    Category.NEVER.value: ("Never", "what has never been received, complied with or disclosed"),
    Category.TRANSPARENCY.value: ("Transparency", "what is published about requests"),
    Category.VOLUME.value: ("Volume", "how many requests, accounts or disclosures there were"),
    Category.NO_DATA.value: ("Data not held", "what is not kept and so cannot be asked for"),
    Category.DISCLOSURE.value: ("Disclosure", "when data is or may be handed to authorities"),
    Category.EMERGENCY.value: ("Emergency", "what is disclosed without legal process in an emergency"),
    Category.CROSS_BORDER.value: (
        "Cross-border",
        "how foreign authorities and other countries' laws are treated",
    ),
    Category.PRESERVATION.value: ("Preservation", "whether data is frozen at an authority's request"),
    Category.PROCEDURE.value: ("Procedure", "how an authority must ask, and how that is handled"),
}

NOTES = {
    "back": "It had been withdrawn, and is said again.",
    "moved": "It stood on another page of the company before.",
    "settled": "The page went back and forth; this is what has stood since.",
    "flapping": "The page goes back and forth between wordings; this one was not announced again.",
    "refreshed": "A canary said again on another day: only its dates differ. Recorded, and told to nobody.",
    "technical": "Our reading of the document changed, not the document.",
}

REASONS = {
    "timeout": "no answer in time",
    "dns": "the name was not found",
    "connection": "no connection",
    "tls": "no secure connection",
    "framing": "the answer is not proper HTTP",
    "encoding": "the answer is packed in a way we did not ask for",
    "status": "the server answered with an error",
    "truncated": "the answer broke off",
    "too_large": "the answer is too large",
    "no_room": "there is no room to keep the answer",
    "redirect": "redirects that lead nowhere",
    "redirected": "the page leads to another one",
    "bad_304": "the server calls unchanged what we do not have",
    "blocked": "the server refuses to answer us",
    "robots": "robots.txt asks us to stay away",
    "held": "the server asked us to wait",
    "not_found": "the page is not there",
    "gone": "the page is gone",
    "address": "the address is not on the public internet",
    "port": "the port may not be dialled",
    "scheme": "not a web address",
    "credentials": "the address carries a password",
    "challenge": "the server asks for proof of a human reader",
    "soft_404": "the server shows an error page",
    "consent": "a consent wall stands before the page",
    "login": "a log-in stands before the page",
    "shell": "the page is empty without JavaScript",
    "empty": "nothing came, or nothing was left",
    "collapsed": "most of the text is missing",
    "selector": "the selector finds nothing",
    "media_type": "another kind of file than expected",
    "not_a_feed": "what came is not a feed",
    "ill_formed": "the feed is broken",
    "unreadable": "nothing could be read from the answer",
    "too_deep": "the page is nested too deep",
    "memory": "reading it took too much memory",
    "killed": "reading it took too much",
}

STATES = {
    "ok": ("●", "Answering"),
    "waiting": ("○", "Not asked yet"),
    "failing": ("▲", "Failing"),
    "gone": ("✕", "Gone"),
}

_UNITS = ((86400 * 365, "year"), (86400 * 30, "month"), (86400, "day"), (3600, "hour"), (60, "minute"))


def kind_word(kind: str) -> KindWord:
    """How `kind` is shown."""
    return KINDS.get(kind) or KindWord("·", kind.replace("_", " ").capitalize(), "")


def category_name(category: str) -> str:
    """A category in words."""
    return CATEGORIES.get(category, (category.replace("_", " ").capitalize(), ""))[0]


def reason_words(reason: str) -> str:
    """A failure's slug in words."""
    return REASONS.get(reason) or reason.replace("_", " ") or "unknown"


def relative(at: datetime | None, now: datetime) -> str:
    """Such as "3 minutes ago" or "in 2 hours"."""
    if at is None:
        return "never"
    seconds = (now - at).total_seconds()
    for size, unit in _UNITS:
        if abs(seconds) >= size:
            number = int(abs(seconds) // size)
            text = f"{number} {unit}{'' if number == 1 else 's'}"
            return f"{text} ago" if seconds > 0 else f"in {text}"
    return "just now" if seconds >= 0 else "in a moment"


def long_day(at: datetime) -> str:
    """Such as "Sunday, 22 November 2026"."""
    at = at.astimezone(UTC)
    return f"{at:%A}, {at.day} {at:%B} {at.year}"


def calendar_day(day: date) -> str:
    """Such as "7 June 2026", for a day that a text names."""
    return f"{day.day} {day:%B %Y}"


def short_day(at: datetime) -> str:
    """Such as "22 Nov 2026"."""
    at = at.astimezone(UTC)
    return f"{at.day} {at:%b} {at.year}"


def minute(at: datetime) -> str:
    """Such as "22 Nov 2026, 12:00 UTC"."""
    return f"{short_day(at)}, {at.astimezone(UTC):%H:%M} UTC"


def clock_time(at: datetime) -> str:
    """Such as "12:00 UTC"."""
    return f"{at.astimezone(UTC):%H:%M} UTC"


def archive_stamp(at: datetime) -> str:
    """Such as "20261122120000", as web archives name their copies."""
    return f"{at.astimezone(UTC):%Y%m%d%H%M%S}"


def counted(number: int, one: str, many: str = "") -> str:
    """Such as "1 source" or "1,204 sources"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
