"""How likely a name in a news story is a company's: weighed by all that stands around every place where it is named.

Weights of a logistic regression over plain measures (`scripts.fit_names`), beside the rules of `evidence`: those know
what a company is called ("the mail provider X"), these what one is like that nobody calls so.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice

from service.statements.names import evidence
from service.statements.names.titles import (
    COMPANY_DEFINITE,
    COMPANY_NOUN,
    NOT_GROUP,
    OUTSIDE_BEFORE,
    OUTSIDE_NAME,
    OUTSIDE_OFFICE,
    ROLE,
    SECTOR,
)
from service.statements.touch import DATA, touch
from service.statements.vocabulary import GIVEN_NAMES, ORDINARY, PLACES

BEFORE, AFTER = 60, 140
"""Characters on either side of a name that are looked at."""
NEAR = 300
"""Characters on either side in which the sentence of a name, and the next, are looked for."""
MOST_PLACES = 24
"""Places of a name, the first ones, around which is looked; a story names nobody more often."""
MOST_NAMES = 400
"""What has more names than this is a list of names and no story."""
_SHORT = 120
"""Characters of a headline or byline, at most."""
_LATE = 0.6
_END = re.compile(r"[.?!][\"”’]?\s")
_LOWER = re.compile(r"\b[a-z][a-z-]+")
_CAMEL = re.compile(r"[a-z][A-Z]")

_SAYS = r"(?:said|says|insists|insisted|denied|denies|confirmed|added|told\s[^.]{0,30})"
_BEHIND: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "says": r"(?:\salso|\shas|\shad)?\s(?:said|says|told|tells|wrote|writes|added|replied|insists?|insisted|"
        r"denie[sd]|confirmed|declined|refused)\b",
        "says it": rf"\s{_SAYS}\s(?:that\s)?(?:it|its)\b",
        "says he": rf"\s{_SAYS}\s(?:that\s)?(?:he|she|his|her)\b",
        ", which": r",\s(?:of [A-Z]\w+,\s)?(?:(?:from|in|on|with|to|by|at)\s)?(?:which|whose)\b",
        ", who": r",\swho\b",
        ", whose": r",\swhose\b",
        "'s": r"['’]s?\s",
        "'s thing": r"['’]s?\s[a-z]",
        "does": r"\s[a-z]+(?:ed|s|es)\s(?!of\b)",
        "is": r"\s(?:has|had|is|was|will|would|does|did|can|could|may|must|keeps|gives|gave|sells|makes)\b",
        "ends": r"[.?!][\"”’]?(?:\s|$)",
        "comma": r",",
        ", the": r",\s(?:the|an?|its|one)\b",
        "capital": r",?\s(?:and\s)?[A-Z]",
        "and capital": r"\sand\s[A-Z]",
        ", of place": r",\s(?:of|in|near|from)\s[A-Z]",
        "bracket": r"\s\(",
        "preposition": r"\s(?:in|on|at|by|for|of|to|from|with|and|or)\b",
        "of": r"\sof\b",
        "officer": r"(?:['’]s?)?,?\s(?:its\s|the\s)?(?:[a-z-]+\s){0,3}?(?:chief|spokes\w+|head|director|counsel|"
        r"founder|co-founder|executive|officer|president|manager|lawyers?)\b",
        "people": r"['’]?s?\s(?:users?|customers?|subscribers?|members|servers?|app|network|clients?|shares|engineers|"
        r"staff|terms|policy|website)\b",
        "role": r",\s(?:the|an?)\s(?:[\w’'-]+\s){0,4}?(?:minister|professor|senator|lawyer|judge|officer|researcher|"
        r"chief|director|head|counsel|founder)\b",
        "number": r"\s?\d",
        "street": r"\s(?:Lane|Street|Road|Court|University|Act|Bill|Park|Hill|Council|County|Square|House)\b",
        "person, its": r"[^.!?]{0,90}[.!?]?\s[A-Z][^,.]{3,40},\sits\s",
        "branch": r"['’]?s?\s(?:branch|shop|store|office|site|depot|plant|boss|owner|founder|maker)\b",
        "must": r"\s(?:must|should|to)\b",
    }.items()
}
_AHEAD: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "in": r"\b(?:in|near|across|around|outside|into|through|over|throughout)\s$",
        "at": r"\b[Aa]t\s$",
        "of": r"\bof\s$",
        "from": r"\bfrom\s$",
        "to": r"\bto\s$",
        "by": r"\bby\s$",
        "with": r"\bwith\s$",
        "for": r"\bfor\s$",
        "on": r"\b[Oo]n\s$",
        "that": r"\b(?:that|whether|if|because|when|while|as|since|and|but|or)\s$",
        "the": r"\b[Tt]he\s$",
        "a": r"\b[Aa]n?\s$",
        "adjective": r"\b(?:the|an?|its)\s(?:[\w-]+\s){1,3}$",
        "kind": rf"{NOT_GROUP}\b{COMPANY_NOUN},?(?:\scalled|\snamed)?\s$",
        "said": r"\b(?:said|says|wrote|writes|added|adds|asked|replied)\s$",
        "comma": r",\s$",
        "does": r"\b(?:does|did|do|is|was|will|would|can|has|have|had)\s$",
        "role": rf"{ROLE.pattern},?\s$",
        "role of": rf"{ROLE.pattern}\s(?:[\w-]+\s){{0,3}}(?:of|at|for|with)\s(?:the\s)?(?:[a-z-]+\s){{0,3}}$",
        "word": r"[a-z]\s$",
        "starts": r"(?:^|[.!?:][\"”’]?\s[\"“‘]?|^[\"“‘])$",
        "title": r"\b(?:Mr|Ms|Mrs|Dr|Prof|Professor|Sen|Rep|Judge|Minister|Sgt|Inspector)\.?\s$",
        "'s": r"['’]s?\s$",
        "body": OUTSIDE_BEFORE.pattern,
        "office": rf"{OUTSIDE_OFFICE.pattern},?\s$",
        "object": r"\b(?:asked|told|accused?|sued|called|calls|against|between|unlike|like|including|than|rival|use|"
        r"uses|used|using)\s$",
        "quote": r"[\"“‘]$",
        "numbered": r"(?:^|\n)(?:\d+[.)]|[•–—-])\s$",
        "one of": r"\b(?:[Oo]ne of (?:them|these|those|the \w+)|[Aa]nother(?: \w+)?|"
        r"[Tt]he (?:other|second|third|last|first)(?: \w+)?),\s$",
        "branch of": r"\b(?:branch|branches|shops?|stores?|offices?|owners?|makers?|parent|subsidiary|arm|part|"
        r"products?|name) of\s$",
        "both": r"\b(?:[Bb]oth|[Nn]either|[Bb]etween|[Ww]hile|[Uu]nlike|[Ll]ike)\s$",
        "date": r"\b\d{1,2}\s$",
    }.items()
}
_CUSTOMERS = re.compile(
    r"\b(?:company|firm|customers?|users?|subscribers?|clients|app|service|business)\b", re.IGNORECASE
)
_ITS, _HIS = re.compile(r"\b(?:its|it)\b"), re.compile(r"\b(?:he|she|his|her)\b", re.IGNORECASE)
_NEXT_THE, _NEXT_IT = re.compile(r"(?:The|That|Its?)\b"), re.compile(r"\W*(?:It|Its)\b")
_NEXT_HE = re.compile(r"\W*(?:He|She|His|Her)\b")
_WE_QUOTED = re.compile(r"[“\"][^”\"]*\b(?:[Ww]e|our|us)\b")
_WE, _QUOTE = re.compile(r"\b(?:[Ww]e|our|us)\b"), re.compile(r"[“\"]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a name stands: `texts[index][start:end]`."""

    index: int
    start: int
    end: int


