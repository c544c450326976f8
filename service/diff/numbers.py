"""Numbers, dates and periods: whether two sentences differ in nothing else."""

from __future__ import annotations

import re

from rapidfuzz.distance import Indel

from service.diff.lexicon import SAME

_ORDINAL = re.compile(r"^(\d+)(?:st|nd|rd|th)$")
ALIKE = 0.86
"""How alike the words must be, numbers aside, where a few others changed with the number."""
MASK = "#"
_WORD = re.compile(r"[a-z#'-]+|\d+(?:[.,]\d+)*%?")
_PLURAL = re.compile(r"(?<=[a-z]{3}[^s\W])s$")
_POINTER = re.compile(
    r"\b(?:sections?|articles?|clauses?|paragraphs?|rules?|annex|parts?|chapters?|titles?|regulations?|page|appendix"
    r"|schedule|version|exhibit|policy|no|items?|steps?|suite|floor|box|act|directive)\.? (?:\(?[a-z]{2}\)? )?"
    r"[a-z]?\.?\d+(?:[./-]\d+)*(?:\([a-z0-9]{1,3}\))*|§+ ?\d+[\w.]*|\d+ u\.?s\.?c\.?"
    r"|\d{1,5} (?:[a-z]+ ){1,3}(?:street|road|avenue|square|lane|drive|boulevard|quay)\b"
)
_NAMES = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|dozen"
)
_DIGITS = {name: str(n) for n, name in enumerate(_NAMES.split("|")[:21])} | {
    name: str(10 * n) for n, name in enumerate(_NAMES.split("|")[20:28], start=2)
}
_DIGITS |= {"a": "1", "an": "1"}
_MONTHS = "january|february|march|april|may(?= \\d)|june|july|august|september|october|november|december"
_ORDINALS = (
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth"
    "|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth"
)
_NAMED = "january|february|march|april|may|june|july|august|september|october|november|december"
_ONE = (
    rf"(?:\d+(?:[.,]\d+)*(?:st|nd|rd|th|%)?|(?:{_NAMES}|{_MONTHS}|(?:first|second)(?= half| quarter)"
    r"|(?:third|fourth)(?= quarter)"
    rf"|(?:(?:twenty|thirty)-)?(?:{_ORDINALS})(?= of (?:{_NAMED}))|(?<=of )(?:{_NAMED})|[hq][1-4](?= \d))\b)"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"\b(?:(?:{_NAMED}) {_DAY}(?:,? \d{{4}})?|{_DAY} (?:of )?(?:{_NAMED})(?:,? \d{{4}})?"
    rf"|(?:{_NAMED}),? \d{{4}}|\d{{4}}-\d\d-\d\d)\b"
)
_UNIT = r"(?:(?:business|working|calendar) )?(?:minutes?|hours?|days?|weeks?|months?|years?)"
_OFTEN = (
    r"(?:once|twice|(?:three|four|six|ten|twelve|\d+) times) (?:an?|per|each|every) (?:day|week|month|quarter|year)"
    r"|every (?:other |two |three |four |six |twelve |\d+ )?(?:days?|weeks?|months?|quarters?|years?)"
    r"|each (?:day|week|month|quarter|year)|annually|quarterly|monthly|weekly|(?:half|twice)-?yearly|semi-?annually"
    r"|biannually|(?:last|this|the past) (?:year|quarter|month)"
)
_SPAN = (
    rf"(?:the )?(?:first|second|third|fourth|last) (?:half|quarter|(?:three|six) months)(?: of)? \d{{4}}"
    rf"|(?:h[12]|q[1-4]) \d{{4}}|(?:the )?(?:calendar |fiscal )?year \d{{4}}"
    rf"|(?:(?:{_DAY} )?(?:{_NAMED})(?: {_DAY})?,?(?: \d{{4}})?) (?:to|and|until|through|-) "
    rf"(?:(?:{_DAY} )?(?:{_NAMED})(?: {_DAY})?,? \d{{4}})"
)
"""A stretch of the calendar: "the first half of 2023", "1 January to 30 June 2023"."""
_NUMBER = re.compile(
    rf"\b(?:{_SPAN}|{_OFTEN}|{_ONE}(?:[ ,-]{{1,3}}(?:and )?{_ONE})*(?: {_UNIT}\b)?|(?<!(?:once|wice) )an? {_UNIT}\b)"
)

_RHYTHMS = tuple((word, pattern) for word, pattern in SAME if word in ("halfyearly", "yearly", "quarterly"))


def masked(text: str) -> str:
    """A `plain` text with every number and date but those of pointers ("section 4") as one sign."""
    return _NUMBER.sub(f"{MASK} ", _POINTER.sub("§", text))


def figures(text: str) -> tuple[str, ...]:
    """The numbers and dates of a `plain` text, as they stand."""
    return tuple(m.group().strip(" ,-") for m in _NUMBER.finditer(_POINTER.sub("§", text)))


def only_dates(old: str, new: str) -> bool:
    """Two different `plain` texts are the same but for days and months: "may" before a number is the month."""
    return old != new and _DATE.sub(MASK, old) == _DATE.sub(MASK, new)


def only_figures(old: str, new: str) -> bool:
    """Two `plain` texts give other numbers for what is otherwise the same claim."""
    a, b = figures(old), figures(new)
    if len(a) != len(b) or [_digits(f) for f in a] == [_digits(f) for f in b]:
        return False
    left, right = _singular(old), _singular(new)
    return left == right or Indel.normalized_similarity(left, right) >= ALIKE


def _singular(text: str) -> list[str]:
    """The words without their figures, as of one thing: "0 warrants" and "1 warrant" are of the same."""
    return [_PLURAL.sub("", word) for word in _WORD.findall(masked(text))]


def _digits(figure: str) -> str:
    """One form for one number: "two" and "2", "a year" and "one year", "1,204" and "1204", "3rd" and "3".

    So for a rhythm: "twice a year" and "every six months".
    """
    for rhythm, pattern in _RHYTHMS:
        figure = pattern.sub(rhythm, figure)
    words = figure.replace(",", "").split()
    return " ".join(_DIGITS.get(w, _ORDINAL.sub(r"\1", w)) for w in words)
