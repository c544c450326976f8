"""Lines that are no sentence: titles, buttons, postal addresses, the dates of a page. Pure."""

from __future__ import annotations

import re

from service.diff.heads import find_heads
from service.diff.numbers import MASK, masked
from service.diff.plain import plain

TITLE = 6
"""Words that a title has at most."""
_POSTAL = re.compile(
    r"\b\d{1,5} (?:[A-Z][\w.]* ){1,4}(?:Road|Street|Avenue|Square|Lane|Place|Way|Drive|Boulevard|Quay|Rd|St|Ave|Dr)\b"
    r"|\b[A-Z]{2} \d{5}\b"
)
_REPORT = re.compile(
    r"((?:[^\s.;:]+ ){1,6})(?:reports?|statements?|notices?|overview)"
    rf"(?:,? (?:for|of|in|on|from|to|until|and|the|period|year|half|quarter|first|second|[hq][1-4]|- |{MASK}))+:?"
)
"""What a report is called: "Harborlight's transparency report for the period from 1 May to 31 July"."""
_PIECE = re.compile(r"[^\W\d_]+|\d+")
_DATED = frozenset(
    {
        "published", "updated", "posted", "revised", "modified", "reviewed", "issued", "effective", "last",
        "first", "date", "dated", "on", "by", "at", "as", "of", "since", "and", "min", "mins", "minute",
        "minutes", "read",
    }
)  # fmt: skip
_STAMP = frozenset(["published", "updated", "posted", "revised", "modified", "reviewed"])
_MONTHS = frozenset(
    {
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
        "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov",
        "dec",
    }
)  # fmt: skip


def bare(text: str) -> bool:
    """A title, a button, a postal address, the dates of a page, the name of a report: it promises nothing.

    A title has no verb that we know, denies nothing, and ends without a stop.
    """
    if text.rstrip().endswith((".", "!", "?", ";")) and not _POSTAL.search(text):
        return False
    read = plain(text)
    if _stamp(read) or _names_report(read):
        return True
    if find_heads(read):
        return False
    if _POSTAL.search(text):
        return True
    return read.count(" ") < TITLE and not any(c.isdigit() for c in read)


def _stamp(read: str) -> bool:
    """When it was published and updated, and the minutes that it takes to read."""
    pieces = _PIECE.findall(read)
    words = {piece for piece in pieces if not piece.isdigit()}
    return len(words) < len(pieces) and bool(words & _STAMP) and words <= _DATED | _MONTHS


def _names_report(read: str) -> bool:
    named = _REPORT.fullmatch(" ".join(masked(read).split()))
    return named is not None and not find_heads(named.group(1))
