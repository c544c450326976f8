"""The words inside a sentence that take part of its promise back or bound it.

A condition inside a permission ("if required by law" in "we may disclose") takes no promise back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

_BREAK = (
    r"unless\b|except(?:ing)?\b(?! when you)|save (?:where|that|as|for|when|if|in|to)\b|with the exception of\b"
    r"|barring\b|absent (?:an?|any|your|the)\b|but for\b"
    r"|but not (?:where|if|when)\b|apart from\b"
)
_ADVERB = r"(?:[a-z]+ly )?(?:and (?:[a-z]+ly )?)?"
_ABLE = r"(?:feasible|possible|practicable|practical|permitted|permissible|allowed|reasonable|lawful|permits?|allows?)"
_SOFT = (
    rf"(?:if and )?to the (?:[a-z]+ )?extent (?:that )?(?:it is |this is |such [a-z]+ is |we are )?"
    rf"{_ADVERB}{_ABLE}\b"
    r"|to the extent that .{3,60}? (?:leaves?|lets?|allows?|permits?)\b"
    r"|(?:where|when|whenever|wherever|if) (?:the|a) (?:law|courts?|judge|statute)s? (?:so )?"
    r"(?:permits?|allows?|lets?)\b"
    r"|(?:if|where|when|so long as) (?:it|this|that) is not (?:legally )?(?:forbidden|prohibited|barred)"
    r"|in most cases\b"
    rf"|(?:where|when|whenever|if|wherever) (?:it[’']s |it is |this is |that is |doing so is |we are |reasonably )?"
    rf"{_ADVERB}{_ABLE}\b"
    r"|(?:so|as|in ?so) ?far as .{0,60}?(?:law|permit|permissible|allow|possible|exclude|forbid|practicable)"
    r"|insofar as .{0,60}?(?:law|permit|permissible|allow|possible|exclude|forbid|practicable)"
    r"|(?:for )?(?:so|as) long as .{0,60}?(?:law|courts?|statutes?|judge)\b.{0,40}?(?:lets?|allows?"
    r"|permits?|forbid)"
    r"|we are not (?:otherwise |legally )*(?:prohibited|forbidden|barred)|although (?:such|a court|the law)"
    r"|(?:in each case, )?if doing so.{0,40}? is consistent"
)
_DUTY = r"(?:where|whenever) (?:legally )?(?:appropriate|required by law)\b"
_BOUND = r"provided that\b|other than\b"
_TRIGGER = re.compile(
    rf"\b(?:(?P<hard>{_BREAK})|(?P<soft>{_SOFT})|(?P<duty>{_DUTY})|(?P<bound>{_BOUND}))", re.IGNORECASE
)
_LEFT_OUT = re.compile(
    r"(?:^|, )([^,.;]{3,70}? (?:excepted|excluded|being the exception))(?=[,.;])", re.IGNORECASE
)
_PERMITS = re.compile(
    r"\b(?:may|might|can|reserves? the right|(?:are|is) entitled|authori[sz]es?|consents?)\b.{0,80}?"
    r"\b(?:disclos|shar|provid|releas|reveal|transfer|seek|access|us(?:e|ing)\b)"
    r"|\bis (?:disclosed|shared|transferred)\b|\b(?:will|shall|must) (?:only )?(?:disclose|share|use"
    r"|release)\b",
    re.IGNORECASE,
)
_NOTIFIES = re.compile(r"\b(?:notif|inform|tell|notice)", re.IGNORECASE)
_PROMISES = re.compile(r"\b(?:will|shall) (?:\w+ )?(?:notify|inform|tell|respond)", re.IGNORECASE)
_NEGATIVE = re.compile(r"\b(?:not|no|never|nor|neither|nobody|cannot|declin|refus)\w*", re.IGNORECASE)
_ENUMERATES = re.compile(r":|\((?:[a-z]|[ivx]+|\d)\)", re.IGNORECASE)
_MAIN = re.compile(
    r"\s(?:as (?:described|set out|explained|outlined)|so\b|who\b|which\b|we\b|it\b|our\b|you\b|this\b|they\b"
    r"|before\b|after\b|promptly\b|first\b|hence\b|the (?:addresses|user|customer|company)\b"
    r"|and (?:\([a-z]\)|only|will|shall|[a-z]+ (?:will|shall)|then)|no\b|but\b|[A-Z][\w.]+ (?:will"
    r"|may|shall|does|is))"
)
_LEADING = re.compile(r"^[\s\"“‘'(•\-–—\d.)]*\Z")


LONGEST = 4000
"""Characters of a sentence that are looked at, and"""
MOST = 20
"""so many places where an exception may begin: more is no sentence, and the work grows with their product."""


def find_exception(text: str) -> str:
    """The longest exception in `text`, an exact substring; "" where nothing is taken back."""
    return max(_candidates(text[:LONGEST]), key=len, default="")


def _candidates(text: str) -> Iterator[str]:
    permits = bool(_PERMITS.search(text)) and not _NOTIFIES.search(text)
    for found in islice(_TRIGGER.finditer(text), MOST):
        if _counts(text, found, permits):
            yield text[found.start() : _end(text, found)].rstrip(" ,;.:")
    for out in _LEFT_OUT.finditer(text):
        yield out.group(1).strip()


def _counts(text: str, found: re.Match[str], permits: bool) -> bool:
    before = text[: found.start()]
    if found["hard"] is not None:
        return not (permits and not _NEGATIVE.search(text))
    if found["soft"] is not None:
        return not permits
    if found["duty"] is not None:
        return not permits and bool(_LEADING.match(before)) and bool(_PROMISES.search(text))
    if found["bound"].lower() == "other than":
        return bool(_NEGATIVE.search(before))
    return not _PERMITS.search(before)


def _end(text: str, found: re.Match[str]) -> int:
    """Where the exception that begins at `found` ends."""
    start = found.start()
    if text[:start].rstrip(" ").endswith("("):
        return _closing(text, start)
    stop = _stop(text, start)
    comma = _comma(text, found.end(), stop)
    if comma < 0:
        return stop
    if _LEADING.match(text[:start]) or _interrupts(text, start) or found["hard"] is None:
        return comma
    if _ENUMERATES.search(text, start, start + 60):
        return stop
    while comma >= 0:
        if _MAIN.match(text, comma + 1):
            return comma
        comma = _comma(text, comma + 1, stop)
    return stop


def _closing(text: str, start: int) -> int:
    depth = 1
    for index in range(start, len(text)):
        depth += (text[index] == "(") - (text[index] == ")")
        if depth == 0:
            return index
    return len(text)


def _stop(text: str, start: int) -> int:
    """The end of the clause: a semicolon, unless the exception lists its cases."""
    semicolon = text.find(";", start)
    if semicolon < 0 or _ENUMERATES.search(text, start, min(semicolon, start + 60)):
        return len(text)
    return semicolon


def _comma(text: str, start: int, stop: int) -> int:
    """The next comma outside brackets, -1 if none."""
    depth = 0
    for index in range(start, stop):
        char = text[index]
        depth += (char == "(") - (char == ")")
        if char == "," and depth <= 0:
            return index
    return -1


def _interrupts(text: str, start: int) -> bool:
    """Does it stand between a verb and what belongs to it ("shall, unless …, notify")?"""
    head = text[:start].rstrip()
    return bool(re.search(r"\b(?:will|shall|must|then|and|that|policy|number|including|right),?$", head))
