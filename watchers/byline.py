"""Who wrote a text and when, from the lines under its headline."""

from __future__ import annotations

import re
from datetime import datetime

from watchers.dates import written_date
from watchers.model import Block, BlockKind

_NAME = r"[A-ZÀ-ÞŁŚŽ][\w'’.-]*(?:[ \t](?:[A-ZÀ-ÞŁŚŽ][\w'’.-]*|d[eiau]|van|von|der|den|la|le|bin|al|el|dos|da)){1,4}"
_BY = re.compile(rf"\b(?:[Bb]y|BY|[Rr]eporter:|[Aa]uthor:|[Ww]ords:)[ \t]+({_NAME})")
_REVISION = re.compile(
    r"\b(?:updated?|effective|modified|revised|revision|amended|in force|version)\b", re.IGNORECASE
)
_LOOK_AT = 4
_LONGEST = 160
"""Characters of a line that may still be a byline."""


def read_byline(blocks: tuple[Block, ...]) -> tuple[datetime | None, str]:
    """(date, author) from the short lines that follow the headline; None and "" where they do not say."""
    published: datetime | None = None
    author = ""
    for block in blocks[: _LOOK_AT + 1]:
        if block.kind is BlockKind.ITEM or len(block.text) > _LONGEST:
            break
        if block.kind is BlockKind.HEADING and block is blocks[0]:
            continue
        if published is None and not _REVISION.search(block.text):
            published = written_date(block.text)
        if not author and (found := _BY.search(block.text)):
            author = found[1].rstrip(".")
    return published, author


def is_byline(line: str) -> bool:
    """May this line stand under a headline to say who and when?"""
    return len(line) <= _LONGEST and (written_date(line) is not None or _BY.search(line) is not None)
