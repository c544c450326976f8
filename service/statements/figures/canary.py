"""Whether a document is a canary, of which day it speaks, and by which day it promises its next statement. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from service.model import Category, Statement
from service.statements.figures.calendar import find_dates, find_periods
from service.statements.figures.deadlines import Span, Step, find_spans, find_steps, find_terms, without_dates
from watchers.model import Document

LONGEST = 600
"""Characters of a passage that are read for a promise; no canary says it at greater length."""
LABEL = 40
"""Characters of a passage that may be the label of the one that follows ("Next update")."""
AHEAD = timedelta(days=2)
"""So far in the future a statement may be dated: the world has time zones."""

_NOUNS = (
    r"(?:canar(?:y|ies)|statements?|declarations?|messages?|pages?|notices?|versions?|editions?|documents?|files?|"
    r"affirmations?|attestations?|updates?|renewals?|posts?)"
)
_ITSELF = re.compile(
    rf"\b(?:this|the|our|these|such|a|next)\s(?:\w+\s){{0,2}}?{_NOUNS}\b|\bcanar(?:y|ies)\b|^It\s(?:is|will)\b"
    r"|\bthis(?=[,.]|\s(?:every|each|once|at|on|in|by|no|again|anew|daily|weekly|monthly|quarterly|annually)\b)"
    r"|\b(?:re-?sign(?:ed)?|sign(?:ed)?\s(?:again|anew)|this\sreport)\b",
    re.I,
)
_OTHERS = re.compile(
    r"\b(?:(?:privacy|cookie|data|security|retention)\spolic(?:y|ies)|polic(?:y|ies)|terms|transparency\sreports?|guidelines?|"
    r"software|firmware|app|apps|product|invoices?|prices?|headlines?|newsletters?|audits?)\b",
    re.I,
)
_KEYS = r"(?:keys?|certificates?|certs?)"
_REPORT = re.compile(r"\breports?\b", re.I)
_NEXT = re.compile(
    rf"\bnext\b(?!\sto\b)(?!\s(?:\w+\s){{0,2}}{_KEYS}\b)[^.;]{{0,60}}?\b(?:{_NOUNS}|publication|signature|signing|one|due|reports?)\b|\bnext:",
    re.I,
)
_ACTS = (
    r"(?:publish(?:ed|es)?|updat(?:ed?|es|ing)|re-?new(?:ed|s)?|re-?sign(?:ed|s)?|sign(?:ed)?|re-?issued?|issued?|re-?plac(?:ed?|es)|"
    r"refresh(?:ed|es)?|re-?published?|repeat(?:ed|s)?|post(?:ed|s)?|released?|re-?affirm(?:ed|s)?|reviewed)"
)
_WILL = re.compile(
    rf"\b(?:will|shall|to|is|are|must|should|expected\sto)\s(?:\w+\s)?be\s(?:\w+\s)?{_ACTS}\b"
    rf"|\b(?:will|shall|plans?\sto|intends?\sto|intention\sto|aims?\sto|expects?\sto|undertakes?\sto)\s(?:\w+\s)?{_ACTS}\b",
    re.I,
)
_RENEWS = re.compile(rf"\b{_ACTS}\b", re.I)
_EXPIRES = re.compile(
    r"\b(?:void|invalid|(?:not|no\slonger)\svalid|lapses)\s(?:after|on|from)\b|"
    rf"\b(?:valid|good|in\sforce|effective)\s(?:only\s)?(?:until|till|through|up\sto|for|from)\b"
    rf"|^\W*(?:valid|expir(?:es|y|ation))\b[^.;]{{0,20}}:|\b{_NOUNS}\s(?:will\s)?expires?\b|\bexpires:",
    re.I,
)
_HOLDER = re.compile(rf"(?P<other>{_OTHERS.pattern}|\b{_KEYS}\b)|\b{_NOUNS}\b", re.I)
"""What a sentence speaks of first: "this statement, signed with our key", or "the key of this statement"."""
_KEY_THAT = re.compile(rf"\b{_KEYS}\s(?:that|which)\s(?:is|are)\s$", re.I)
_STALE = re.compile(
    rf"\b(?:this|the|our)\s(?:\w+\s)?(?:{_NOUNS}|date|signature)\b[^.;]{{0,60}}?\b(?:older\sthan|(?:not|n[’']t)\s(?:been\s)?(?:\w+\s)?"
    r"(?:updated|renewed|re-?signed|replaced|refreshed))\b",
    re.I,
)
_ENDS = re.compile(r"\b(?:expires|expiry|valid\suntil|due)\b", re.I)
_CANARY = re.compile(r"\bcanar(?:y|ies)\b", re.I)
_OF_NOW = re.compile(
    r"(?:\b(?:as\sof|as\sat|dated|date\sof\s(?:issue|this|publication)|effective|valid\sfrom|(?:statement|canary|update)\sof|today)\b"
    r"|\bdated?:|\b(?P<act>issued|signed|published|(?:last\s)?(?:updated|renewed))\b)[^.;]{0,40}?$",
    re.I,
)
_TO_COME = re.compile(r"\b(?:be|next)\s(?:[\w-]+\s)?(?:re-?)?$", re.I)
"""What makes a verb after it one of the next statement: "will be re-signed", "next updated"."""
_HAS_BEEN = re.compile(r"\b(?:is|are|was|were|been|last)\s(?:[\w-]+\s)?(?:re-?)?$", re.I)
"""What makes a verb after it one of this statement: "must be issued by our counsel and was issued"."""


@dataclass(frozen=True, slots=True)
class Canary:
    """What a document says of its own renewal. All empty: it is no canary, or says nothing of it.

    `due`: the last day of the time that it names for its next statement; None: no day can be read out of it.
    `stated`: the day that the statement speaks of. `words`: the sentence with the promise. `named`: it names the day,
    which otherwise follows from a rhythm ("every quarter").
    """

    stated: date | None = None
    due: date | None = None
    words: str = ""
    named: bool = False


NONE = Canary()


def read_canary(document: Document, statements: Sequence[Statement], *, seen: date) -> Canary:
    """The canary in a company's own document that was first seen on `seen` (UTC).

    It is one if it denies something (category never), or calls itself a canary and gives an assurance. A rhythm
    ("every quarter") counts from the statement's own day and means nothing without one; a day named without its year
    is the first after that day, or after `seen`.
    """
    if not statements:
        return NONE
    named = any(_CANARY.search(text) for text in _texts(document))
    if not named and not any(Category.NEVER in s.categories for s in statements):
        return NONE
    passages = tuple(_passages(document))
    promises = [text for text in passages if _speaks_of_renewal(text, named=named)]
    if not (promises or named):
        return NONE
    stated = _stated((document.title, *(p for p in passages if p not in promises)), promises, seen)
    base = stated or seen
    for text in promises:
        due = _named_day(text, base, seen)
        if due is not None and (stated is None or due > stated):
            return Canary(stated, due, text, named=True)
    if stated is not None:
        for text in promises:
            due = _by_rhythm(text, stated)
            if due is not None and due > stated:
                return Canary(stated, due, text)
    return Canary(stated) if stated else NONE


def _texts(document: Document) -> Iterator[str]:
    yield document.title
    yield from (block.text for block in document.blocks)


def _passages(document: Document) -> Iterable[str]:
    """Paragraphs by sentence, and labels together with what they label."""
    texts = [block.text for block in document.blocks]
    for i, text in enumerate(texts):
        following = texts[i + 1] if i + 1 < len(texts) else ""
        if len(text) <= LABEL and 0 < len(following) <= LABEL and _is_label(text, following):
            yield f"{text.rstrip(':.')}: {following}"
        for sentence in _SENTENCE_END.split(text):
            if sentence:
                yield sentence[:LONGEST]


_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=[A-Z“\"(])")


def _is_label(text: str, following: str) -> bool:
    """Whether it names what follows; with a full stop only where that is a day and nothing else."""
    if text.endswith(".") and not _is_day(following):
        return False
    return bool(_NEXT.search(text) or _ENDS.search(text)) and not _days(text)


def _is_day(text: str) -> bool:
    return _ONE_DAY.fullmatch(without_dates(text)) is not None


_ONE_DAY = re.compile(r"(?:(?:on|by|before)\s(?:the\s)?)?#\.?", re.I)


@lru_cache(maxsize=16_384)
def _speaks_of_renewal(text: str, *, named: bool) -> bool:
    """Whether a sentence promises this statement anew, or says when it ends."""
    if _expires(text) or _STALE.search(text):
        return True
    if _OTHERS.search(text) and not _CANARY.search(text):
        return False
    if _REPORT.search(text) and not named:
        return False
    if _NEXT.search(text):
        return True
    return bool(_ITSELF.search(text) and (_WILL.search(text) or (_RENEWS.search(text) and _rhythmic(text))))


def _expires(text: str) -> bool:
    """Whether it says how long this statement holds, and not a key, a certificate or a policy."""
    match = _EXPIRES.search(text)
    if match is None:
        return False
    holder = _HOLDER.search(text, 0, match.start())
    other = holder is not None and holder["other"] is not None
    return not other and not _KEY_THAT.search(text, 0, match.start())


def _rhythmic(text: str) -> bool:
    return next(find_steps(text), None) is not None


def _named_day(text: str, base: date, seen: date) -> date | None:
    """The latest day that the promise names, its own day apart."""
    days = [s.last for s in find_spans(text, base) if not _is_own(text, s, seen)]
    return max(days, default=None)


def _is_own(text: str, span: Span, seen: date) -> bool:
    """Whether a day is that of the statement itself ("as of …")."""
    return span.dated and span.last <= seen + AHEAD and _of_now(text[: span.start])


def _of_now(before: str) -> bool:
    """Whether the words before a day say that the statement is of that day.

    A verb of what is to come speaks for those after it ("will be published and signed"), up to one of what has been.
    """
    of_now, to_come = False, False
    found = _OF_NOW.search(before)
    while found is not None:
        if found["act"]:
            to_come = _is_to_come(before[: found.start()], found["act"], to_come)
        of_now = True
        found = _OF_NOW.search(before, found.end("act") if found["act"] else found.start() + 1)
    return of_now and not to_come


def _is_to_come(before: str, act: str, to_come: bool) -> bool:
    """Whether a verb after `before` is one of the next statement, where those before it were (`to_come`) or not."""
    if _TO_COME.search(before):
        return True
    return to_come and not (act.lower().startswith("last") or _HAS_BEEN.search(before))


def _by_rhythm(text: str, stated: date) -> date | None:
    steps: list[Step] = list(find_steps(text))
    if _expires(text) or _STALE.search(text) or _WILL.search(text):
        steps += find_terms(text)
    try:
        return max((step.after(stated) for step in steps), default=None)
    except OverflowError:
        return None


def _stated(passages: Sequence[str], promises: Sequence[str], seen: date) -> date | None:
    """The day of the statement: where the text says "as of" or "issued", else the latest that it names."""
    said: list[date] = []
    named: list[date] = []
    for text in (*passages, *promises):
        own = text not in promises
        for start, day in _days(text):
            if day > seen + AHEAD:
                continue
            if _of_now(text[:start]):
                said.append(day)
            elif own:
                named.append(day)
    return max(said or named, default=None)


def _days(text: str) -> list[tuple[int, date]]:
    """Days that a sentence names in full, with their offsets; of a month ("January 2024") the last day."""
    found, _ = find_dates(text[:LONGEST], find_periods(text[:LONGEST]))
    whole = {start: date.fromordinal(int(figure.high)) for start, figure in found}
    for span in find_spans(text[:LONGEST], date.min):
        if span.dated:
            whole.setdefault(span.start, span.last)
    return sorted(whole.items())
