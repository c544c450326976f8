"""The short way for feeds that are well-formed and ordinary: what feedparser would make of them, from expat's tree.

feedparser takes fifty times as long, most of it for what strangers get wrong. Whatever is not plainly understood here
(`UnusualError`) is left to it, so this file may be strict and has to agree with it in everything that it takes on.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from watchers.feednames import (
    ATOM,
    ATOM_ENTRY,
    ATOM_FEED,
    CHANNEL,
    CONTENT,
    DC,
    EMAIL,
    ENTRY,
    IMAGE,
    NAME,
    ORIGIN,
    PEOPLE,
    PREFIXES,
    RSS_ITEM,
    SY,
)
from watchers.feedparts import (
    BARE,
    HTML,
    MOST_ATTRIBUTES,
    SLASHES,
    TYPED,
    TYPES,
    UnusualError,
    address_of,
    ignore,
    inner_text,
    link_of,
    moment_of,
    require_leaf,
    require_only,
    text_of,
)

_DECLARED = re.compile(r"""xmlns(?::([\w.-]{1,100}))?\s*=\s*["']([^"']{0,500})["']""")


@dataclass(slots=True)
class Parsed:
    """As much of feedparser's result as is used; dates are moments already."""

    version: str
    feed: dict[str, Any] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list)
    ill_formed: str = ""


def read_tree(text: str) -> Parsed | None:
    """The feed in `text` (without an XML declaration), None if it is not well-formed or not ordinary."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return None  # so no entity of its making is ever expanded
    try:
        root = ET.fromstring(text)  # noqa: S314 -- expat; what makes it dangerous was turned away above
        declared = _DECLARED.findall(text)
        if len(declared) > MOST_ATTRIBUTES or any(
            address != PREFIXES.get(prefix, address) for prefix, address in declared
        ):
            return None
        if root.tag == "rss":
            return _rss(root)
        if root.tag == f"{ATOM}feed":
            return _atom(root, declared)
    except (ET.ParseError, UnusualError, ValueError):
        return None
    return None


# ------------------------------------------------------------------ RSS


def _rss(root: ET.Element) -> Parsed:
    require_only(root, BARE | {"version"})
    if len(root) != 1 or root[0].tag != "channel":
        raise UnusualError
    channel = root[0]
    require_only(channel, BARE)
    parsed = Parsed("rss")
    titles = 0
    for child in channel:
        tag = child.tag
        if tag == "item":
            parsed.entries.append(_item(child))
        elif tag == "title":
            titles += 1
            parsed.feed["title"] = text_of(child)
        elif tag in _HEADS:
            _HEADS[tag](parsed.feed, child)
        elif tag in CHANNEL:
            if tag == "link" and not child.attrib.keys() <= BARE:
                raise UnusualError  # feedparser takes it for one of Atom's
            require_leaf(child)
        else:
            ignore(child)
    if titles > 1:
        raise UnusualError
    return parsed


def _once(key: str, *, bare: bool = True) -> Callable[[dict[str, Any], ET.Element], None]:
    """Takes the text of an element that may stand there once; feedparser keeps a `bare` one's attributes."""

    def take(into: dict[str, Any], element: ET.Element) -> None:
        if key in into or (bare and element.attrib):
            raise UnusualError
        into[key] = text_of(element)

    return take


def _image(_: dict[str, Any], element: ET.Element) -> None:
    for child in element:
        if child.tag not in IMAGE:
            raise UnusualError
        require_leaf(child)


def _skip(_: dict[str, Any], element: ET.Element) -> None:
    for child in element:
        if child.tag not in ("hour", "day"):
            raise UnusualError
        require_leaf(child)


def _feed_link(into: dict[str, Any], element: ET.Element) -> None:
    into.setdefault("links", []).append(link_of(element))


def _item(item: ET.Element) -> dict[str, Any]:
    require_only(item, BARE)
    entry: dict[str, Any] = {"links": []}
    permanent = ""
    for child in item:
        tag = child.tag
        if tag in _ITEM:
            _ITEM[tag](entry, child)
        elif tag == "guid":
            permanent = _guid(entry, child)
        elif tag in RSS_ITEM:
            require_leaf(child)
        else:
            ignore(child)
    if permanent and "link" not in entry:
        entry["link"] = permanent
    return entry


def _guid(entry: dict[str, Any], element: ET.Element) -> str:
    """The guid where it serves as a link as well."""
    if "id" in entry:
        raise UnusualError
    attributes = {name.lower(): value for name, value in element.attrib.items()}
    if not attributes.keys() <= {"ispermalink"}:
        raise UnusualError
    guid = entry["id"] = inner_text(element)
    if attributes.get("ispermalink", "true") != "true":
        return ""
    if SLASHES in guid:
        raise UnusualError
    return guid


def _item_link(entry: dict[str, Any], element: ET.Element) -> None:
    if "link" in entry:
        raise UnusualError
    entry["link"] = address_of(text_of(element))


def _description(entry: dict[str, Any], element: ET.Element) -> None:
    if "summary_detail" in entry:
        raise UnusualError
    entry["summary_detail"] = {"type": "text/html", "value": text_of(element)}


def _encoded(entry: dict[str, Any], element: ET.Element) -> None:
    if "content" in entry:
        raise UnusualError
    entry["content"] = [{"type": "text/html", "value": text_of(element)}]


def _writer(entry: dict[str, Any], element: ET.Element) -> None:
    entry["author"] = text_of(element)


