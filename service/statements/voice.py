"""Whose voice a document speaks in, where nobody says: the company's own, or that of the news about it."""

from __future__ import annotations

import re

from service.model import Role
from watchers.model import BlockKind, Document

_OWN = re.compile(r"\b(?:we|our|us|ours|ourselves)\b", re.IGNORECASE)
_QUOTED = re.compile(r"[“\"][^”\"]{0,2000}[”\"]")
_SAID = re.compile(r"\b(?:said|says|told|added|wrote|denied|according to|in a statement|spokes(?:man|woman|person))\b", re.I)


def likely_role(document: Document) -> Role:
    """News when, outside quotation marks, others are reported to speak more often than "we" speak."""
    own = said = 0
    for block in document.blocks:
        if block.kind is BlockKind.QUOTE:
            continue
        plain = _QUOTED.sub(" ", block.text)
        own += len(_OWN.findall(plain))
        said += len(_SAID.findall(plain))
    return Role.NEWS if said > own else Role.COMPANY
