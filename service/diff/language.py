"""Tells a page that was served in another language from one that was rewritten."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

ENOUGH = 40
"""Words below which a text says nothing about its language."""
ENGLISH, FOREIGN = 0.16, 0.06
"""Shares of English function words above and below which a text is taken for English, or for not."""
SAMPLE = 4000
_WORD = re.compile(r"[^\W\d_]+")
_FUNCTION = frozenset(
    (
        "the",
        "of",
        "to",
        "and",
        "in",
        "or",
        "that",
        "we",
        "you",
        "your",
        "our",
        "is",
        "by",
        "for",
        "with",
        "not",
    )
)


def other_language(old: Sequence[str], new: Sequence[str]) -> bool:
    """One text is English, the other is not: what stood there cannot be looked for."""
    before, after = _share(tuple(old)), _share(tuple(new))
    if before is None or after is None:
        return False
    return (before >= ENGLISH and after <= FOREIGN) or (after >= ENGLISH and before <= FOREIGN)


@lru_cache(maxsize=8)
def _share(sentences: tuple[str, ...]) -> float | None:
    """Share of English function words in the first few thousand words; None for too few of them."""
    words = list(islice((w for text in sentences for w in _WORD.findall(text.casefold())), SAMPLE))
    return sum(w in _FUNCTION for w in words) / len(words) if len(words) >= ENOUGH else None
