"""Numbers, bands, proportions and dates stated inside a sentence, and the period they are for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import inf

from service.model import Figure
from service.statements.figures.calendar import Period, find_dates, find_periods
from service.statements.figures.numerals import NUMBER, value_of

LONGEST = 4000
"""Characters of a sentence that are read: what runs on for longer is a table gone flat."""
_BLANK = "\x00"
_NOT_FIGURES = re.compile(
    r"""(?x)
    \b\d+\s(?:U\.?\s?S\.?\s?C\.?|C\.?F\.?R\.?|Stat\.|F\.\d?d|Fed\.)[^,;]{0,24}\d+(?:\([a-z\d]+\))*
    | §+\s?[\d.]+(?:\([a-zA-Z\d]+\))*(?:\s?(?:-|–|and|to)\s?[\d.]+(?:\([a-zA-Z\d]+\))*)?
    | \b(?:[Ss]ections?|[Ss]ec\.|[Aa]rt(?:icles?|\.)|[Tt]itle|[Rr]ules?|[Rr]egulations?
        |[Dd]irectives?|[Cc]lauses?|[Cc]hapter|[Ss]chedule|[Aa]nnex|[Aa]ppendix
        |[Ee]xhibit|[Pp]aragraphs?|[Pp]art|[Rr]ecital|[Oo]rder|[Nn]o\.|[Nn]umber|[Pp]ub\.\sL\.|[Pp]ublic\sLaw
        |[Cc]ase|[Dd]ocket|[Rr]oom|[Pp]ages?|[Ff]igure|[Tt]able|[Ff]orm
        |[Ss]tep|[Oo]ption|[Ss]uite|[Ff]loor|[Ff]l\.|[Bb]uilding|[Uu]nit|Box|[Vv]ersions?|[Vv]ol\.|iOS|iPadOS
        |macOS|Windows|Android|Office|Microsoft|TLS|SSL|SOC|ISO|IEC|AES|SHA|RSA
        |PCI|COVID|Tier|Level|Type|Phase|EO|E\.O\.|Cap\.|[Aa]mendments?|Channel|Gate|Platform|Web|Pixel
        |Galaxy|iPhone)
        [\s-](?:\([A-Z]+\)\s)?(?:[Nn]o\.?\s)?\d[\d./:-]*(?:\([a-zA-Z\d]+\))*(?:(?:,|\sand|\sor|\sto)\s\d+(?:\([a-zA-Z\d]+\))*(?=\s(?:of|and|or|to)\b))*
    | \b\d+(?:st|nd|rd|th)\b(?!\s(?:of\s)?(?:January|February|March|April|May|June|July|August|September
        |October|November|December))
    | \b\d{1,6}[A-Za-z]?\s(?:[NSEW]\.?\s)?(?:[A-Z][\w.’'-]*\s){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Boulevard
        |Blvd|Way|Drive|Dr|Lane|Ln|Parkway|Pkwy|Place|Pl|Square|Sq|Court|Ct
        |Terrace|Highway|Hwy|Plaza|Quay|Row|Circle)\b
    | \b[A-Z]{2}[,\s]\s?\d{5}(?:-\d{4})?\b | \b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b
    | \b(?:D|A|CH|F|B|NL|L|SE|DK)-\d{4,5}\b
    | \+\d[\d\s().-]{6,}\d | \(\d{3}\)\s?\d{3}[-.\s]\d{4} | \b\d{3}[-.]\d{3}[-.]\d{4}\b
    | \b\d{1,2}:\d{2}\b(?:\s?[ap]\.?m\.?)? | \b24/7\b | \b9/11\b | \b\d+\.\d+\.\d+\b | \b\d{2,4}/\d{2,4}/?\d*\b
    | \b\d+-bit\b | \b[A-Za-z]+-?\d[\w-]*\b | \b\d+[A-Za-z]{2,}\b(?<!bn)(?<!%)| ^\s*[(\[]?\d{1,2}(?:\.\d{1,2})*[.)\]]\s
    | https?://\S+ | \S+@\S+ | \bone\s(?:or\smore|another|of\sour\sown)\b | \b(?:no|each|any|every|some)\sone\b
    """
)
_COUNTED = (
    r"(?:requests?|demands?|orders?|subpoenas?|warrants?|letters?|accounts?|customers?|users?|cases?|"
    r"disclosures?|governments?|countries|agenc(?:y|ies)|times?|people"
    r"|instances?|numbers?|selectors?|devices?|messages?|subscribers?|identifiers?|emergenc(?:y|ies)|"
    r"directives?|applications?|members?|percent|per\scent|days?|hours?|months?"
    r"|weeks?|years?|employees|judges?|courts?|such|national|legal|criminal|civil|government|search|court)"
)
_ONE_COUNTS = re.compile(rf"^\s(?:\w+\s){{0,2}}?{_COUNTED}\b", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d\Z")
_YEAR_BEFORE = re.compile(
    r"\b(?:in|of|since|by|until|till|before|after|during|for|from|through|to|and|year|calendar|fiscal|"
    r"early|late|mid|January|February|March|April|May|June|July|August"
    r"|September|October|November|December|spring|summer|autumn|fall|winter|Q[1-4]|H[12]|©|Act|Jan|Feb|"
    r"Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[.,]?[\s-]\Z"
)
_N = NUMBER
_PERCENT = r"\s?(?:%|percent\b|per\scent\b|percentage\spoints?\b)"
_BAND = re.compile(
    rf"(?:\b(?:between|from)\s)?(?P<low>{_N})(?P<mark>{_PERCENT})?\s?(?:–|—|-|\bto\b|\band\b)"
    rf"\s?(?P<high>{_N})(?P<percent>{_PERCENT})?",
    re.IGNORECASE,
)
_RANGE_WORD = re.compile(r"\b(?:between|from)\s", re.IGNORECASE)
_OPEN = re.compile(
    rf"\b(?P<which>fewer\sthan|less\sthan|under|below|up\sto|at\smost|no\smore\sthan|not\smore\sthan|"
    rf"maximum\sof|more\sthan|over|above|at\sleast|no\sfewer\sthan|no\sless\sthan|exceeding"
    rf"|minimum\sof)\s(?P<number>{_N})(?P<percent>{_PERCENT})?",
    re.IGNORECASE,
)
_INCLUSIVE = frozenset(
    (
        "up to",
        "at most",
        "no more than",
        "not more than",
        "maximum of",
        "at least",
        "no fewer than",
        "no less than",
        "minimum of",
    )
)
_UPWARD = frozenset(
    ("more than", "over", "above", "at least", "no fewer than", "no less than", "exceeding", "minimum of")
)
_ONE_IN = re.compile(
    rf"\b(?P<part>{_N})\s(?:\w+\s)?(?:in|out\sof)\s(?:every\s)?(?P<whole>{_N})\b", re.IGNORECASE
)
_FRACTION = re.compile(
    r"\b(?P<count>an?|one|two|three|four|five)[\s-](?P<part>half|thirds?|quarters?|fifths?|sixths?|"
    r"eighths?|tenths?|hundredths?)\b|\b(?P<half>half)\s(?:of|the)\b"
    r"|\b(?P<sliver>(?:a\s(?:tiny\s|small\s)?fraction|fractions)\sof\s(?:a|one|1)\s?(?:%|per\s?cent))",
    re.IGNORECASE,
)
_PARTS = {
    "half": 2,
    "third": 3,
    "quarter": 4,
    "fifth": 5,
    "sixth": 6,
    "eighth": 8,
    "tenth": 10,
    "hundredth": 100,
}
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_SIMPLE = re.compile(rf"(?P<number>{_N})(?P<percent>{_PERCENT})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    figure: Figure


@lru_cache(maxsize=4096)
def find_figures(text: str) -> tuple[Figure, ...]:
    """The figures of one sentence, in order.

    Statute and section numbers, years, addresses, versions, times of day and telephone numbers are none.
    "Fewer than 1,000" is the interval 0–999, "more than 200" is 201 and up (infinity).
    """
    text = text[:LONGEST]
    periods = find_periods(text)
    dates, rest = find_dates(text, periods)
    found = [_Found(start, figure) for start, figure in dates]
    rest = _NOT_FIGURES.sub(_blanked, _without(rest, periods))
    for pattern, read in _READERS:
        rest = _take(pattern, read, text, rest, found)
    return tuple(_with_period(f, periods) for f in sorted(found, key=lambda f: f.start))


def _without(text: str, periods: tuple[Period, ...]) -> str:
    chars = list(text)
    for period in periods:
        chars[period.start : period.end] = _BLANK * (period.end - period.start)
    return "".join(chars)


def _take(
    pattern: re.Pattern[str],
    read: Callable[[re.Match[str], str], Figure | None],
    text: str,
    rest: str,
    found: list[_Found],
) -> str:
    """Read every match of a pattern, add the figures to `found`, and blank what was read."""
    pieces, at = [], 0
    for match in pattern.finditer(rest):
        figure = read(match, text)
        if figure is not None:
            found.append(_Found(match.start(), figure))
            pieces += [rest[at : match.start()], _blanked(match)]
            at = match.end()
    return "".join(pieces) + rest[at:]


def _blanked(match: re.Match[str]) -> str:
    return _BLANK * len(match.group())


def _fraction(match: re.Match[str], text: str) -> Figure | None:
    shown = text[match.start() : match.end()]
    if match["sliver"]:
        return Figure(shown, 0.0, 1.0, "percent")
    if match["half"]:
        return Figure("half", 50.0, 50.0, "percent")
    share = 100.0 * _COUNTS[match["count"].lower()] / _PARTS[match["part"].lower().rstrip("s")]
    return Figure(shown, share, share, "percent")


def _one_in(match: re.Match[str], text: str) -> Figure | None:
    part, whole = value_of(match["part"]), value_of(match["whole"])
    if part is None or whole is None or not 0 < part < whole or _YEAR.match(match["whole"]):
        return None
    return Figure(text[match.start() : match.end()], 100.0 * part / whole, 100.0 * part / whole, "percent")


def _band(match: re.Match[str], text: str) -> Figure | None:
    low, high = value_of(match["low"]), value_of(match["high"])
    ranged = bool(_RANGE_WORD.match(match.group()))
    joined_by_and = re.search(r"\sand\s", match.group(), re.IGNORECASE) is not None
    if (
        low is None
        or high is None
        or low >= high
        or (joined_by_and and not ranged)
        or _YEAR.match(match["high"])
    ):
        return None
    unit = "percent" if match["percent"] or match["mark"] else "count"
    start = match.start("low")
    return Figure(text[start : match.end()], low, high, unit)


def _open(match: re.Match[str], text: str) -> Figure | None:
    bound = value_of(match["number"])
    if bound is None or _YEAR.match(match["number"]):
        return None
    which = re.sub(r"\s", " ", match["which"].lower())
    unit = "percent" if match["percent"] else "count"
    step = 0.0 if which in _INCLUSIVE or unit == "percent" else 1.0
    low, high = (bound + step, inf) if which in _UPWARD else (0.0, max(0.0, bound - step))
    return Figure(text[match.start() : match.end()], low, high, unit)


def _simple(match: re.Match[str], text: str) -> Figure | None:
    written = match["number"]
    value = value_of(written)
    if value is None:
        return None
    if match["percent"]:
        return Figure(text[match.start() : match.end()], value, value, "percent")
    after = text[match.end() :]
    if _is_year(written, text[: match.start()], after):
        return None
    if written[0].isalpha() and after[:1] == "-" and after[1:2].isalpha():
        return None
    if written.lower() == "one" and not _ONE_COUNTS.match(after):
        return None
    return Figure(text[match.start() : match.end()], value, value)


def _is_year(written: str, before: str, after: str) -> bool:
    if not _YEAR.match(written):
        return False
    return bool(_YEAR_BEFORE.search(before)) or not _ONE_COUNTS.match(after)


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str], Figure | None]], ...] = (
    (_FRACTION, _fraction),
    (_ONE_IN, _one_in),
    (_BAND, _band),
    (_OPEN, _open),
    (_SIMPLE, _simple),
)


def _with_period(found: _Found, periods: tuple[Period, ...]) -> Figure:
    """Counts and shares are for the next period that the sentence names, else for the last one before."""
    figure = found.figure
    if figure.unit == "date" or not periods:
        return figure
    period = next((p for p in periods if p.start > found.start), periods[-1])
    return Figure(figure.value, figure.low, figure.high, figure.unit, period.name)
