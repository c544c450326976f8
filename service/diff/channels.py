"""The way a request is sent in: another form or address is no promise, nor whether it must or may be used. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from service.diff.plain import plain
from service.diff.restated import content
from service.model import Category, Kind, Verdict

_WAY = frozenset(
    {
        "may", "must", "should", "also", "please", "kindly", "submit", "submitted", "send", "sent",
        "address", "directed", "mail", "mailed", "email", "e-mail", "fax", "portal", "form", "online",
        "site", "system", "web", "page", "courier",
    }
)  # fmt: skip
_STEMS = frozenset(stem for word in _WAY for stem in content(word) if stem)
_SENT = re.compile(
    r"\b(?:submit(?:ted|ting)?|sen[dt]|sending|address(?:ed)?|direct(?:ed)?|(?:e-?)?mail(?:ed)?|fax(?:ed)?|use)\b"
)
_STRICT = re.compile(r"\b(?:served|serving|service of process|in person|original)\b")
"""Words of formal service, which protects."""
_SHOWS = re.compile(
    r"\b(?:sign(?:ed|ature|atures)?|sworn|notari[sz]ed|certified|stamped|sealed|accompan\w+|includ\w+|contain\w*|identif\w+"
    r"|nam(?:e|es|ing)|cit(?:e|es|ing)|stat(?:e|es|ing)|attach\w*|warrants?|subpoenas?|court|judge|official)\b"
)
"""What a request has to show: whether it must or should is more than a way."""
_MODAL = re.compile(r"\b(?:may|must|should|shall|can|will|have to|has to|need to|needs to)\b")
_HOW = frozenset({Category.PROCEDURE, Category.EMERGENCY, Category.PRESERVATION})
"""What a sentence is about that tells how to ask, and promises nothing."""


def another_way(old: str, new: str, *categories: Sequence[Category]) -> Verdict | None:
    """The verdict on two sentences that tell how to send a request in, and differ in nothing but the way; else None.

    `categories`: of each side that has any.
    """
    told = all(Category.PROCEDURE in some and _HOW.issuperset(some) for some in categories)
    if not told or not _only_way(plain(old), plain(new)):
        return None
    return Verdict(Kind.REWORDED, 0.8, "another way to send a request in")


def _only_way(old: str, new: str) -> bool:
    if not (_SENT.search(old) and _SENT.search(new)) or _STRICT.search(f"{old} {new}"):
        return False
    if _SHOWS.search(f"{old} {new}") and _MODAL.findall(old) != _MODAL.findall(new):
        return False
    a, b = Counter(content(old)), Counter(content(new))
    return {*(a - b), *(b - a)} <= _STEMS
