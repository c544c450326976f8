"""Which companies a text speaks of: those the catalogue holds, and those that only the text itself gives away."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from service.statements.names import bearers
from service.statements.names.capitals import Candidate, candidates, opens_sentence
from service.statements.names.catalogue import canonical, entry_of
from service.statements.names.evidence import Leaning, weigh
from service.statements.names.titles import (
    COMPANY_DEFINITE,
    NAME,
    OUTSIDE_NAME,
    ROLE,
    SECTOR,
)
from service.statements.vocabulary import GIVEN_NAMES, ORDINARY

FIRST_NAMED = 4
"""What being the first company to be named weighs against being named more often."""
OFTEN, OPENING = 3, 3
"""How often, and within how many blocks from the top, a name must stand to be taken for "the company"."""
_ADDRESSED = re.compile(r"\b(?:Mr|Ms|Mrs|Dr|Miss)\.?\s(?P<surname>[A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ][\w’'-]+?)(?=['’]s\b|\b)")


@dataclass(frozen=True, slots=True)
class Mention:
    """A company's name in a text: `text[start:end]` stands for `company`."""

    company: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Names:
    """What the names of one document stand for, each name in the form it is written in.

    `companies`: written name → the company's name; `people`: full names of persons;
    `others`: agencies, papers, campaigns, places.
    `order`: companies, the one most spoken of first.
    """

    companies: dict[str, str] = field(default_factory=dict)
    people: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    order: tuple[str, ...] = ()


def find_companies(text: str) -> tuple[Mention, ...]:
    """Mentions of companies in a text, in order: by catalogue, or by what the text says of a name."""
    names = survey((text,))
    return tuple(
        Mention(company, candidate.start, candidate.end)
        for candidate in candidates((text,))
        if (company := names.companies.get(candidate.name))
    )


def found_in(texts: Sequence[str]) -> tuple[dict[str, list[Candidate]], dict[str, str]]:
    """Every name with the places where it stands; and names in capitals, with the same in small letters."""
    found: defaultdict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates(texts):
        found[candidate.name].append(candidate)
    _drop_ordinary(found, texts)
    shouted = _lower_labels(found)
    return dict(found), shouted


def survey(texts: Sequence[str], *, addressed: Sequence[str] = (), news: bool = False) -> Names:
    """Sort the names of one document into companies, people and others, by all that is said around each.

    `addressed`: surnames under which somebody's turns in an interview stand. `news`: the texts are a story's, title
    first; a name that no rule knows is then a company's where it is likely.
    """
    found, shouted = found_in(texts)
    lasts = Counter(c.name for group in found.values() for c in group if " " not in c.name)
    lasts.update(addressed)
    for text in texts:
        lasts.update(2 * [m["surname"] for m in _ADDRESSED.finditer(text)])
    leanings = {name: _leaning(name, group, texts, lasts) for name, group in found.items()}
    odds = _odds(found, texts) if news else {}
    leanings |= _likely(leanings, odds, found, texts)
    people = frozenset(n for n, lean in leanings.items() if " " in n and lean.verdict == "person")
    surnames = {n.rsplit(" ", 1)[-1] for n in people}
    companies = {
        n: lean.company for n, lean in leanings.items() if lean.verdict == "company" and n not in surnames
    }
    companies.update(_by_first_word(found, leanings, surnames))
    companies.update(_unnamed_kinds(found, leanings, surnames, texts) if not companies else {})
    companies.update(_likeliest(leanings, odds, texts) if not companies else {})
    companies.update(_labelled(texts, shouted, companies, found))
    people -= _lengthen(companies, found, leanings)
    _join_short_forms(companies, found, people)
    order = _by_weight(companies, found, leanings)
    companies.update({loud: companies[name] for loud, name in shouted.items() if name in companies})
    others = frozenset(n for n, lean in leanings.items() if lean.verdict == "other" and n not in companies)
    return Names(_canonical_names(companies), people, others, order)


LIKELY, LIKELIEST = 0.25, 0.15
"""How likely a name must be a company's that no rule knows, and the likeliest of a text that speaks of "the company"
and names none."""
_BARS = {"": LIKELY, "person": 0.6, "other": 0.8}
"""The same for what a rule takes it for."""


def _odds(found: dict[str, list[Candidate]], texts: Sequence[str]) -> dict[str, float]:
    places = {name: [bearers.Place(c.index, c.start, c.end) for c in group] for name, group in found.items()}
    return bearers.likelihoods(places, texts)


