"""Companies written without a capital letter ("software maker paper lantern"): raised, to be read as names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.model import Sentence
from service.statements.names.titles import COMPANY_NOUN
from service.statements.vocabulary import ORDINARY, word_set
from watchers.model import Document

_WORD = r"[a-z][\w-]+"
_NAME = rf"(?P<name>{_WORD}(?:\s{_WORD})?)"
_SPEAKS = (
    r"(?:said|says|denied|denies|told|confirmed|insists|insisted|rejected|announced|wrote|has|had|does|did"
    r"|is|was)"
)
_INTRODUCED = (
    re.compile(rf"\b(?P<kind>{COMPANY_NOUN})\s{_NAME},?\s{_SPEAKS}\b"),
    re.compile(rf"\b(?P<kind>{COMPANY_NOUN})\s(?:called\s|named\s)?[“\"‘']{_NAME},?[”\"’']"),
    re.compile(rf"\b(?P<kind>{COMPANY_NOUN})\s(?:called|named)\s{_NAME}\b"),
    re.compile(rf"\b(?P<kind>[Mm]akers?|[Oo]wners?|[Dd]evelopers?) of {_NAME},\s(?:an?|the|which)\s"),
)
_DETERMINED = re.compile(
    r"\b(?:the|an?|its|their|his|her|our|my|this|that|these|those|some|any|no|every|each|of its|more)\s$",
    re.IGNORECASE,
)
_NO_NAME = word_set(
    "founder founders spokesman spokeswoman spokesperson boss chief executive executives lawyer lawyers "
    "also later flatly itself owner owners director officials engineers programme program model account "
    "accounts data policy rule rules order orders line page service app apps store "
    "customer user employee worker that which who and or in on of for to from with by at as"
)
FEWEST = 2
"""How often a name must stand in a text, once introduced as a company's."""


@dataclass(frozen=True, slots=True)
class Raised:
    """A document and its sentences with such names capitalised, all offsets kept; `written`: as they were."""

    document: Document
    sentences: tuple[Sentence, ...]
    written: dict[str, str]


def raise_names(document: Document, sentences: Sequence[Sentence]) -> Raised:
    """Capitalise every lower-case name that the text introduces as a company's and uses again."""
    names = lower_names([document.title, *(b.text for b in document.blocks)])
    if not names:
        return Raised(document, tuple(sentences), {})
    pattern = re.compile(r"\b(?:" + "|".join(re.escape(n) for n in names) + r")\b", re.IGNORECASE)

    def lift(text: str) -> str:
        return pattern.sub(lambda m: _capitalised(m.group()), text)

    return Raised(
        replace(
            document,
            title=lift(document.title),
            blocks=tuple(replace(b, text=lift(b.text)) for b in document.blocks),
        ),
        tuple(replace(s, text=lift(s.text), prev=lift(s.prev)) for s in sentences),
        {_capitalised(name): name for name in names},
    )


def lower_names(texts: Sequence[str]) -> tuple[str, ...]:
    """Names without capitals, in the order in which they are introduced."""
    found = dict.fromkeys(
        match["name"]
        for text in texts
        for pattern in _INTRODUCED
        for match in pattern.finditer(text)
        if _may_be_name(match["name"])
    )
    return tuple(name for name in found if _is_used(name, texts))


def _may_be_name(name: str) -> bool:
    words = name.split(" ")
    return not any(
        word in ORDINARY or word in _NO_NAME or word.endswith("ly") or re.fullmatch(COMPANY_NOUN, word)
        for word in words
    )


def _is_used(name: str, texts: Sequence[str]) -> bool:
    """It stands there often enough and never as a common noun, behind an article."""
    pattern = re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE)
    places = [text[max(0, m.start() - 12) : m.start()] for text in texts for m in pattern.finditer(text)]
    return len(places) >= FEWEST and not any(_DETERMINED.search(before) for before in places)


def _capitalised(name: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in name.split(" "))
