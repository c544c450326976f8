"""The parts that feeds of both kinds are made of: links, texts and dates, each as feedparser would have it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from watchers.feednames import LANGUAGE, is_idle

BARE = frozenset({LANGUAGE, "lang"})
TYPED = BARE | {"type"}
_LINK = frozenset({"href", "rel", "type", "title", "hreflang", "length"}) | BARE
TYPES = {"text": "text/plain", "text/plain": "text/plain", "html": "text/html", "text/html": "text/html"}
HTML = frozenset({"text/html", "html", "xhtml", "application/xhtml+xml"})
SLASHES = ":///"
_C1 = re.compile("[\x80-\x9f]")
_MONTHS = {
    name: 1 + at // 3
    for at in range(0, 36, 3)
    if (name := "JanFebMarAprMayJunJulAugSepOctNovDec"[at : at + 3])
}
_MAIL_DATE = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4}) "
    r"(\d\d):(\d\d):(\d\d) (?:GMT|UT|UTC|Z|([+-])(\d\d)(\d\d))"
)
_ISO_DATE = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:Z|([+-])(\d\d):(\d\d))", re.ASCII
)
MOST_ATTRIBUTES = 100


class UnusualError(Exception):
    """Not for here."""


def link_of(element: ET.Element) -> dict[str, str]:
    attributes = element.attrib
    if not _LINK.issuperset(attributes) or "href" not in attributes or len(element):
        raise UnusualError
    return {
        "rel": attributes.get("rel", "alternate").lower(),
        "type": attributes.get("type", "text/html").lower(),
        "href": _resolved(attributes["href"]),
    }


def _resolved(href: str) -> str:
    if SLASHES in href:
        raise UnusualError
    return href


def address_of(text: str) -> str:
    """A link's text; feedparser mends what looks like a reference in it."""
    if "&" in text and ";" in text:
        raise UnusualError
    return _resolved(text)


def text_of(element: ET.Element) -> str:
    """The text of an element that may have a language, and nothing else."""
    if element.attrib:
        require_only(element, BARE)
    return inner_text(element)


def inner_text(element: ET.Element) -> str:
    if len(element):
        raise UnusualError
    text = (element.text or "").strip()
    if text.isascii():
        return text
    with suppress(UnicodeError):  # UTF-8 that somebody took for Latin-1 and encoded once more
        text = text.encode("latin-1").decode("utf-8")
    if _C1.search(text):
        raise UnusualError
    return text


def require_only(element: ET.Element, allowed: frozenset[str]) -> None:
    if element.attrib and not allowed.issuperset(element.attrib):
        raise UnusualError


def require_leaf(element: ET.Element) -> None:
    if len(element) or len(element.attrib) > MOST_ATTRIBUTES:
        raise UnusualError


def ignore(element: ET.Element) -> None:
    if not is_idle(element.tag):
        raise UnusualError
    require_leaf(element)


def moment_of(text: str) -> datetime | None:
    """The dates that nearly everybody writes; anything else is unusual."""
    if not text:
        return None
    found = _MAIL_DATE.fullmatch(text)
    if found is not None:
        day, month, year = int(found[1]), _MONTHS[found[2]], int(found[3])
    elif (found := _ISO_DATE.fullmatch(text)) is not None:
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    else:
        raise UnusualError
    moment = datetime(year, month, day, int(found[4]), int(found[5]), int(found[6]), tzinfo=UTC)
    if found[7] is None:
        return moment
    offset = timedelta(hours=int(found[8]), minutes=int(found[9]))
    try:
        return moment + offset if found[7] == "-" else moment - offset
    except OverflowError:
        raise UnusualError from None