def _likely(
    leanings: dict[str, Leaning],
    odds: dict[str, float],
    found: dict[str, list[Candidate]],
    texts: Sequence[str],
) -> dict[str, Leaning]:
    """The names that are likely a company's, though the rules know nothing of them, or little."""
    return {
        name: Leaning("company", name, max(1, lean.score))
        for name, lean in leanings.items()
        if lean.verdict != "company"
        and odds.get(name, 0.0) >= _BARS[lean.verdict]
        and (lean.verdict != "person" or _called_by_first(name, found))
        and not _merely_opens(name, found[name], texts)
    }


def _likeliest(leanings: dict[str, Leaning], odds: dict[str, float], texts: Sequence[str]) -> dict[str, str]:
    """Of a text that speaks of "the company" and names none, the name that is most likely its."""
    if not any(COMPANY_DEFINITE.search(text) for text in texts):
        return {}
    unknown = [name for name, likely in odds.items() if likely >= LIKELIEST and not leanings[name].verdict]
    best = max(unknown, key=lambda name: odds[name], default="")
    return {best: best} if best else {}


def _merely_opens(name: str, group: list[Candidate], texts: Sequence[str]) -> bool:
    """A word that stands once, at the head of a sentence, may owe its capital to that ("Files are lost", "Fine.")."""
    after = texts[group[0].index][group[0].end : group[0].end + 1]
    doubtful = " " not in name and (name.endswith("s") or after in ".!?")
    return doubtful and len(group) == 1 and opens_sentence(texts[group[0].index], group[0].start)


def _called_by_first(name: str, found: dict[str, list[Candidate]]) -> bool:
    """Is it taken up by its first word and not, as people are, by its last?"""
    first, last = name.split(" ", 1)[0], name.rsplit(" ", 1)[-1]
    return first in found and last not in found and first not in GIVEN_NAMES


def _lower_labels(found: dict[str, list[Candidate]]) -> dict[str, str]:
    """E.g. "PAXCAR" → "Paxcar" where a text writes both; what is found of the first counts for the second."""
    quiet = {name.upper(): name for name in found if not name.isupper()}
    shouted = {name: quiet[name] for name in found if name.isupper() and name in quiet}
    for loud, name in shouted.items():
        found[name] = sorted([*found[name], *found.pop(loud)], key=lambda c: (c.index, c.start))
    return shouted


_LABEL = re.compile(rf"(?P<name>{NAME.pattern})[.:—–]\s+(?=\S)")
_FEWEST_LABELS = 3
_ACRONYM = 4
"""Letters that a name in capitals may have and be an acronym."""


def _labelled(
    texts: Sequence[str],
    shouted: dict[str, str],
    companies: dict[str, str],
    found: dict[str, list[Candidate]],
) -> dict[str, str]:
    """In a round of answers ("PAXCAR. “We …”", "PARLANDO. …"): what the others are, where one is a company."""
    named = [m["name"] for text in texts if (m := _LABEL.match(text)) and m["name"].isupper()]
    labels = {shouted.get(name, name) for name in named}
    if len(labels) < _FEWEST_LABELS or not labels & set(companies):
        return {}
    return {
        name: name.title() if name.isupper() and len(name) > _ACRONYM else name
        for name in labels
        if name in found and (name.isupper() or name not in companies)
    }


_PAPERS = frozenset(("policy", "terms", "guidelines", "report", "notice", "statement", "agreement", "guide"))
"""What a company's name stands before in a title."""


def _by_first_word(
    found: dict[str, list[Candidate]], leanings: dict[str, Leaning], surnames: set[str]
) -> dict[str, str]:
    """E.g. "Auberon Hotels", later "Auberon": people are taken up by their last word, companies by their first.

    The evidence of both forms is summed up, and some of it there must be.
    """
    taken: dict[str, str] = {}
    for name in found:
        short, _, rest = name.partition(" ")
        if not rest or short not in found or short in GIVEN_NAMES or short in surnames or rest in found:
            continue
        if any(word in OUTSIDE_NAME or word in _PAPERS for word in rest.lower().split(" ")):
            continue
        both = (leanings[name], leanings[short])
        if not any(lean.verdict in ("other", "person") for lean in both) and sum(b.score for b in both) > 0:
            taken[name] = name
    return taken


def _unnamed_kinds(
    found: dict[str, list[Candidate]],
    leanings: dict[str, Leaning],
    surnames: set[str],
    texts: Sequence[str],
) -> dict[str, str]:
    """Where a text speaks of "the company" and no name was known for one: the name it opens with and keeps using."""
    if not any(COMPANY_DEFINITE.search(text) for text in texts):
        return {}
    likely = [
        name
        for name, group in found.items()
        if not leanings[name].verdict
        and name not in surnames
        and not name.isupper()
        and (len(group) >= OFTEN or leanings[name].score > 0)
        and any(c.index < OPENING for c in group)
    ]
    best = max(likely, key=lambda name: (" " not in name, len(found[name])), default="")
    return {best: best} if best else {}


