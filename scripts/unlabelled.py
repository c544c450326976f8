"""Sentences without labels, for the shipped encoder to learn a larger one's answers on.

Two kinds: every distinct sentence of the shared histories, and labelled sentences varied: some words replaced by others
that stand near them in a pretrained vocabulary (as TinyBERT's pupils are taught, Jiao et al. 2020), some with another
sentence's surroundings. Seeds are fixed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from scripts.histories import Apart, digest, sentences
from scripts.material import Row
from service.model import Sentence

CHANGED, CROSSED = 0.15, 0.25
"""How often a word is replaced, and how often a varied sentence stands in another one's surroundings."""
NEIGHBOURS = 10
_WORD = re.compile(r"[A-Za-z]{2,}")
_SEED = 20261201


@dataclass(frozen=True, slots=True)
class Unlabelled:
    """A sentence; `company` where it is one of the histories, `row` where it is a labelled one varied."""

    sentence: Sentence
    company: str = ""
    row: int = -1


def unlabelled(shared: Path, rows: Sequence[Row], near: Mapping[str, Sequence[str]]) -> list[Unlabelled]:
    """Those of the histories first, then `rows` varied; `near`: word → words that stand near it."""
    return [*_told(shared), *_varied(rows, near)]


def fit_for(given: Sequence[Unlabelled], rows: Sequence[Row], held: Sequence[int]) -> list[int]:
    """Which may be learned from where rows `held` are measured on."""
    apart, hidden = Apart([rows[i] for i in held]), set(held)
    return [
        number
        for number, one in enumerate(given)
        if (one.row not in hidden if one.row >= 0 else apart.of(one.company, one.sentence))
    ]


def neighbours(words: Sequence[str], vectors: npt.NDArray[np.float32]) -> dict[str, list[str]]:
    """Of each plain word the nearest others, by the cosine of their vectors (n, size)."""
    plain = [i for i, word in enumerate(words) if _WORD.fullmatch(word) and word.islower()]
    unit = vectors[plain] / np.linalg.norm(vectors[plain], axis=1, keepdims=True)
    found: dict[str, list[str]] = {}
    for start in range(0, len(plain), 2048):
        like = unit[start : start + 2048] @ unit.T
        best = np.argpartition(-like, NEIGHBOURS + 1, axis=1)[:, : NEIGHBOURS + 1]
        for row, numbers in enumerate(best):
            mine = plain[start + row]
            found[words[mine]] = sorted(words[plain[n]] for n in numbers if plain[n] != mine)
    return found


def _told(shared: Path) -> list[Unlabelled]:
    found: dict[str, Unlabelled] = {}
    for company, sentence in sentences(shared / "data/policy-history.bundle"):
        found.setdefault(digest(sentence.text), Unlabelled(sentence, company))
    return [found[key] for key in sorted(found)]


def _varied(rows: Sequence[Row], near: Mapping[str, Sequence[str]]) -> list[Unlabelled]:
    dice = random.Random(_SEED)  # noqa: S311 -- which words are replaced, no secret
    found = []
    for index, row in enumerate(rows):
        for _ in range(2 if row.relevant else 1):
            around = dice.choice(rows) if dice.random() < CROSSED else row
            text = _WORD.sub(lambda word: _another(word.group(), near, dice), row.sentence.text)
            found.append(Unlabelled(Sentence(text, around.sentence.heading, around.sentence.prev), row=index))
    return found


def _another(word: str, near: Mapping[str, Sequence[str]], dice: random.Random) -> str:
    others = near.get(word.lower())
    if not others or dice.random() >= CHANGED:
        return word
    other = dice.choice(others)
    return other.capitalize() if word[0].isupper() else other
