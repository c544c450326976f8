"""What a sentence says once the reporter's words around a quotation are taken off."""

from __future__ import annotations

import re
from functools import lru_cache

from service.diff.normal import normal_form
from service.statements.speech.quotes import Quote, find_quotes

FEWEST = 4
"""Words that a quotation needs to stand for its sentence: fewer are a turn of phrase that somebody borrowed."""
WHOLE = 8
"""From so many words on, a quotation that begins like a sentence is one, however long the reporter's own words are."""
SHARE = 0.6
"""Of a sentence's words, so many stand in quotation marks, or the sentence is the reporter's own."""
SHORTEST = 30
"""Letters that must be left when a reporter's words are cut off a sentence without quotation marks."""
_SAYS = (
    r"(?:said|says|say|saying|added|adds|told|tells|wrote|writes|stated|states|insisted|insists|noted|explained"
    r"|replied|announced|confirmed|declared)"
)
_OPENS = re.compile(rf"(?:^|:|{_SAYS}\b[^\"“„«]{{0,80}},?) ?$")
_BEHIND = re.compile(rf",[\"”]? (?:[\w.'&-]+ ){{0,5}}{_SAYS}\b[^.!?;]{{0,120}}[.!?]?$")
_BEFORE = re.compile(
    rf"^(?:[^,.;:\"]{{0,80}}, )?(?:[\w.'&-]+ ){{1,6}}(?:has |have |had |also )?{_SAYS}\b"
    r"(?: [\w.'& -]{0,60}?)?,? that "
)
_BOUNDS = re.compile(
    r"\b(?:unless|except\w*|only|but|however|although|though|if|when|where|without|until|subject to)\b"
)
"""Words that change what a quotation says, though they stand outside of it."""


@lru_cache(maxsize=32768)
def essence(text: str) -> str:
    """The quoted words where they are the sentence's substance, else the sentence without "X said"; normal form."""
    quotes = find_quotes(text)
    inside = " ".join(part for q in quotes if (part := _inside(text, q)))
    outside = "".join(_outside(text, quotes))
    if _stands(text, quotes, inside, outside):
        return normal_form(inside)
    return _unreported(normal_form(text))


def _stands(text: str, quotes: tuple[Quote, ...], inside: str, outside: str) -> bool:
    words, others = len(inside.split()), len(outside.split())
    if words < FEWEST or _BOUNDS.search(outside.casefold()):
        return False
    whole = words >= WHOLE and bool(_OPENS.search(text[: quotes[0].start]))
    return whole or words >= SHARE * (words + others)


def _inside(text: str, quote: Quote) -> str:
    return text[quote.start + 1 : quote.end if quote.unclosed else quote.end - 1].strip(" ,;")


def _outside(text: str, quotes: tuple[Quote, ...]) -> list[str]:
    starts = [0, *(q.end for q in quotes)]
    ends = [*(q.start for q in quotes), len(text)]
    return [text[a:b] for a, b in zip(starts, ends, strict=True)]


def _unreported(text: str) -> str:
    for pattern in (_BEHIND, _BEFORE):
        bare = pattern.sub("", text, count=1)
        if len(bare) >= SHORTEST and not _BOUNDS.search(text.replace(bare, "").casefold()):
            text = bare
    return normal_form(text)
