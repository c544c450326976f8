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
    r"|[a-z]{3,}(?:ish|ian|ese|ic|can|ean|nch|tch|iss)|german"
    r"|state|federal|district|higher|senior|single|another|even|also|request|order|decision|in [a-z]+ cases?"
)
_RUN = re.compile(rf"(?:,? (?:{_BESIDE}|{_JUDGE}|{_PROSECUTOR}|{_ASKER})\b)+")
"""One who issues an order, or several: "a judge or, in urgent cases, the public prosecutor"."""
_TRAILING = re.compile(rf"(?:,? (?:{_BESIDE}))+$")
_MEANS = re.compile(
    r"\b(?:on|upon|under|with|without|after|following|against|in (?:response|answer|reply) to|by virtue of)"
    r"(?: the (?:basis|strength|receipt) of)?(?: (?:an?|the|any))?(?: (?!and\b|or\b)[a-z-]+){0,3}?"
    r" (?:orders?|warrants?|decisions?|requests?|approval|permission|consent|decrees?|writs?)"
    r"(?: (?:issued|signed|made|given|approved))?(?= (?:of|by|from) )"
    r"|\b(?:confirmed|approved|authori[sz]ed|ordered|validated|recogni[sz]ed|granted|endorsed)(?= by )"
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
_SHOWN = re.compile(
    rf"\b(?:{_ASKER}|{_PROSECUTOR})(?: [a-z]+)? "
    r"(?:shows?|shown|demonstrates?|proves?|establish\w*|explains?|certif\w+)\b"
)
"""They have to say why."""
_BY_LAW = re.compile(
    r"(?:(?! or )[^,.;]){0,80}\b(?:courts?|judges?|judicial|laws?(?! enforcement)|legal(?:ly)?|statut\w*|orders?"
    r"|warrants?)\b"
)
"""Behind those who ask: it is not they who silence, but a court or the law."""
_DESPITE = re.compile(
    r"\b(?:even (?:if|where|when|though)|regardless|no matter|whether or not|irrespective|rather than|instead of)\b"
    r"|,? (?:and|but) (?:not|never)\b|, not\b"
)
"""From here on an exception says what does not matter for it."""
_CLAUSE_END = re.compile(r"[.;:()](?=\s|$)|, (?:and|but) |\b(?:and|but) (?=we |it |they )")
_DENIAL = re.compile(r"\b(?:not|never|no|none|nobody|nothing|neither|nor|cannot|refus\w+|declin\w+)\b|n't\b")
_YET = re.compile(r"\b(?:except|unless|other than|save|only|but|without)\b")
"""Takes back the denial before it: "do not disclose anything except on"."""
_GUARDS = re.compile(
    r"\b(?:notif\w+|inform(?:s|ed|ing)?|tells?|told|telling|alert\w*|warn\w*|notice|publish\w*|review\w*|challeng\w+"
    r"|contest\w*|reject\w*|object\w*)\b"
)
"""Where a clause guards, nobody gets anything by an order in it."""
_HARD = re.compile(
    r"\b(?:courts?|judges?|judicial|laws?|legal(?:ly)?|lawful(?:ly)?|statutes?|prohibit\w*|forb[ai]d\w*|orders?|ordered)\b"
)
_ALSO_NOT = re.compile(
    r",? (?:and |but )?(?:never|not) (?:merely |simply )?(?:on|upon|at|in response to|because of) (?:[a-z-]+ ){0,4}"
    r"(?:requests?|demands?|wish(?:es)?)(?: (?!unless\b|except\b|without\b|if\b|where\b|when\b)[a-z-]+){0,8}\.?$"
)
"""What is left out by "only" already: "only on the order of a court[, and never on the request of the police]"."""
_ONLY_BY = re.compile(r"\bonly\b.*\b(?:warrants?|orders?|subpoenas?)\b")


def without_restated_denial(old: str, new: str) -> tuple[str, str]:
    """Two `plain` texts, less what one of them says is not enough where it has said what alone is."""
    short = [
        text[: tail.start()]
        if (tail := _ALSO_NOT.search(text)) and _ONLY_BY.search(text, 0, tail.start())
        else text
        for text in (old, new)
    ]
    return (short[0], short[1]) if (short[0] == old) != (short[1] == new) else (old, new)


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


def silenced_otherwise(old: str, new: str) -> bool:
    """Whether it takes more now, or less, to keep the company from telling: what else its exception says is moot."""
    was, now = _gag(old), _gag(new)
    return was is not None and now is not None and was[0] != now[0]


def names_issuer(text: str, at: int) -> bool:
    """Whether letter `at` of a `plain` text stands among courts and prosecutors who issue an order, not recipients."""
    return any(start <= at < end and not _RANKS[-1][1].search(text, start, end) for start, end in _runs(text))


def lists_issuers(text: str, at: int) -> bool:
    """Whether letter `at` of a `plain` text stands among issuers of an order of whom one is a court or prosecutor."""
    return any(
        start <= at < end and any(pattern.search(text, start, end) for _, pattern in _RANKS[:-1])
        for start, end in _runs(text)
    )


@lru_cache(maxsize=512)
def _runs(text: str) -> tuple[tuple[int, int], ...]:
    found = []
    for means in _MEANS.finditer(text):
        run = _RUN.match(text, means.end())
        if (
            run
            and _by_which_it_is_given(text, means)
            and any(pattern.search(run.group()) for _, pattern in _RANKS)
        ):
            found.append(run.span())
    return tuple(found)


def _by_which_it_is_given(text: str, means: re.Match[str]) -> bool:
    """The order has something given: its clause neither guards, nor denies that anything is given by it."""
    start = max((m.end() for m in _CLAUSE_END.finditer(text, 0, means.start())), default=0)
    stop = _CLAUSE_END.search(text, means.end())
    end = stop.start() if stop else len(text)
    if _GUARDS.search(text, start, end):
        return False
    denials = list(_DENIAL.finditer(text, 0, means.start()))
    without = means.group().startswith("without")
    if not denials:
        return not without and not _DENIAL.search(text, means.end(), end)
    return without or _YET.search(text, denials[-1].end(), means.start()) is not None


def _least(text: str) -> tuple[float, str] | None:
    """The least of those whose order suffices, with the words for all of them."""
    ranked = [
        (rank, _TRAILING.sub("", text[start:end].strip(" ,")))
        for start, end in _runs(text)
        for rank, pattern in _RANKS
        if pattern.search(text, start, end)
    ]
    return min(ranked, default=None)


def _gag(text: str) -> tuple[float, str] | None:
    """What keeps the company silent: somebody asks (1.0) or shows why (1.5), a law or an order (2.0); None: unsaid."""
    exceptions = [
        _DESPITE.split(region.words, maxsplit=1)[0].strip(" ,")
        for region in find_regions(text)
        if region.exception
    ]
    for words in exceptions:
        if any(not _BY_LAW.match(words, soft.end()) for soft in _SOFT.finditer(words)):
            return 1.0, words
    if shown := next((words for words in exceptions if _SHOWN.search(words)), None):
        return 1.5, shown
    return next(((2.0, words) for words in exceptions if _HARD.search(words)), None)
