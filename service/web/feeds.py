"""Changes for feed readers: Atom (RFC 4287) and JSON Feed 1.1, by the same filters as the API."""

from __future__ import annotations

import asyncio
import re
import uuid
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from aiohttp import web
from ulid import ULID

from service.events import stamp
from service.store.history import list_changes
from service.store.views import ChangeView, Page
from service.web.answers import answer
from service.web.cursors import read_part
from service.web.feed_shapes import FeedAuthor, FeedHub, FeedItem, JsonFeed
from service.web.links import web_link
from service.web.phrases import category_name, kind_word
from service.web.query import ChangeQuery, read_query
from service.web.routes import Route
from service.web.site import site_of
from service.web.templating import render, woven

ATOM = "application/atom+xml"
JSON_FEED = "application/feed+json"
_NAMESPACE = "http://www.w3.org/2005/Atom"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TITLE_MAX = 110

ET.register_namespace("", _NAMESPACE)


@dataclass(frozen=True, slots=True)
class _Feed:
    """What both formats tell."""

    base: str
    path: str
    asked: str
    """Query string of the request without the cursor, "" without filters."""
    title: str
    page: Page[ChangeView]
    hub: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """WebSub's discovery (https://www.w3.org/TR/websub/#discovery)."""
        return {"Link": f'<{self.hub}>; rel="hub", <{self.self_url}>; rel="self"'} if self.hub else {}

    @property
    def self_url(self) -> str:
        return f"{self.base}{self.path}" + (f"?{self.asked}" if self.asked else "")

    @property
    def next_url(self) -> str | None:
        if self.page.next is None:
            return None
        return f"{self.base}{self.path}?" + "&".join(
            filter(None, (self.asked, urlencode({"cursor": self.page.next})))
        )

    @property
    def updated(self) -> datetime | None:
        return self.page.items[0].observed_at if self.page.items else None


async def get_atom_feed(request: web.Request) -> web.Response:
    feed = await _read(request)
    return answer(
        request, await asyncio.to_thread(_atom, feed), ATOM, modified=feed.updated, headers=feed.headers
    )


async def get_json_feed(request: web.Request) -> web.Response:
    feed = await _read(request)
    shape = await asyncio.to_thread(_json_feed, feed)
    body = shape.model_dump_json(exclude_none=True).encode("utf-8", "replace")
    return answer(request, body, JSON_FEED, modified=feed.updated, headers=feed.headers)


def _json_feed(feed: _Feed) -> JsonFeed:
    return JsonFeed(
        title=feed.title,
        description="What companies promise about government access to customers' data, and what changes.",
        home_page_url=f"{feed.base}/",
        feed_url=feed.self_url,
        next_url=feed.next_url,
        hubs=[FeedHub(type="WebSub", url=feed.hub)] if feed.hub else None,
        authors=[FeedAuthor(name="onrecord")],
        items=[_item(change, feed.base) for change in feed.page.items],
    )


async def _read(request: web.Request) -> _Feed:
    query, site = read_query(request, ChangeQuery), site_of(request)
    page = await read_part(site.store, list_changes, query.filter(), cursor=query.cursor, limit=query.limit)
    asked = urlencode([(k, v) for k, v in request.query.items() if k != "cursor" and v])
    words = [
        *query.company,
        *map(category_name, query.category),
        *query.kind,
        *query.source,
        query.q,
    ]
    title = " · ".join(["onrecord", *filter(None, words)])
    return _Feed(site.base, request.path, asked, title, page, site.hub)


def entry_id(change: ChangeView) -> str:
    """The same for ever, wherever the program is served: the ULID as a UUID."""
    try:
        return f"urn:uuid:{ULID.from_str(change.id.partition('_')[2]).to_uuid()}"
    except ValueError:
        return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, change.id)}"


def entry_title(change: ChangeView) -> str:
    """Such as "▼ Weakened: Harborlight — “We notify …”"."""
    word = kind_word(change.kind)
    side = change.new or change.old
    text = " ".join(side.text.split()) if side else ""
    if len(text) > _TITLE_MAX:
        text = text[:_TITLE_MAX].rsplit(" ", 1)[0] + " …"
    who = change.company or change.source
    return f"{word.sign} {word.word}: {who} — “{text}”"


def _plain(change: ChangeView) -> str:
    old, new = change.old, change.new
    parts = [f"Before: {old.text}" if old else "", f"Now: {new.text}" if new else ""]
    parts.append(f"Why: {change.reason}" if change.reason else "")
    return "\n\n".join(filter(None, parts))


def _html(change: ChangeView, base: str) -> str:
    return render("feed_entry.html", change=change, segments=woven(change), base=base)


def _tags(change: ChangeView) -> list[str]:
    return [change.kind, *(category.value for category in change.categories)]


def _item(change: ChangeView, base: str) -> FeedItem:
    return FeedItem(
        id=entry_id(change),
        url=f"{base}/changes/{change.id}",
        external_url=web_link(change.document_url),
        title=entry_title(change),
        content_html=_html(change, base),
        content_text=_plain(change),
        date_published=change.observed_at,
        tags=_tags(change),
        authors=[FeedAuthor(name=change.company or change.source)],
    )


# ------------------------------------------------------------------ Atom


def _atom(feed: _Feed) -> bytes:
    root = ET.Element(f"{{{_NAMESPACE}}}feed")
    _text(root, "id", f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, feed.self_url)}")
    _text(root, "title", feed.title)
    _text(root, "updated", stamp(feed.updated or _EPOCH) or "")
    _text(_add(root, "author"), "name", "onrecord")
    _text(root, "generator", "onrecord")
    _link(root, "self", feed.self_url, ATOM)
    _link(root, "alternate", f"{feed.base}/", "text/html")
    if feed.hub:
        _link(root, "hub", feed.hub)
    if feed.next_url:
        _link(root, "next", feed.next_url, ATOM)
    for change in feed.page.items:
        _entry(root, change, feed.base)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _entry(root: ET.Element, change: ChangeView, base: str) -> None:
    entry = _add(root, "entry")
    _text(entry, "id", entry_id(change))
    _text(entry, "title", entry_title(change))
    _text(entry, "updated", stamp(change.observed_at) or "")
    _text(entry, "published", stamp(change.observed_at) or "")
    _text(_add(entry, "author"), "name", change.company or change.source)
    _link(entry, "alternate", f"{base}/changes/{change.id}", "text/html")
    if related := web_link(change.document_url):
        _link(entry, "related", related)
    for tag in _tags(change):
        _add(entry, "category").set("term", tag)
    content = _text(entry, "content", _html(change, base))
    content.set("type", "html")


def _add(parent: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{_NAMESPACE}}}{name}")


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    element = _add(parent, name)
    element.text = _NOT_XML.sub("", text)
    return element


def _link(parent: ET.Element, rel: str, href: str, media_type: str = "") -> None:
    element = _add(parent, "link")
    element.set("rel", rel)
    element.set("href", _NOT_XML.sub("", href))
    if media_type:
        element.set("type", media_type)


ROUTES = (
    Route(
        "GET",
        "/feeds/changes.atom",
        get_atom_feed,
        "Changes as an Atom feed",
        "feeds",
        ATOM,
        query=ChangeQuery,
        cached=True,
    ),
    Route(
        "GET",
        "/feeds/changes.json",
        get_json_feed,
        "Changes as a JSON Feed",
        "feeds",
        JSON_FEED,
        query=ChangeQuery,
        cached=True,
    ),
)