def _drop_ordinary(found: dict[str, list[Candidate]], texts: Sequence[str]) -> None:
    """A word that has its capital only from opening a sentence, and stands elsewhere without, is no name."""
    small = {
        part for text in texts for word in _SMALL_WORD.findall(text) for part in (word, *word.split("-"))
    }
    for name, group in list(found.items()):
        if name.lower() in small and all(opens_sentence(texts[c.index], c.start) for c in group):
            del found[name]


_SMALL_WORD = re.compile(r"\b[a-z][\w-]*")


def _leaning(name: str, group: list[Candidate], texts: Sequence[str], lasts: Counter[str]) -> Leaning:
    entry = entry_of(name)
    known = 0 if entry is None else 1 if entry.word else 4
    return weigh(
        name,
        [
            (texts[c.index][max(0, c.start - 60) : c.start], texts[c.index][c.end : c.end + 140])
            for c in group
        ],
        known=known,
        surname_alone=lasts[name.rsplit(" ", 1)[-1]] if " " in name else 0,
    )


def _lengthen(
    companies: dict[str, str], found: dict[str, list[Candidate]], leanings: dict[str, Leaning]
) -> frozenset[str]:
    """The full name that a text gives first ("Wrenfield Books") is the company's, when its short form is one.

    Gives those that look like persons' but whose last word nobody is called by ("Zipline Scooters").
    """
    taken: set[str] = set()
    for short in [n for n in companies if " " not in n and not canonical(n)]:
        longer = [
            name
            for name in found
            if name.startswith(short + " ")
            and name.count(" ") == 1
            and (leanings[name].verdict in ("", "company") or _no_surname(name, found, leanings))
            and not ROLE.search(name)
        ]
        if longer:
            first = min(longer, key=lambda name: (found[name][0].index, found[name][0].start))
            companies[first] = first
            taken.add(first)
    return frozenset(taken)


def _no_surname(name: str, found: dict[str, list[Candidate]], leanings: dict[str, Leaning]) -> bool:
    """Does a name that looks like a person's end in a word by which nobody in the text is called?"""
    first, last = name.split(" ", 1)[0], name.rsplit(" ", 1)[-1]
    return leanings[name].verdict == "person" and first not in GIVEN_NAMES and last not in found


def _join_short_forms(
    companies: dict[str, str], found: dict[str, list[Candidate]], people: frozenset[str]
) -> None:
    """E.g. "Ardent" is "Ardent Motors" where the text names both, unless it is a person's surname."""
    surnames = {word for person in people for word in person.split(" ")}
    surnames |= {
        person for person in people if person.rsplit(" ", 1)[-1] in found
    }  # who is spoken of by surname too
    full = sorted(
        (n for n in companies if " " in n), key=lambda n: (found[n][0].index, found[n][0].start, -len(n))
    )
    for short in found:
        if short in surnames or short.lower() in ORDINARY:
            continue
        if canonical(short) and not _renamed(short, found, companies):
            continue
        for name in full:
            if name.startswith(short + " ") or (name.endswith(" " + short) and short.lower() not in SECTOR):
                companies[short] = companies[name]
                break


def _renamed(short: str, found: dict[str, list[Candidate]], companies: dict[str, str]) -> bool:
    """Is a name that the catalogue holds only as an alias introduced here as another company's ("Paxcar Hosting")?"""
    first = (found[short][0].index, found[short][0].start)
    return canonical(short) != short and any(
        name.startswith(short + " ")
        and not canonical(name)
        and (found[name][0].index, found[name][0].start) < first
        for name in companies
        if found.get(name)
    )


def _canonical_names(companies: dict[str, str]) -> dict[str, str]:
    return {name: canonical(company) or company for name, company in companies.items()}


def _by_weight(
    companies: dict[str, str], found: dict[str, list[Candidate]], leanings: dict[str, Leaning]
) -> tuple[str, ...]:
    weight: Counter[str] = Counter()
    first = min(companies, key=lambda n: (found[n][0].index, found[n][0].start), default="")
    if first:
        weight[canonical(companies[first]) or companies[first]] += FIRST_NAMED
    for name, company in companies.items():
        early = 3 if any(c.index < 3 for c in found[name]) else 0
        weight[canonical(company) or company] += len(found[name]) + early + max(0, leanings[name].score)
    return tuple(company for company, _ in weight.most_common())