def likelihoods(found: Mapping[str, Sequence[Place]], texts: Sequence[str]) -> dict[str, float]:
    """For each name of a story how likely it is a company's, 0..1. `texts`: title first, then the paragraphs.

    Nothing of a text with more than `MOST_NAMES`.
    """
    if len(found) > MOST_NAMES:
        return {}
    weights = _weights()
    bias = weights["bias"]
    return {
        name: 1
        / (1 + math.exp(-min(30.0, max(-30.0, bias + sum(weights.get(k, 0.0) * v for k, v in row.items())))))
        for name, row in measures(found, texts).items()
    }


@cache
def _weights() -> Mapping[str, float]:
    weights: dict[str, float] = json.loads(
        files("service.statements.names").joinpath("bearers.json").read_text("utf-8")
    )
    return weights


def measures(found: Mapping[str, Sequence[Place]], texts: Sequence[str]) -> dict[str, dict[str, float]]:
    """What is weighed of each name. What is told of a longer or shorter form of a name ("Paxcar Hosting", "Roe") is
    told of it too.
    """
    lower = {word for text in texts for word in _LOWER.findall(text)}
    most = max((len(group) for group in found.values()), default=1)
    rows: dict[str, dict[str, float]] = {}
    for name, group in found.items():
        longer = [n for n in found if n.startswith(name + " ") or name.startswith(n + " ")]
        called = [n for n in found if n.endswith(" " + name) or name.endswith(" " + n)]
        places = [*group, *(place for n in longer or called for place in found[n])]
        rows[name] = {
            **_by_itself(name, found, lower),
            **_in_text(name, group, places, most, texts),
            "longer": float(bool(longer)),
            "called": float(bool(called)),
            "longer and called": float(bool(longer and called)),
            **_around(places[:MOST_PLACES], texts),
        }
    return rows


