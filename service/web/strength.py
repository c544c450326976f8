"""How firm a sentence is, in one of four words. Pure; read by the rules that also compare sentences.

It is a reading aid for tables: what counts is the sentence, to which every table leads.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, reduce
from pathlib import Path
from typing import Protocol, TypeVar
from zlib import crc32

from service import diff
from service.diff.opposed import flat
from service.diff.sense import sense
from service.model import Category

REMEMBERED = 32768
"""Sentences, each as one on a category, that are not weighed again."""
MAY = 0.5
"""Verbs weigh 1; "may" and its like halve them."""
_GIVES = frozenset(
    {
        Category.DIRECT_ACCESS,
        Category.ENCRYPTION,
        Category.NEVER,
        Category.DISCLOSURE,
        Category.EMERGENCY,
        Category.PRESERVATION,
    }
)
"""Where a company that gives says the opposite of a promise."""
_TOLD = frozenset({Category.VOLUME, Category.PROCEDURE})
_DONE_BY_NATURE = frozenset({Category.EMERGENCY, Category.PRESERVATION})
"""About what a company does for the state: only a sentence that denies it promises anything."""
_NARROWING = frozenset({"some", "certain", "many", "most", "several"})
"""Words of `hedge:some` that leave something open; others only say what the sentence is about."""
_GIVEN = ("disclosure", "access")
_VERBS = ("notice", "challenge", "openness", "design")


@dataclass(frozen=True, slots=True)
class Strength:
    """A sign and a word; `rank` grows with what is promised to the person."""

    id: str
    sign: str
    word: str
    gloss: str
    rank: int


class Sentence(Protocol):
    """What is weighed."""

    @property
    def text(self) -> str:
        """Its words."""

    @property
    def exception(self) -> str:
        """Those that take part of it back."""

    @property
    def weight(self) -> Weight | None:
        """What was found out about it before, if anything."""


Weight = tuple[int, int]
"""By which scale, and a number that holds all: two bits a category, and one for a flat promise."""
S = TypeVar("S", bound=Sentence)
ALLOWS = Strength("allows", "□", "Allows", "says that data is or may be handed over", 0)
BOUNDED = Strength("bounded", "◧", "Bounded", "promised with an exception, a condition or a hedge", 2)
FIRM = Strength("firm", "■", "Firm", "promised without exception or hedge", 3)
STATES = Strength("states", "·", "States", "a figure or a procedure: neither promised nor allowed", 1)
STRENGTHS = (FIRM, BOUNDED, ALLOWS, STATES)
_FLAT = 1 << 62
_PLACES = {category: 2 * number for number, category in enumerate(Category)}


def _scale() -> int:
    """A number for the rules as they are written: another one as soon as a letter of them changes."""
    rules = [Path(__file__), *sorted(Path(diff.__path__[0]).glob("*.py"))]
    return reduce(lambda sum_, path: crc32(path.read_bytes(), sum_), rules, 0)


SCALE = _scale()


@lru_cache(maxsize=REMEMBERED)
def strength(text: str, exception: str, category: Category) -> Strength:
    """Of one sentence, as one on `category`."""
    if category in _TOLD:
        return STATES
    if exception and category not in _GIVES:
        return BOUNDED
    found = sense(text)
    if found.giving and category in _GIVES and any(name.startswith(_GIVEN) for name in found.parts):
        return ALLOWS
    if category in _DONE_BY_NATURE and not any(
        part.value > 0 and name.startswith((*_GIVEN, "denial")) for name, part in found.parts.items()
    ):
        return STATES
    hedged = any(part.value < 0 and _hedges(name, part.words) for name, part in found.parts.items())
    may = any(0 < part.value <= MAY and name.startswith(_VERBS) for name, part in found.parts.items())
    return BOUNDED if exception or hedged or may else FIRM


def _hedges(name: str, words: str) -> bool:
    if name == "hedge:some":
        return words.lower() in _NARROWING
    return name.partition(":")[0] in ("hedge", "exception", "condition")


def weigh(text: str, exception: str, categories: Iterable[Category]) -> int:
    """All of a sentence's weight by the present scale, as it is kept."""
    found = _FLAT if flat(text) else 0
    for category in categories:
        found |= STRENGTHS.index(strength(text, exception, category)) << _PLACES[category]
    return found


def strength_of(one: Sentence, category: Category) -> Strength:
    """As kept with the sentence, which is one on `category`; else weighed now."""
    if one.weight is not None and one.weight[0] == SCALE:
        return STRENGTHS[one.weight[1] >> _PLACES[category] & 3]
    return strength(one.text, one.exception, category)


def is_flat(one: Sentence) -> bool:
    """Whether nothing bounds the promise: as kept with the sentence, else read now."""
    if one.weight is not None and one.weight[0] == SCALE:
        return bool(one.weight[1] & _FLAT)
    return flat(one.text)


def weakest(said: Iterable[S], category: Category) -> tuple[Strength, S] | None:
    """The first of the weakest sentences on a matter: a promise is worth no more. Mere statements count only where
    there is nothing else. No more sentences are weighed than it takes; None without any.
    """
    least: tuple[Strength, S] | None = None
    floor = ALLOWS if category in _GIVES else BOUNDED
    for one in said:
        weight = strength_of(one, category)
        if least is None or _counts(weight) < _counts(least[0]):
            least = (weight, one)
        if weight is floor:
            break
    return least


def _counts(weight: Strength) -> int:
    return len(STRENGTHS) if weight is STATES else weight.rank
