"""Runs of capitalised words that may be names, with what is no part of a name taken off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.statements.names.titles import (
    COMPANY_NOUN,
    HONORIFICS,
    LEGAL_FORMS,
    NAME,
    OUTSIDE_OFFICE,
    ROLE,
    SECTOR,
)
from service.statements.vocabulary import ORDINARY, word_set

_WEEKDAYS = frozenset(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"))
_COMPOUND = re.compile(r"[A-Z][a-z]+-[a-z]+s")
"""The opening word of "Civil-liberties lawyer Jane Roe said"."""
_SHORTENED = re.compile(r"[A-Z]\w*['’](?:d|m|ve|ll|re|t)$")
"""E.g. "I'd"."""
_STATE_TITLES = frozenset(
    (
        "Minister",
        "Secretary",
        "Commissioner",
        "Constable",
        "Superintendent",
        "Sergeant",
        "Inspector",
        "Senator",
        "Attorney",
    )
)
"""Titles inside a run of capitals ("Transport Minister Jane Roe"), behind which the name begins."""
_HEAD_OF = re.compile(
    r"\b(?:Head|Director|President|VP|Officer|Manager|Lead|Chief|Counsel) (?:of|for)(?: the)? $"
)
_OFFICE = 40
"""Characters in which an office before a name stands."""
DEPARTMENTS = word_set(
    "network networks legal policy trust security product products engineering privacy communications compliance "
    "operations safety marketing public government global data research risk technology infrastructure people "
    "press media "
    "corporate customer information law platform regulatory external internal sales strategy user"
)
"""Behind "Head of" the name of a department and no company's."""
_KIND_FIRST = re.compile(
    r"Airline|Insurer|Lender|Carrier|Carmaker|Automaker|Retailer|Startup|Start-up|App|Firm|Company|Operator|Provider|"
    r"Telco|Contractor|Broker|Chipmaker|Grocer|Publisher|Supplier|Vendor|Maker|Registrar|Messenger|"
    r"Chain|Exchange|Manufacturer|Developer|Marketplace|Hoster|Courier|Brokerage|Platform|Telecom"
)
"""What a company is, before its name at the head of a sentence: "Airline Paxcar"."""
_DESCRIBES = re.compile(rf"\s(?:[a-z-]+\s)?{COMPANY_NOUN},?\s(?:[A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ]|[a-z]+(?:ed|t)\s)")
"""What follows the first word of "Messaging app Paxcar says"."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A capitalised name as it stands somewhere: `texts[index][start:end]`."""

    name: str
    index: int
    start: int
    end: int


def candidates(texts: Sequence[str]) -> Iterator[Candidate]:
    """Every run of capitalised words that may be a name, honorifics and sentence-opening words taken off."""
    for index, text in enumerate(texts):
        for match in NAME.finditer(text):
            yield from _trimmed(text, match, index)


def _trimmed(text: str, match: re.Match[str], index: int) -> Iterator[Candidate]:
    start, end = match.span()
    opens = opens_sentence(text, start)
    office = ROLE.match(match.group())
    if office is not None and match.group()[office.end() :].startswith(" "):
        start += office.end() + 1
    words = text[start:end].split(" ")
    if _HEAD_OF.search(text[max(0, start - _OFFICE) : start]) and words[0].lower() in DEPARTMENTS:
        return
    titled = max((i for i, w in enumerate(words[1:-1], 1) if w in _STATE_TITLES), default=-1)
    if titled > 0:
        start += len(" ".join(words[: titled + 1])) + 1
        words, opens = words[titled + 1 :], False
    first, count = 0, len(words)
    while first < count and _is_no_name(words[first], left=count - first, opens=opens):
        start += len(words[first]) + 1
        first += 1
        opens = opens and first < count and words[first].lower() in ORDINARY
    words = words[first:]
    if words and words[0] in ("The", "A", "An"):
        start, words = start + len(words[0]) + 1, words[1:]
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        end -= len(words.pop()) + 1
    if opens and len(words) == 1 and _DESCRIBES.match(text, end):
        return
    half = len(words) // 2
    if half and words[:half] == words[half:]:  # a heading run into the line below it
        start, words = end - len(" ".join(words[half:])), words[half:]
    if words and (
        len(words) > 1 or not (words[0].lower() in ORDINARY | SECTOR or _SHORTENED.match(words[0]))
    ):
        yield Candidate(" ".join(words), index, start, end)


def _is_no_name(word: str, *, left: int, opens: bool) -> bool:
    """Whether a capitalised word stands before a name rather than in it. `left`: words from it on."""
    return bool(
        word.lower().rstrip(".") in HONORIFICS
        or word.endswith(("-based", "-born", "-owned"))
        or (left > 1 and word in _WEEKDAYS)
        or (
            opens
            and (
                word.lower() in ORDINARY
                or _COMPOUND.fullmatch(word)
                or (left > 2 and OUTSIDE_OFFICE.fullmatch(word))
                or (left > 1 and _KIND_FIRST.fullmatch(word))
            )
        )
    )


def opens_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 3) : start].rstrip(" “\"‘'(•—-")
    return not before or before[-1] in '.!?:\n”"' or start == 0
