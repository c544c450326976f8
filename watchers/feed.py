"""RSS, Atom and RDF through feedparser, JSON Feed beside it: bytes into a Feed."""

from __future__ import annotations

import calendar
import io
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser

from watchers.charset import decode
from watchers.clean import clean_text
from watchers.dates import newest, read_date, sane
from watchers.declarations import without_declarations
from watchers.entries import identify, link, shorten, with_something
from watchers.errors import ExtractError
from watchers.feedtree import Parsed, read_tree
from watchers.jsonfeed import read_json_feed
from watchers.model import Entry, Feed

_ITEM = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry)[\s>/]", re.IGNORECASE)
_ITEM_END = re.compile(r"</(?:[\w.-]{1,40}:)?(?:item|entry)\s*>", re.IGNORECASE)
_DATE = re.compile(
    r"<(?:[\w.-]{1,40}:)?(?:pubDate|published|date|issued|updated)(?:\s[^<>]{0,200})?>"
    r"\s{0,100}(?:<!\[CDATA\[)?\s{0,100}([^<>\]]{1,100})",
    re.IGNORECASE,
)
_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?(rss|feed|rdf|channel)[\s>]", re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype\s+html|html|body)[\s>]", re.IGNORECASE)
_PREFIX = re.compile(r"\sxmlns:([\w.-]{1,100})\s*=")
_DECLARATION = re.compile(r"<\?xml[^>]{0,200}\?>")
_BAD_REFERENCE = re.compile(r"&#(?:(\d{1,9})|[xX]([0-9a-fA-F]{1,8}));|&#(?:\d{10,}|[xX][0-9a-fA-F]{9,});")
_ATTRIBUTES = re.compile(r"<[\w:.-]+(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>]+)){100}")
_RELATED = re.compile(r"""<([^>]{1,2000})>[^,<]{0,200}?;\s*rel\s*=\s*"?(hub|self)\b"?""", re.IGNORECASE)
_PREFIXES = 100
_TAGS = 200_000
_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}
_PATIENCE = timedelta(days=1)
"""The longest hint that is heeded: a feed that asks for a visit a year would hide a change."""


def read_feed(
    body: bytes,
    *,
    url: str,
    media_type: str = "",
    charset: str | None = None,
    headers: tuple[tuple[str, str], ...] = (),
    max_entries: int = 1000,
) -> Feed:
    """The feed in `body`, as much of it as can be had; ExtractError "not_a_feed", "too_large" or "unreadable"."""
    text = decode(body, charset)
    head = text[:4096].lstrip("\ufeff \t\r\n")
    if head.startswith("{") or "json" in media_type:
        return read_json_feed(text, url=url, max_entries=max_entries)
    if not is_feed(text):
        raise ExtractError(url, "not a feed", reason="not_a_feed")
    parsed, truncated = _window(_DECLARATION.sub("", text, count=1), url, max_entries)
    rss = parsed.version.startswith("rss")
    entries = (_entry(entry, url, rss=rss) for entry in parsed.entries[:max_entries])
    return Feed(
        url=url,
        title=clean_text(str(parsed.feed.get("title", "")), limit=500),
        entries=with_something(entries),
        hub=_related("hub", parsed.feed, headers, url),
        topic=_related("self", parsed.feed, headers, url),
        ill_formed=parsed.ill_formed,
        fresh_for=_fresh_for(parsed.feed),
        truncated=truncated,
    )


def is_feed(text: str) -> bool:
    """Does it begin like a feed and not like a page?"""
    head = text[:65536]
    root = _ROOT.search(head)
    if root is None:
        return False
    page = _HTML.search(head)
    return page is None or root.start() < page.start()


def _window(text: str, url: str, max_entries: int) -> tuple[Parsed, int]:
    """At most `max_entries` entries by the shortest way there is, and how many were left out."""
    parsed = None if _is_huge(text) else read_tree(text)
    if parsed is None:
        text, truncated = _cut(_defuse(text), max_entries)
        _refuse_excess(text, url)
        return _parse(text, url), truncated
    truncated = max(len(parsed.entries) - max_entries, 0)
    if truncated:
        dates = [entry.get("published_parsed") or entry.get("updated_parsed") for entry in parsed.entries]
        parsed.entries = [parsed.entries[n] for n in newest(dates, max_entries)]
    return parsed, truncated


# ------------------------------------------------------------- before parsing


def _refuse_excess(text: str, url: str) -> None:
    """Feedparser's time grows with the square of namespaces and attributes."""
    prefixes = {found[1] for found in _PREFIX.finditer(text)}
    if len(prefixes) > _PREFIXES or _is_huge(text) or _ATTRIBUTES.search(text):
        raise ExtractError(url, "a feed of absurd structure", reason="too_large", transient=False)


def _is_huge(text: str) -> bool:
    return len(text) > _TAGS and text.count("<") > _TAGS


def _defuse(text: str) -> str:
    """Without document type, entities and references to characters that there are not."""
    if "<!" in text:
        text = without_declarations(text)
    return _BAD_REFERENCE.sub(_reference, text) if "&#" in text else text


def _reference(found: re.Match[str]) -> str:
    code = int(found[1]) if found[1] else int(found[2], 16) if found[2] else -1
    bad = not 0 < code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF or (code < 32 and code not in (9, 10, 13))
    return " " if bad else found[0]


