"""In which language a text is written: what is not English is not read, rather than misread."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice
from typing import Any

ENGLISH = "en"
ENOUGH = 12
"""Words below which a text says nothing about its language."""
CLEAR = 0.2
"""Share of English function words from which on a text is English without another look."""
SHORT = 5
"""Words of the shortest line that is asked for its language at all."""
PASSAGE = 20
"""Words of English in a text of another language from which on they are a passage to be read, and no mere quotation."""
LIKELY = 0.1
"""Share from which on it may be English, if it is not more like another language."""
SURE = 0.9
"""Probability that another language needs."""
SAMPLE = 1500
"""Words that are looked at."""

_WORD = re.compile(r"[^\W\d_]+")
_FUNCTION = frozenset(
    "the of to and in or that we you your our is are by for with not any on as be this from will may have".split()  # noqa: SIM905 -- one line of words reads better than thirty
)
_ALIKE = frozenset({"pcm", "sco"})
"""Pidgin and Scots, which capitals and short lines of English are taken for."""
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")


def language_of(texts: Iterable[str]) -> str:
    """The ISO 639 code of the language that texts are in together; "en" where they are too short to tell."""
    sample = list(islice((word for text in texts for word in _words(text)), SAMPLE))
    if len(sample) < ENOUGH or _share(sample) >= CLEAR:
        return ENGLISH
    found, probability = _identify(" ".join(sample))
    return found if found not in _ALIKE and probability >= SURE else ENGLISH


def english_passages(blocks: Sequence[str]) -> frozenset[int]:
    """Which blocks of a text in another language are in English beyond doubt; none where that is too little to read.

    What is too short to tell goes with what stands before and after it, if both are English; at the edge of a passage
    it does if it is more like English than like another language.
    """
    known = [_plainly_english(block) for block in blocks]
    before, after = _filled(known), _filled(known[::-1])[::-1]
    found = frozenset(
        i
        for i, (a, b) in enumerate(zip(before, after, strict=True))
        if (a and b) or ((a or b) and _may_be_english(blocks[i]))
    )
    return found if sum(len(_words(blocks[i])) for i in found) >= PASSAGE else frozenset()


def _plainly_english(text: str) -> bool | None:
    """None: too short to tell."""
    words = _words(text)
    if len(words) < ENOUGH:
        return None
    share = _share(words)
    return share >= CLEAR or (share >= LIKELY and _identify(text)[0] == ENGLISH)


def _may_be_english(text: str) -> bool:
    return len(_words(text)) >= SHORT and _identify(text)[0] == ENGLISH


def _filled(known: Sequence[bool | None]) -> list[bool]:
    """Each, or the last one before it that is known; at the start, the first one that is."""
    last = next((one for one in known if one is not None), False)
    return [last := one if one is not None else last for one in known]


def _words(text: str) -> list[str]:
    """Words; in a script that does not part them, its signs."""
    signs: list[str] = _UNSPACED.findall(text)
    return signs if len(signs) * 4 > len(text) else _WORD.findall(text)


def _share(words: list[str]) -> float:
    return sum(word.lower() in _FUNCTION for word in words) / len(words)


def _identify(text: str) -> tuple[str, float]:
    found: tuple[str, float] = _identifier().classify(text)
    return found


@cache
def _identifier() -> Any:
    # imported where it is wanted: its tables take two seconds to load, and most texts never need them
    from py3langid import langid  # type: ignore[import-untyped]  # noqa: PLC0415 -- ships no types; see above

    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
