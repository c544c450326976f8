"""Which entries of a feed are new, which are known, and by what. Pure.

A guid or a link names a post only as long as no other entry of the feed carries it: feeds give every entry the address
of their home page, number their guids anew, or copy an entry and forget to change its guid.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from service.decision import FeedSeen, Hub, Shown
from service.model import Carried
from watchers.model import Entry, Feed, Fetched

SHARED = "shared:"
"""Before a key that two posts have carried: it names neither, and never will."""
_TELLING = 200
"""Characters of text that tell a post apart even where it has no date."""
_TAG = re.compile(r"<[^>]*>")

Known = Mapping[str, Carried]
"""By key."""


@dataclass(frozen=True, slots=True)
class Marked:
    """An entry and all that it may be known by."""

    entry: Entry
    digest: bytes
    """Of the text that the feed carries, markup and white space apart; b"" without any."""
    keys: tuple[str, ...]
    """The strongest first: guid, link (where it is not the guid), and what it says."""
    exact: str
    """What it says, names included: what is left when others carry all of its keys."""


def mark(entry: Entry) -> Marked:
    """Take an entry's marks."""
    words = " ".join(_TAG.sub(" ", entry.content).split())
    date = entry.published.isoformat() if entry.published else ""
    said, names = (entry.title, date, words), (entry.identity, entry.url)
    exact = _hash(*said, *names)
    telling = (entry.title and date) or len(words) >= _TELLING
    link = (f"link:{entry.url}",) if entry.url and entry.url != entry.identity else ()
    return Marked(
        entry,
        hashlib.sha256(words.encode("utf-8", "replace")).digest() if words else b"",
        (entry.identity, *link, _hash(*said) if telling else exact),
        exact,
    )


def asked_keys(entries: Iterable[Marked]) -> list[str]:
    """Every key that the record has to be asked for."""
    keys = {key for one in entries for key in (*one.keys, one.exact)}
    return [*keys, *(SHARED + key for key in keys)]


def sort_entries(fetched: Fetched, feed: Feed, marked: Iterable[Marked], known: Known) -> FeedSeen:
    """Tell the entries that are new, and those whose text changed, from the rest."""
    entries = _distinct(marked)
    carried = Counter(key for one in entries for key in one.keys)
    shared = {key for key, times in carried.items() if times > 1}
    shared |= {key for key in carried if SHARED + key in known} | _dealt_anew(entries, known)
    fresh, edited = [], []
    for one, document in zip(entries, _match(entries, shared, known), strict=True):
        own = tuple(key for key in one.keys if key not in shared)
        shown = Shown(one.entry, one.digest, own or (one.exact,))
        if document is None:
            fresh.append(shown)
        elif one.digest and (before := _carried_before(document, one, known)) and before != one.digest:
            edited.append((document, shown))
    return FeedSeen(
        fetched=fetched,
        total=len(feed.entries),
        fresh=tuple(fresh),
        edited=tuple(edited),
        shared=tuple(key for key in shared if key in known and SHARED + key not in known),
        ill_formed=feed.ill_formed,
        fresh_for=feed.fresh_for.total_seconds() if feed.fresh_for else None,
        hub=Hub(feed.hub, feed.topic or fetched.url) if feed.hub else Hub(),
    )


def _dealt_anew(entries: Iterable[Marked], known: Known) -> set[str]:
    """Guids and links that stand on another post now: they name neither."""
    found: set[str] = set()
    for one in entries:
        said = known.get(one.keys[-1])
        if said and said.content and said.content == one.digest:
            rows = ((key, known[key]) for key in one.keys[:-1] if key in known)
            found |= {key for key, row in rows if row.document != said.document and row.content
                      and row.content != one.digest}  # fmt: skip
        elif _is_another(one, known):
            found.add(one.keys[0])
    return found


def _is_another(one: Marked, known: Known) -> bool:
    """Whether a guid that is known comes with another title, date and text, at an address that is not known."""
    row = known.get(one.keys[0])
    if row is None or row.content in (None, b"", one.digest) or not one.digest:
        return False
    linked = len(one.keys) == 3 and one.keys[1]
    if linked and (at := known.get(linked)) and at.document == row.document:
        return False
    was, now = row.title.casefold(), one.entry.title.casefold()
    if not (was and now) or was in now or now in was:
        return False
    if row.published and one.entry.published:
        return row.published != one.entry.published
    return bool(linked)


def _match(entries: Sequence[Marked], shared: Collection[str], known: Known) -> list[str | None]:
    """Each entry's document. A guid goes before a link, a link before the text; none is given away twice."""
    found: list[str | None] = [None] * len(entries)
    taken: set[str] = set()
    for rank in range(4):
        for n, one in enumerate(entries):
            if found[n] is None and (document := _named(one, rank, shared, known)) and document not in taken:
                found[n] = document
                taken.add(document)
    return found


def _named(one: Marked, rank: int, shared: Collection[str], known: Known) -> str | None:
    """What a key names; one that others carry as well counts only together with the very same text."""
    ranked = (one.keys[0], one.keys[1] if len(one.keys) == 3 else "", one.keys[-1], one.exact)
    row = known.get(ranked[rank])
    if row is None or (ranked[rank] in shared and (not one.digest or row.content != one.digest)):
        return None
    return row.document


def _carried_before(document: str, one: Marked, known: Known) -> bytes | None:
    rows = (known[key] for key in (*one.keys, one.exact) if key in known)
    return next((row.content for row in rows if row.document == document), None)


def _distinct(marked: Iterable[Marked]) -> list[Marked]:
    """Without what the feed shows twice: the same names and title, or one of the names and the same text."""
    kept: list[Marked] = []
    seen: set[tuple[object, ...]] = set()
    for one in marked:
        marks: set[tuple[object, ...]] = {(one.entry.identity, one.entry.url, one.entry.title)}
        if one.digest:
            marks |= {(key, one.digest) for key in one.keys[:-1]}
        if not seen & marks:
            kept.append(one)
        seen |= marks
    return kept


def _hash(*said: str) -> str:
    return "text:" + hashlib.sha256("\n".join(said).encode("utf-8", "replace")).hexdigest()