def _cut(text: str, max_entries: int) -> tuple[str, int]:
    """Take the entries beyond the cap out of the text, the oldest; how many those were."""
    starts = [found.start() for found in _ITEM.finditer(text)]
    if len(starts) <= max_entries:
        return text, 0
    last = max((found.end() for found in _ITEM_END.finditer(text, starts[-1])), default=len(text))
    parts = [text[start:end] for start, end in zip(starts, [*starts[1:], last], strict=True)]
    kept = newest([_dated(part) for part in parts], max_entries)
    return text[: starts[0]] + "".join(parts[n] for n in kept) + text[last:], len(starts) - max_entries


def _dated(part: str) -> datetime | None:
    found = _DATE.search(part)
    return read_date(found[1]) if found else None


def _parse(text: str, url: str) -> Parsed:
    """Feedparser's result. It reads a str or bytes as the name of something to open: it gets a stream."""
    stream = io.BytesIO(text.encode("utf-8", "replace"))
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        found = feedparser.parse(
            stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # a stranger's bytes raise whatever they like in there
        raise ExtractError(
            url, f"the feed cannot be read: {type(error).__name__}", reason="unreadable"
        ) from error
    return Parsed(str(found.get("version", "")), found.feed, found.entries, _ill_formed(found))


# ------------------------------------------------------------- after parsing


def _entry(entry: dict[str, Any], base: str, *, rss: bool) -> Entry:
    content, content_type = _content(entry)
    published = _moment(entry, "published_parsed") or _moment(entry, "created_parsed")
    updated = _moment(entry, "updated_parsed")
    title = clean_text(_plain(entry.get("title", "")), limit=500)
    address = _address(entry, base)
    return Entry(
        identity=identify(str(entry.get("id", "")), address, title, content),
        url=address,
        title=title,
        published=published or (updated if rss else None),  # dc:date, which feedparser takes for "updated"
        updated=updated,
        author=clean_text(str(entry.get("author", "")), limit=200),
        content=shorten(content),
        content_type=content_type,
    )


_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")


def _plain(title: object) -> str:
    """A title's text; the markup some feeds put there goes."""
    text = str(title)
    return _TAG.sub("", text) if "<" in text else text


def _content(entry: Mapping[str, Any]) -> tuple[str, str]:
    """The longest of all the bodies that the entry carries."""
    best: Mapping[str, Any] = {}
    for body in (*_parts(entry, "content"), *_parts(entry, "summary_detail")):
        if len(body.get("value") or "") > len(best.get("value") or ""):
            best = body
    value = str(best.get("value") or entry.get("summary") or "")
    kind = str(best.get("type") or "text/html")
    return value, "text/plain" if kind == "text/plain" and "<" not in value else "text/html"


def _parts(holder: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """What feedparser collects under this key, one or several; a feed's own element of that name puts a text there."""
    found = holder.get(key)
    return [part for part in (found if isinstance(found, list) else [found]) if isinstance(part, Mapping)]


def _address(entry: Mapping[str, Any], base: str) -> str:
    """The entry's own page: its link, else a guid that is an address."""
    origin, own = entry.get("feedburner_origlink"), entry.get("link")
    if own and not origin and (address := link(str(own), base)):
        return address
    candidates = [origin, own]
    candidates += [other.get("href") for other in _parts(entry, "links") if other.get("rel") == "alternate"]
    guid = str(entry.get("id", ""))
    candidates.append(guid if guid.startswith(("http://", "https://")) else "")
    return next((a for a in (link(str(c or ""), base) for c in candidates) if a), "")


def _moment(entry: dict[str, Any], key: str) -> datetime | None:
    parsed = dict.get(entry, key)  # its own get() answers with another date, and warns
    if parsed is None or isinstance(parsed, datetime):
        return sane(parsed)
    try:
        return sane(datetime.fromtimestamp(calendar.timegm(parsed), UTC))
    except (ValueError, OverflowError, TypeError, OSError):
        return None


def _related(name: str, feed: Mapping[str, Any], headers: Iterable[tuple[str, str]], base: str) -> str | None:
    """The hub, or the feed itself, as it names them: the header goes before the feed (WebSub, 4)."""
    for header, value in headers:
        if header.lower() == "link":
            for found in _RELATED.finditer(value):
                if found[2].lower() == name:
                    return link(found[1], base) or None
    for other in _parts(feed, "links"):
        if other.get("rel") == name:
            return link(str(other.get("href", "")), base) or None
    return None


def _fresh_for(feed: Mapping[str, Any]) -> timedelta | None:
    """Ttl is in minutes (RSS 2.0); sy:updatePeriod over sy:updateFrequency (RSS 1.0 syndication module)."""
    try:
        seconds = float(feed.get("ttl") or 0) * 60
        if not seconds and feed.get("sy_updateperiod"):
            period = _PERIODS.get(str(feed["sy_updateperiod"]).strip().lower(), 0)
            seconds = period / max(float(feed.get("sy_updatefrequency") or 1), 1e-3)
    except (ValueError, TypeError):  # feedparser makes a dictionary of what has attributes
        return None
    return min(timedelta(seconds=min(seconds, 1e9)), _PATIENCE) if seconds > 0 else None


def _ill_formed(parsed: Any) -> str:
    if not parsed.bozo:
        return ""
    problem = parsed.get("bozo_exception")
    return clean_text(f"{type(problem).__name__}: {problem}", limit=200)
