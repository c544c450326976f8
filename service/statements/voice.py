"""Whose voice a document speaks in, where nobody says: the company's own, or that of the news about it."""

from __future__ import annotations

import re

from service.model import Role
from watchers.model import BlockKind, Document

LEAD = 6
"""Paragraphs in which a writer says who is speaking."""
_OWN = re.compile(r"\b(?:[Ww]e|[Oo]urs?|us|ourselves|[Mm]y|I)\b")  # "US" is a country
_QUOTED = re.compile(r"[“\"][^”\"]{0,2000}[”\"]")
_SAID = re.compile(
    r"\b(?:said|says|told|tells|added|adds|wrote|writes|denied|denies|declined|according to|in a statement|alleg\w+|"
    r"spokes(?:man|woman|person)|reporters?|insisted|insists|confirmed)\b",
    re.IGNORECASE,
)


def likely_role(document: Document) -> Role:
    """News when, outside quotation marks, the opening reports what others say and no "we" speaks in it.

    Where the opening decides nothing, the whole text does: what is said more often, "we" or "said".
    """
    paragraphs = [
        _QUOTED.sub(" ", block.text)
        for block in document.blocks
        if block.kind is BlockKind.PARAGRAPH and len(block.text) > 60
    ]
    own, said = _count(paragraphs[:LEAD])
    if said and not own:
        return Role.NEWS
    if own and not said:
        return Role.COMPANY
    own, said = _count([_QUOTED.sub(" ", b.text) for b in document.blocks if b.kind is not BlockKind.QUOTE])
    return Role.NEWS if said > own else Role.COMPANY


def _count(texts: list[str]) -> tuple[int, int]:
    """How often "we" speaks, how often others are reported to."""
    return sum(len(_OWN.findall(t)) for t in texts), sum(len(_SAID.findall(t)) for t in texts)
