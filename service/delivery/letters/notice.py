"""One event, laid out for a reader: the same facts for the text and the HTML part. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from notifiers.text import one_line
from service.delivery.letters.labels import (
    ATTRIBUTIONS,
    COLOURS,
    DISABLED,
    KINDS,
    PLAIN_COLOUR,
    RANKS,
    TOPICS,
)
from service.diff.words import Segment, word_diff
from service.model import Category

SENTENCE_LETTERS = 5000
FACT_LETTERS = 500
OF_ASSURANCES, OF_SUBSCRIPTIONS = "onrecord.assurance.", "onrecord.subscription."

_TOLD_ELSEWHERE = frozenset(
    ["kind", "company", "categories", "document", "links", "score", "speaker", "old", "new"]
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A line under the sentences. `href` is an absolute http(s) URL or ""; in HTML `words` stand for it."""

    label: str
    text: str
    href: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """`old`/`new`: the sentences, "" where there is none; `marked`: their word differences (see `with_marks`).

    `about` is what letters are threaded by: the document's URL, or the source. `link` leads to what `linked` names.
    """

    kind: str
    label: str
    title: str
    company: str
    about: str
    sequence: int
    old: str
    new: str
    facts: tuple[Fact, ...]
    link: str
    linked: str = "change"
    marked: tuple[Segment, ...] = ()

    @property
    def rank(self) -> int:
        """0 is the most serious."""
        return RANKS.get(self.kind, len(RANKS))

    @property
    def colour(self) -> str:
        """Of the label, for HTML."""
        return COLOURS.get(self.kind, PLAIN_COLOUR)

    def with_marks(self) -> Notice:
        """With the word differences, which cost time: for notices that are told in full."""
        return replace(self, marked=word_diff(self.old, self.new)) if self.old and self.new else self


def read_notice(event: Mapping[str, Any], base: str) -> Notice:
    """Lay out an event of any of our types; what it does not carry is left out, never an error."""
    kind = str(event.get("type", "")).rpartition(".")[2]
    data = _mapping(event.get("data"))
    document = _mapping(data.get("document"))
    source = unquote(_line(event.get("source"))).removeprefix("/sources/")
    company = _line(data.get("company") or event.get("subject"))
    links = _mapping(data.get("links"))
    label = "Back again" if data.get("back") else KINDS.get(kind, kind.capitalize() or "Notice")
    type_ = str(event.get("type", ""))
    if type_.startswith(OF_SUBSCRIPTIONS):
        return _of_subscription(kind, label, company, _number(event.get("sequence")), data, base)
    of_assurance = type_.startswith(OF_ASSURANCES)
    old, new = _sentence(data.get("old")), _sentence(data.get("new"))
    facts = (
        _facts_of_change(data, document, base) if of_assurance else _facts_of_source(data, document, source)
    )
    return Notice(
        kind=kind,
        label=label,
        title=_title(label, company or source or "an unnamed company", data),
        company=company or source or "an unnamed company",
        about=str(document.get("url") or source),
        sequence=_number(event.get("sequence")),
        old=old,
        new=new,
        facts=tuple(fact for fact in facts if fact.text),
        link=_link(links.get("change") or links.get("document"), base),
        linked="change" if links.get("change") else "document",
    )


def _of_subscription(
    kind: str, label: str, host: str, sequence: int, data: Mapping[str, Any], base: str
) -> Notice:
    """Somebody is not told: why, what that means and where to mend it."""
    number, delivery = _line(data.get("subscription")), _line(data.get("delivery"))
    again = f"POST /api/v1/deliveries/{delivery}/retry" if delivery else ""
    means = (
        "Nothing more is sent there. What it is owed is kept; a test that it answers switches it on again."
        if kind == DISABLED
        else "This event is not tried again by itself. Others are still sent there."
    )
    if data.get("state") == "unsubscribed":
        means = (
            "Nothing more is sent there until the address has been out of the configuration for one start."
        )
    facts = (
        Fact("Whose", f"{host} (subscription {number})"),
        Fact("Why", _line(data.get("reason"))),
        Fact("What it means", means),
        Fact("Event", _line(data.get("event"))),
        Fact("To send it again", again),
    )
    return Notice(
        kind=kind,
        label=label,
        title=f"{label}: alerts to {host or number}",
        company=host or number,
        about=f"/subscriptions/{number}",
        sequence=sequence,
        old="",
        new="",
        facts=tuple(fact for fact in facts if fact.text),
        link=_link(f"/subscriptions/{number}", base) if number else "",
        linked="subscription",
    )


