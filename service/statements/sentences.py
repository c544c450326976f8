"""From blocks of text to sentences, as legal and press prose needs it. Every piece is an exact substring."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from service.model import Sentence
from service.statements.words import (
    ALWAYS_GO_ON,
    CITATIONS,
    MONTHS,
    STARTERS,
    SUFFIXES,
)
from watchers.model import Block, BlockKind, Document

_BOUNDARY = re.compile(
    r"""(?P<mark>[.!?…])
        (?P<close>["'”’»)\]]{0,3}(?:\[\d{1,3}\]){0,2})
        (?:(?P<gap>\s+(?:[-–—]\s)?)(?=["'“‘«(\[¿¡#*]{0,3}[^\W_a-z])|(?<=[a-z]{3}\.)(?=(?:We|The|If|Our|You|This|In|For|These)\b))
        |(?<=\S)(?P<bullet>\s{1,40})(?=[•▪●‣◦■]\s)""",
    re.VERBOSE,
)
_LAST_TOKEN = re.compile(r"[^\s(\[\"“‘'—–/-]*$")
_NEXT_WORD = re.compile(r"[^\w]*(\w+(?:[’']\w+)?)")
_NUMBERING_LENGTH = 24
_DOTTED = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]\Z")
_NUMBERING = re.compile(r"(?:[(\[]?(?:\d{1,3}(?:\.\d{1,3})*|[a-zA-Z]|[ivxIVX]{1,5})[)\]]?|Step \d+|Q|A)\Z")
_BULLETS = "•▪●‣◦■·* \t\r\n\xa0"
_MARKER = re.compile(
    r"[(]?\d{1,2}[.)] (?=[\"'“‘]?[A-Z])(?!(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b)"
)
"""The number of a list item, which is no part of what it says: a list may be numbered anew."""
_LETTER = re.compile(r"[^\W\d_]")
_OPEN, _SHUT, _STRAIGHT = "“«", "”»", '"'

_OVER = re.compile(
    r"[\W\d]{0,10}(?:(?:text|terms|polic(?:y|ies)|versions?|statements?|commitments?|provisions?|wording|promises?)"
    r" (?:that (?:is|are) )?)?(?:no longer (?:in (?:force|effect|use)|applicable|valid|current|applies|apply)"
    r"|not in force(?: any more)?|superseded|repealed|revoked|obsolete|out ?dated|deprecated|expired|archived"
    r"|withdrawn)"
    r"(?: (?:text|terms|polic(?:y|ies)|versions?|statements?|commitments?|provisions?|wording|promises?|canar(?:y|ies)"
    r"|notices?|guidelines?))?(?: [(]?(?:as of|since|on|from|in|by|until) .{1,60})?\W{0,3}"
    r"|[\W\d]{0,10}(?:previous|prior|former|earlier|older|old|past|historical?|archived?) (?:\w+ )?(?:versions?"
    r"|polic(?:y|ies)|terms|statements?|commitments?|provisions?|wordings?|promises?|canar(?:y|ies)|guidelines?)"
    r"(?: of (?:this|the|our) [\w ]{1,40})?(?: [(].{1,60}[)])?\W{0,3}",
    re.IGNORECASE,
)
"""Headings above what does not count any more."""
_SUBJECT = re.compile(
    r"\b(?:we|our|us|i|you|they|it|nobody|no one|no (?:government|authority|agency|customer|user)\w*)\b",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:do|does|did|don['’]t|doesn['’]t|will|won['’]t|may|must|can|cannot|can['’]t|shall|have|has|had|is|are|was|were|never"
    r"|(?:dis)?close[sd]?|share[sd]?|comply|complies|require[sd]?|notif(?:y|ies)|review[s]?|publish(?:es)?|receive[sd]?"
    r"|provide[sd]?|keep[s]?|refuse[sd]?)\b",
    re.IGNORECASE,
)


def split(document: Document) -> tuple[Sentence, ...]:
    """The document's sentences in reading order.

    `prev` is the sentence before in the same block, for the first of a list item its lead-in. A heading is
    context; it is a sentence of its own only when it makes a statement (subject, verb, no question). What stands
    under "No longer in force", "Superseded" or "Previous versions" is not said any more, and left out.
    """
    return tuple(s for index, block in _in_force(document.blocks) for s in _read(index, block))


def _in_force(blocks: Sequence[Block]) -> Iterator[tuple[int, Block]]:
    """The blocks, but for those under a heading that says that they no longer count."""
    over = 0
    for index, block in enumerate(blocks):
        if block.kind is BlockKind.HEADING:
            if over and block.level <= over:
                over = 0
            if not over and _OVER.fullmatch(block.text.strip()):
                over = block.level
        if not over:
            yield index, block


def split_text(text: str) -> tuple[str, ...]:
    """The sentences of one block of text."""
    return tuple(text[a:b] for a, b in _spans(text))


def states(heading: str) -> bool:
    """Does a heading make a statement of its own, or does it only name what follows?"""
    words = heading.split()
    if len(words) < 4 or heading.rstrip().endswith(("?", ":")):
        return False
    return bool(_SUBJECT.search(heading) and _VERB.search(heading))


def _read(index: int, block: Block) -> Iterator[Sentence]:
    if block.kind is BlockKind.HEADING and not states(block.text):
        return
    prev = block.lead_in if block.kind in (BlockKind.ITEM, BlockKind.ROW) else ""
    whole = block.kind is BlockKind.QUOTE
    for text, inside in _pieces(block.text):
        yield Sentence(text, block.heading, prev, whole or inside, index)
        prev = text


@lru_cache(maxsize=8192)
def _pieces(text: str) -> tuple[tuple[str, bool], ...]:
    """The sentences of one block, each with: does any of it stand in quotation marks?

    Remembered: the next version of a document repeats nearly every block.
    """
    found = []
    depth = False
    for start, end in _spans(text):
        piece = text[start:end]
        inside, depth = _quoting(piece, depth)
        found.append((piece, inside))
    return tuple(found)


def _quoting(text: str, within: bool) -> tuple[bool, bool]:
    """(does any of it stand in quotation marks, is a quotation still open after it)."""
    touched = within
    for char in text:
        if char in _OPEN:
            touched = within = True
        elif char in _SHUT:
            within = False
        elif char == _STRAIGHT:
            within = not within
            touched = True
    return touched, within


def _spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for found in _BOUNDARY.finditer(text):
        if found["bullet"] is None and not _ends(text, start, found):
            continue
        end = found.start("bullet") if found["bullet"] is not None else found.end("close")
        yield from _trim(text, start, end)
        start = end
    yield from _trim(text, start, len(text))


def _trim(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The piece without white space, bullets and the number of a list item around it, if it holds a letter."""
    piece = text[start:end]
    bare = piece.lstrip(_BULLETS)
    if marker := _MARKER.match(bare):
        bare = bare[marker.end() :]
    if _LETTER.search(bare):
        begin = end - len(bare)
        yield begin, begin + len(bare.rstrip())


def _ends(text: str, start: int, found: re.Match[str]) -> bool:
    """Is this mark the end of a sentence? Only a full stop can be something else."""
    at = found.start("mark")
    before = text[max(start, at - 40) : at]
    if at - start < _NUMBERING_LENGTH and _NUMBERING.match(text[start:at].strip()):
        return False
    if found["mark"] == "!":
        return not before.endswith("Yahoo")
    if found["mark"] != ".":
        return True
    token_found = _LAST_TOKEN.search(before)
    token = token_found.group() if token_found else ""
    following = _NEXT_WORD.match(text, found.end())
    return _stop_ends(token, following.group(1) if following else "")


def _stop_ends(token: str, following: str) -> bool:
    """After `token` and a full stop, does `following` begin a new sentence?"""
    low = token.lower()
    if low in ALWAYS_GO_ON:
        return False
    if low in CITATIONS:
        goes_on = following[:1].isdigit() or len(following) == 1 or following.lower() in CITATIONS
        return not (goes_on or low in {"v", "vs"})
    if low in MONTHS:
        return not following[:1].isdigit()
    if low in SUFFIXES or _DOTTED.match(token) or (len(token) == 1 and token.isalpha()):
        return following in STARTERS
    return True