def _item_atom_link(_: dict[str, Any], element: ET.Element) -> None:
    if link_of(element)["rel"] == "alternate":
        raise UnusualError


def _date(key: str) -> Callable[[dict[str, Any], ET.Element], None]:
    def take(entry: dict[str, Any], element: ET.Element) -> None:
        if key in entry:
            raise UnusualError
        entry[key] = moment_of(text_of(element))

    return take


# ------------------------------------------------------------------ Atom


def _atom(root: ET.Element, declared: list[tuple[str, str]]) -> Parsed:
    if any(address.lower() in ("http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/")
           for _, address in declared):  # fmt: skip
        raise UnusualError
    require_only(root, BARE)
    parsed = Parsed("atom10")
    for child in root:
        tag = child.tag
        if tag == ENTRY:
            parsed.entries.append(_atom_entry(child))
        elif tag == f"{ATOM}title":
            if "title" in parsed.feed:
                raise UnusualError
            parsed.feed["title"] = _construct(child)["value"]
        elif tag == f"{ATOM}link":
            _feed_link(parsed.feed, child)
        elif tag in (f"{ATOM}author", f"{ATOM}contributor"):
            _person(child)
        elif tag in _HEADS:
            _HEADS[tag](parsed.feed, child)
        elif tag in ATOM_FEED:
            require_leaf(child)
        else:
            ignore(child)
    return parsed


def _atom_entry(element: ET.Element) -> dict[str, Any]:
    require_only(element, BARE)
    entry: dict[str, Any] = {"links": []}
    for child in element:
        tag = child.tag
        if tag in _ENTRY:
            _ENTRY[tag](entry, child)
        elif tag in ATOM_ENTRY:
            require_leaf(child)
        else:
            ignore(child)
    if "link" not in entry and "id" in entry:
        entry["link"] = entry["id"]
    return entry


def _atom_id(entry: dict[str, Any], element: ET.Element) -> None:
    if "id" in entry:
        raise UnusualError
    entry["id"] = text_of(element)
    if SLASHES in entry["id"]:
        raise UnusualError


def _atom_link(entry: dict[str, Any], element: ET.Element) -> None:
    link = link_of(element)
    entry["links"].append(link)
    if link["rel"] == "alternate" and link["type"] in HTML:
        entry["link"] = link["href"]


def _atom_title(entry: dict[str, Any], element: ET.Element) -> None:
    if "title" in entry:
        raise UnusualError
    entry["title"] = _construct(element)["value"]


def _atom_content(entry: dict[str, Any], element: ET.Element) -> None:
    if "content" in entry:
        raise UnusualError
    entry["content"] = [_construct(element)]


def _atom_summary(entry: dict[str, Any], element: ET.Element) -> None:
    if "summary_detail" in entry:
        raise UnusualError
    entry["summary_detail"] = _construct(element)


def _atom_author(entry: dict[str, Any], element: ET.Element) -> None:
    if "author" in entry:
        raise UnusualError
    name, email = _person(element)
    if not (name or email):
        raise UnusualError
    entry["author"] = f"{name} ({email})" if name and email else name or email


def _person(element: ET.Element) -> tuple[str, str]:
    require_only(element, BARE)
    found: dict[str, str] = {}
    for child in element:
        tail = child.tail
        if tail and not tail.isspace():
            raise UnusualError
        if child.tag in PEOPLE:
            if child.tag in found or len(child):
                raise UnusualError
            require_only(child, BARE)
            found[child.tag] = (child.text or "").strip()
        else:
            ignore(child)
    if element.text and not element.text.isspace():
        raise UnusualError
    return found.get(NAME, ""), found.get(EMAIL, "")


def _construct(element: ET.Element) -> dict[str, str]:
    """An element of text or escaped HTML."""
    kind = "text/plain"
    if element.attrib:
        require_only(element, TYPED)
        kind = TYPES.get(element.get("type", "text").lower(), "")
        if not kind:
            raise UnusualError
    return {"type": kind, "value": inner_text(element)}


_Take = Callable[[dict[str, Any], ET.Element], object]
_HEADS: dict[str, _Take] = {
    "ttl": _once("ttl"),
    f"{SY}updatePeriod": _once("sy_updateperiod"),
    f"{SY}updateFrequency": _once("sy_updatefrequency"),
    "image": _image,
    "skipHours": _skip,
    "skipDays": _skip,
    f"{ATOM}link": _feed_link,
}
_ITEM: dict[str, _Take] = {
    "title": _once("title", bare=False),
    "link": _item_link,
    "description": _description,
    "pubDate": _date("published_parsed"),
    "author": _writer,
    CONTENT: _encoded,
    ORIGIN: _once("feedburner_origlink"),
    f"{DC}creator": _writer,
    f"{DC}date": _date("updated_parsed"),
    f"{ATOM}link": _item_atom_link,
}
_ENTRY: dict[str, _Take] = {
    f"{ATOM}id": _atom_id,
    f"{ATOM}title": _atom_title,
    f"{ATOM}link": _atom_link,
    f"{ATOM}published": _date("published_parsed"),
    f"{ATOM}updated": _date("updated_parsed"),
    f"{ATOM}author": _atom_author,
    f"{ATOM}contributor": lambda _, element: _person(element),
    f"{ATOM}content": _atom_content,
    f"{ATOM}summary": _atom_summary,
    ORIGIN: _once("feedburner_origlink"),
}
