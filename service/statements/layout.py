"""What of a document is text and what is furniture: where sentences stand, bylines, datelines, captions, credits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from service.model import Sentence
from service.statements.names.titles import ROLE
from watchers.model import BlockKind, Document

_TOP = 4
"""Blocks that may hold a byline."""
_CREDIT = re.compile(
    r"^\(?(?:Reporting|Additional reporting|Editing|Edited|Photo|Image|Picture|Illustration|Share|"
    r"Follow|Read more|Related|Sign up|Subscribe|Updated|This interview has been|Tags?|Filed under"
    r"|Advertisement|Comments?)\b"
)
_END = re.compile(r"[.!?:…][”\"’')\]]*$")
_BY_NAME = re.compile(
    r"(?:^|\w\s|\W\s)(?:By|From|Posted by|Published by|Written by)\s[A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ]\w+\s[A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ]"
)
_BYLINE = re.compile(
    r"\b(?:[Bb]y [A-ZÀ-ÖØ-ÞŁŚŠŻŽĆČ]|\d{4}\b|[Rr]eporter\b|[Cc]orrespondent\b|[Ii]nterview by|minute read|[Pp]osted|"
    r"[Pp]ublished|\| )"
)

_PRESENTS = re.compile(
    rf",\s(?:the\s)?{ROLE.pattern}\s(?:of|at)\s[^.]{{3,60}}?(?:in conversation|talks to|speaks to|interviewed)",
    re.IGNORECASE,
)
"""A byline that says whom the paper talks to."""


@dataclass(frozen=True, slots=True)
class Place:
    """Offsets of a sentence in its block's text."""

    start: int
    end: int


def places(texts: Sequence[str], sentences: Sequence[Sentence]) -> list[Place]:
    """Where each sentence stands in its block; sentences come in reading order."""
    found: list[Place] = []
    at, block = 0, -1
    for sentence in sentences:
        if sentence.block != block:
            at, block = 0, sentence.block
        start = texts[block].find(sentence.text, at)
        start = max(start, 0) if start >= 0 else at
        at = start + len(sentence.text)
        found.append(Place(start, at))
    return found


def is_furniture(document: Document, index: int) -> bool:
    """Headlines, bylines, datelines, credits: read for names, never for statements."""
    block = document.blocks[index]
    return _is_furniture(block.kind, block.text.strip(), min(index, _TOP))


@lru_cache(maxsize=1024)
def _is_furniture(kind: BlockKind, text: str, index: int) -> bool:
    """Remembered: it is asked for each sentence of a block."""
    if kind is BlockKind.HEADING or _CREDIT.match(text):
        return True
    if kind is not BlockKind.PARAGRAPH:
        return False
    if index < 3 and not _END.search(text) and _BY_NAME.search(text):
        return True
    if index < _TOP and len(text) < 160 and _BYLINE.search(text) and not _END.search(text):
        return not re.search(r"\b(?:we|our)\b", text)
    return len(text) < 120 and not _END.search(text)


def is_head(document: Document, block: int) -> bool:
    """Title, byline, dateline: nothing that is said."""
    kind, text = document.blocks[block].kind, document.blocks[block].text
    return text == document.title or (kind is BlockKind.PARAGRAPH and is_furniture(document, block))


def presents(text: str) -> bool:
    """Does a byline say whom the paper talks to, with office and company?"""
    return _PRESENTS.search(text) is not None
