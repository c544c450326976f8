"""JSON Feed (jsonfeed.org, versions 1 and 1.1)."""

from __future__ import annotations

import json
from collections.abc import Iterable

from watchers.clean import clean_text
from watchers.dates import read_date
from watchers.entries import identify, link, shorten, with_something
from watchers.errors import ExtractError
from watchers.model import Entry, Feed


def read_json_feed(text: str, *, url: str, max_entries: int) -> Feed:
    """The feed in `text`; ExtractError "not_a_feed" if it is other JSON or none."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ExtractError(url, "neither a feed nor JSON", reason="not_a_feed") from error
    if not isinstance(data, dict) or "jsonfeed.org" not in str(data.get("version", "")):
        raise ExtractError(url, "JSON, but no JSON Feed", reason="not_a_feed", transient=False)
    items = data.get("items")
    items = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return Feed(
        url=url,
        title=clean_text(_text(data.get("title")), limit=500),
        entries=with_something(_entry(item, url) for item in items[:max_entries]),
        hub=_hub(data.get("hubs"), url),
        topic=link(_text(data.get("feed_url")), url) or None,
        truncated=max(len(items) - max_entries, 0),
    )


def _entry(item: dict[str, object], base: str) -> Entry:
    html, text = _text(item.get("content_html")), _text(item.get("content_text"))
    content = html or text or _text(item.get("summary"))
    address = link(_text(item.get("url")), base) or link(_text(item.get("external_url")), base)
    title = clean_text(_text(item.get("title")), limit=500)
    return Entry(
        identity=identify(_text(item.get("id")), address, title, content),
        url=address,
        title=title,
        published=read_date(_text(item.get("date_published"))),
        updated=read_date(_text(item.get("date_modified"))),
        author=_author(item),
        content=shorten(content),
        content_type="text/html" if html else "text/plain",
    )


def _author(item: dict[str, object]) -> str:
    authors = item.get("authors")
    people: Iterable[object] = authors if isinstance(authors, list) else [item.get("author")]
    names = (_text(person.get("name")) for person in people if isinstance(person, dict))
    return clean_text(", ".join(n for n in names if n), limit=200)


def _hub(hubs: object, base: str) -> str | None:
    for hub in hubs if isinstance(hubs, list) else []:
        if isinstance(hub, dict) and str(hub.get("type", "")).lower() == "websub":
            return link(_text(hub.get("url")), base) or None
    return None


def _text(value: object) -> str:
    """Identifiers may be numbers; anything else that is no string is nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)