def _by_itself(name: str, found: Mapping[str, Sequence[Place]], lower: set[str]) -> dict[str, float]:
    words = name.split(" ")
    first, last = words[0], words[-1].lower()
    alone = len(found.get(words[-1], ())) if len(words) > 1 else 0
    first_alone = len(found.get(first, ())) if len(words) > 1 else 0
    return {
        "one word": float(len(words) == 1),
        "two words": float(len(words) == 2),
        "given name": float(first in GIVEN_NAMES),
        "place": float(name in PLACES),
        "with a place": float(any(word in PLACES for word in words)),
        "ordinary": float(first.lower() in ORDINARY),
        "sector": float(len(words) > 1 and last in SECTOR),
        "body": float(last in OUTSIDE_NAME),
        "body first": float(first.lower() in OUTSIDE_NAME),
        "capitals": float(name.isupper()),
        "ampersand": float("&" in name),
        "camel": float(_CAMEL.search(name) is not None),
        "hyphen": float("-" in name),
        "surname": float(len(words) == 1 and any(n.endswith(" " + name) for n in found)),
        "first word": float(len(words) == 1 and any(n.startswith(name + " ") for n in found)),
        "last alone": min(3.0, alone),
        "first alone": min(3.0, first_alone),
        "last is alone": float(alone > 0),
        "first is alone": float(first_alone > 0),
        "last in small": float(len(words) > 1 and bool(lower & {last, last.rstrip("s"), last + "s"})),
        "first in small": float(bool(lower & {first.lower(), first.lower() + "s"})),
        "plural": float(len(words) > 1 and last.endswith("s")),
    }


def _in_text(
    name: str, group: Sequence[Place], places: Sequence[Place], most: int, texts: Sequence[str]
) -> dict[str, float]:
    title, count = texts[0] if texts else "", len(places)
    first = min(place.index for place in group)
    return {
        "once": float(count == 1),
        "twice": float(count == 2),
        "often": float(count >= 3),
        "very often": float(count >= 5),
        "share": min(1.0, count / most),
        "in the title": float(
            name in title or (" " in name and name.split(" ", maxsplit=1)[0] in title.split())
        ),
        "early": float(first <= 2),
        "lead": float(first in (1, 2)),
        "late": float(first > _LATE * len(texts)),
        "head only": float(all(p.index <= 1 and len(texts[p.index]) < _SHORT for p in places)),
    }


def _around(places: Sequence[Place], texts: Sequence[str]) -> dict[str, float]:
    """For each sign the share of places beside which it stands."""
    total: dict[str, float] = {}
    for place in places:
        text = texts[place.index]
        before, after = text[max(0, place.start - BEFORE) : place.start], text[place.end : place.end + AFTER]
        signs = {f"… {name}": p.match(after) is not None for name, p in _BEHIND.items()}
        signs |= {f"{name} …": p.search(before) is not None for name, p in _AHEAD.items()}
        signs |= {f"… {name}": p.match(after) is not None for name, p in evidence.BEHIND.items()}
        signs |= {f"{name} …": p.search(before) is not None for name, p in evidence.AHEAD.items()}
        signs |= _sentences(text, place, before, after)
        for name, holds in signs.items():
            total[name] = total.get(name, 0.0) + holds
    return {name: value / len(places) for name, value in total.items()}


def _sentences(text: str, place: Place, before: str, after: str) -> dict[str, bool]:
    """Signs in the sentence that holds a name, and in the next one."""
    this, following = _sentence(text, place)
    own, opens = touch(this), evidence.opens(before)
    return {
        "state": own.state,
        "reach": own.reach,
        "data": DATA.search(this) is not None,
        "quotes": _QUOTE.search(this) is not None,
        "we": _WE_QUOTED.search(this + following) is not None,
        "its": _ITS.search(this) is not None,
        "his": _HIS.search(this) is not None,
        "customers": _CUSTOMERS.search(this) is not None,
        "opens": opens,
        "opens and does": opens and _BEHIND["does"].match(after) is not None,
        "opens, its": opens and _ITS.search(after) is not None,
        "opens, his": opens and _HIS.search(after) is not None,
        "then we": _WE.search(following) is not None,
        "then the": _NEXT_THE.match(following) is not None,
        "then the company": COMPANY_DEFINITE.search(following[:BEFORE]) is not None,
        "then he": _NEXT_HE.match(following) is not None,
        "then it": _NEXT_IT.match(following) is not None,
    }


def _sentence(text: str, place: Place) -> tuple[str, str]:
    """The sentence that holds a name, and the one behind it, roughly, and of long ones what stands near."""
    first, last = max(0, place.start - NEAR), min(len(text), place.end + NEAR)
    start = max(text.rfind(mark, first, place.start) for mark in (". ", "” ", '" '))
    ends = [m.end() for m in islice(_END.finditer(text, place.end, last), 2)] + [last] * 2
    return text[first if start < 0 else start + 2 : ends[0]], text[ends[0] : ends[1]]
