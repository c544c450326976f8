"""Who has to order it: a judge, a prosecutor, or whoever asks; and who may keep the company from telling. Pure.

"Only on the order of a judge" is more than "… of a judge or, in urgent cases, of the public prosecutor", and "unless
a court forbids it" more than "unless the agency asks us not to": the least that suffices counts, as with instruments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from service.diff.regions import find_regions

STEP = 0.6
"""Weight of one whose word suffices now and did not, or the other way round."""
GAG_STEP = 0.7

_JUDGE = r"judges?|magistrates?|courts?|tribunals?|grand jur(?:y|ies)|justices?"
_PROSECUTOR = r"prosecutors?|attorneys? general|district attorneys?|procurators?|prosecution"
_ASKER = (
    r"police|law enforcement|officers?|officials?|agenc(?:y|ies)|authorit(?:y|ies)|governments?|sheriffs?|detectives?"
    r"|investigators?|ministr(?:y|ies)|ministers?|regulators?|part(?:y|ies)"
)
_RANKS = ((3.0, re.compile(_JUDGE)), (2.0, re.compile(_PROSECUTOR)), (1.0, re.compile(_ASKER)))
_BESIDE = (
    r"an?|the|any|its|his|or|and|of|by|from|on|upon|public|competent|examining|investigating|requesting|supervising|local"
    r"|state|federal|district|higher|senior|single|another|even|also|request|order|decision|in [a-z]+ cases?"
)
_RUN = re.compile(rf"(?:,? (?:{_BESIDE}|{_JUDGE}|{_PROSECUTOR}|{_ASKER})\b)+")
"""One who issues an order, or several: "a judge or, in urgent cases, the public prosecutor"."""
_MEANS = re.compile(
    r"\b(?:on|upon|under|with|without|after|following|against|in (?:response|answer|reply) to|by virtue of)"
    r"(?: the (?:basis|strength|receipt) of)?(?: (?:an?|the|any))?(?: (?!and\b|or\b)[a-z-]+){0,3}?"
    r" (?:orders?|warrants?|decisions?|requests?|approval|permission|consent|decrees?|writs?)"
    r"(?: (?:issued|signed|made|given|approved))?(?= (?:of|by|from) )"
)
"""An order by which something is given or got."""
_SOFT = re.compile(
    rf"\b(?:{_ASKER}|{_PROSECUTOR})(?: (?!not\b|never\b)[a-z]+){{0,2}}? "
    r"(?:asks?|asked|requests?|requested|directs?|directed|tells?|told|instructs?|instructed|objects?|prefers?|wants?"
    r"|wish(?:es)?|says?)\b"
    r"|\b(?:asked|requested|directed|instructed|told)(?: (?:otherwise|not to|so|us|to do so))*(?: not to)? by "
    rf"(?:the |an? |any )?(?:[a-z]+ )?(?:{_ASKER}|{_PROSECUTOR})\b"
)
"""It is enough that they ask."""
_HARD = re.compile(
    r"\b(?:courts?|judges?|judicial|laws?|legal(?:ly)?|lawful(?:ly)?|statutes?|prohibit\w*|forb[ai]d\w*|orders?|ordered)\b"
)


def issued_otherwise(old: str, new: str) -> Iterator[tuple[float, str]]:
    """What a change of those whose word suffices weighs between two `plain` texts, with the reason."""
    was, now = _least(old), _least(new)
    if was and now and was[0] != now[0]:
        value = STEP if now[0] > was[0] else -STEP
        yield value, f"“{was[1]}” became “{now[1]}”"
    silenced, silences = _gag(old), _gag(new)
    if silenced and silences and silenced[0] != silences[0]:
        value = GAG_STEP if silences[0] > silenced[0] else -GAG_STEP
        yield value, f"“{silenced[1]}” became “{silences[1]}”"


def names_issuer(text: str, at: int) -> bool:
    """Whether letter `at` of a `plain` text stands among those who issue an order, not among recipients."""
    return any(start <= at < end for start, end in _runs(text))


@lru_cache(maxsize=512)
def _runs(text: str) -> tuple[tuple[int, int], ...]:
    found = []
    for means in _MEANS.finditer(text):
        run = _RUN.match(text, means.end())
        if run and any(pattern.search(run.group()) for _, pattern in _RANKS):
            found.append(run.span())
    return tuple(found)


def _least(text: str) -> tuple[float, str] | None:
    """The least of those whose order suffices, with the words for all of them."""
    ranked = [
        (rank, text[start:end].strip(" ,"))
        for start, end in _runs(text)
        for rank, pattern in _RANKS
        if pattern.search(text, start, end)
    ]
    return min(ranked, default=None)


def _gag(text: str) -> tuple[float, str] | None:
    """Whether asking is enough to keep the company silent (1.0) or a law or an order it takes (2.0); None: unsaid."""
    exceptions = [region.words.strip() for region in find_regions(text) if region.exception]
    for words in exceptions:
        if _SOFT.search(words):
            return 1.0, words
    return next(((2.0, words) for words in exceptions if _HARD.search(words)), None)
