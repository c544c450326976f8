"""Whether two sentences of one company are the same statement, and whether one may have become the other."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from service.diff.kinds import classify
from service.diff.lexicon import FILLER
from service.diff.likeness import contains, words
from service.model import Kind, Verdict
from service.sightings.essence import essence

NEAR = 0.75
"""Likeness by words, in their order, from which two sentences may be one that somebody copied with a slip."""
SPELLING = 80.0
"""Likeness 0..100 by letters from which two words are one: organise and organize, customer and customers."""
KIN = 0.6
"""Likeness by words from which a sentence elsewhere may be what has become of another."""
FEWEST = 5
"""Words that a stretch of a sentence needs to stand for the whole."""
_SHORT = {"n't": " not", "'re": " are", "'ve": " have", "'ll": " will", "'m": " am"}
_CONTRACTED = re.compile(r"n't\b|'(?:re|ve|ll|m)\b")
_SPELLED = {"can't": "cannot", "won't": "will not", "can not": "cannot"}
_SPELLED_AT = re.compile(r"\b(?:can't|won't|can not)\b")
_VOICE = frozenset(
    {
        *("i", "me", "my", "mine", "ours", "it's", "itself", "ourselves", "he", "she", "his", "her"),
        *(
            "company",
            "firm",
            "group",
            "said",
            "says",
            "there",
            "here",
            "also",
            "ever",
            "just",
            "so",
            "then",
            "than",
        ),
        "not",
    }
)
"""Whose voice it is, and words that carry no substance of their own; what "not" does is the diff engine's to judge."""


def says_the_same(a: str, b: str, company: str = "") -> bool:
    """Whether two sentences of `company` are one statement: copied with a slip, quoted, or told in its voice.

    Likeness alone does not make it so: where the diff engine finds that one promises more than the other, or where a
    word of substance was exchanged, they are two.
    """
    left, right = plainly(a), plainly(b)
    return left == right or (len(words(left)) >= FEWEST and _copied(left, right, company))


def quotes_part(quote: str, whole: str, company: str = "") -> bool:
    """Whether `quote` is a stretch of the sentence `whole`, of which the rest takes nothing back."""
    short, long = plainly(quote), plainly(whole)
    if not FEWEST <= len(words(short)) < len(words(long)):
        return False
    stretch = contains(short, long)
    return bool(stretch) and _copied(short, stretch, company) and _holds(short, long)


def kinship(old: str, new: str) -> tuple[float, Verdict] | None:
    """How alike, and what kind of change it would be, if `old` had become `new`; None if that is far-fetched."""
    left, right = plainly(old), plainly(new)
    like = Indel.normalized_similarity(words(left), words(right))
    if like < KIN:
        return None
    verdict = classify(essence(old), essence(new))
    return None if verdict.kind is Kind.UNRELATED else (like, verdict)


@lru_cache(maxsize=32768)
def plainly(text: str) -> str:
    """The essence, lower case, contractions written out."""
    plain = _SPELLED_AT.sub(lambda m: _SPELLED[m.group()], essence(text).casefold())
    return _CONTRACTED.sub(lambda m: _SHORT[m.group()], plain)


def _copied(a: str, b: str, company: str) -> bool:
    """Word for word but for slips, spelling and whose voice it is in, and the same in the diff engine's eyes."""
    near = Indel.normalized_similarity(words(a), words(b)) >= NEAR
    return near and _same_words(a, b, company) and classify(a, b).kind is Kind.REWORDED


def _holds(part: str, whole: str) -> bool:
    """The whole takes back nothing of what its part says."""
    return classify(part, whole).kind not in (Kind.WEAKENED, Kind.FIGURE)


def _same_words(a: str, b: str, company: str) -> bool:
    """Whether each word of substance in one has its like in the other."""
    own = {*words(company.casefold())}
    left = Counter(w for w in words(a) if w not in own)
    right = Counter(w for w in words(b) if w not in own)
    only_left, only_right = list((left - right).elements()), list((right - left).elements())
    for word in only_left:
        like = next((w for w in only_right if fuzz.ratio(word, w) >= SPELLING), None)
        if like is not None:
            only_right.remove(like)
        elif tells(word):
            return False
    return not any(tells(word) for word in only_right)


def tells(word: str) -> bool:
    """Whether a word carries substance: it is no filler, nor does it only say whose voice it is."""
    return word not in FILLER and word not in _VOICE