def _title(label: str, who: str, data: Mapping[str, Any]) -> str:
    topics = _topics(data)
    return f"{label}: {who} on {' and '.join(topics[:2])}" if topics else f"{label}: {who}"


def _topics(data: Mapping[str, Any]) -> list[str]:
    named = data.get("categories") or ()
    return [TOPICS[category] for category in Category if category.value in named]


def _facts_of_change(data: Mapping[str, Any], document: Mapping[str, Any], base: str) -> Iterator[Fact]:
    yield from _exceptions(_mapping(data.get("old")), _mapping(data.get("new")))
    yield Fact("Why", _line(data.get("reason")))
    yield Fact("About", ", ".join(_topics(data)))
    yield Fact("Said by", _speaker(_mapping(data.get("speaker")), _line(data.get("company"))))
    yield from _facts_of_document(document)
    evidence = _link(_mapping(data.get("links")).get("evidence"), base)
    yield Fact("Evidence", evidence, evidence, "the version as it was stored")


def _exceptions(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Fact]:
    before, now = _line(old.get("exception")), _line(new.get("exception"))
    if before == now or not old or not new:
        yield Fact("Exception", _quoted(now or before))
        return
    yield Fact("Exception now", _quoted(now) or "none")
    yield Fact("Exception before", _quoted(before) or "none")


def _speaker(speaker: Mapping[str, Any], company: str) -> str:
    who = ", ".join(filter(None, (_line(speaker.get("name")), _line(speaker.get("role")))))
    how = ATTRIBUTIONS.get(str(speaker.get("attribution")), "")
    return f"{who or company} ({how})" if how and (who or company) else who or company


def _facts_of_document(document: Mapping[str, Any]) -> Iterator[Fact]:
    url = _link(document.get("url"), "")
    yield Fact("Document", _line(document.get("title")) or url, url)
    if document.get("title"):
        yield Fact("Address", url, url)
    yield Fact("Published", _when(document.get("published")))
    yield Fact("Seen", _seen(document))
    yield Fact("Last seen with it", _when(document.get("last_seen")))


def _seen(document: Mapping[str, Any]) -> str:
    when = _when(document.get("observed"))
    version, before = _line(document.get("version")), _line(document.get("previous_version"))
    if not (when and version):
        return when
    return (
        f"{when} (version {version}, before: version {before})" if before else f"{when} (version {version})"
    )


def _facts_of_source(data: Mapping[str, Any], document: Mapping[str, Any], source: str) -> Iterator[Fact]:
    """Whatever an operational event says of a source or a canary, in its own order."""
    yield Fact("Source", source)
    for key, value in data.items():
        if (
            key not in _TOLD_ELSEWHERE
            and isinstance(value, str | int | float)
            and not isinstance(value, bool)
        ):
            text = _line(value)
            label = "Address" if key == "url" else key.replace("_", " ").capitalize()
            yield Fact(one_line(label, 40), _when(text) or text, _link(text, ""))
    yield from _facts_of_document(document)


def _when(value: object) -> str:
    """22 November 2026, 12:00 UTC, or a day without the hour; "" when it is neither."""
    try:
        at = datetime.fromisoformat(str(value or ""))
    except ValueError:
        return ""
    if len(str(value)) == len("2026-11-22"):
        return f"{at.day} {at:%B %Y}"
    at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def _link(value: object, base: str) -> str:
    """An absolute http(s) URL, or ""."""
    url = _line(value)
    if url.startswith("/") and base:
        url = base.rstrip("/") + url
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc and " " not in url else ""


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _sentence(side: object) -> str:
    return one_line(str(_mapping(side).get("text") or ""), SENTENCE_LETTERS)


def _line(value: object) -> str:
    return "" if value is None else one_line(str(value), FACT_LETTERS)


def _quoted(text: str) -> str:
    return f"“{text}”" if text else ""


def _number(value: object) -> int:
    text = str(value or "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0
