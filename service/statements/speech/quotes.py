"""Where quotation marks open and close, within a paragraph and across paragraphs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.model import Attribution

_PAIRS = {"“": "”", "„": "“", "«": "»", "‘": "’", '"': '"', "'": "'"}
_MARK = re.compile(r"[“”„«»‘’\"']")
_STRONG_END = re.compile(r"[,.?!…;:]$")
_BEFORE_OPENING = re.compile(r"(?:^|[\s(\[—–:-])$")
FILL = "\x00"
"""Stands for a quoted character in `masked`."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation in a block's text: `text[start:end]` with its marks.

    `carried`: it was opened in an earlier block; `unclosed`: it runs to the end of the block and on.
    """

    start: int
    end: int
    carried: bool = False
    unclosed: bool = False


def find_quotes(text: str) -> tuple[Quote, ...]:
    """The outermost quotations of one block, in order. A mark that never closes runs to the block's end."""
    found: list[Quote] = []
    at = 0
    last = {shut: text.rfind(shut) for shut in _PAIRS.values()}
    while (opening := _opening(text, at)) is not None:
        mark = text[opening]
        closing = _closing(text, opening + 1, _PAIRS[mark]) if last[_PAIRS[mark]] > opening else None
        if closing is None:
            if mark in "'‘" or not _opens_block(text, opening):
                at = opening + 1
                continue
            found.append(Quote(opening, len(text), unclosed=True))
            break
        found.append(Quote(opening, closing + 1))
        at = closing + 1
    return tuple(found)


def quotes_of(blocks: Sequence[str]) -> tuple[tuple[Quote, ...], ...]:
    """Quotations of every block; one left open goes on in the next block if that opens with a mark again."""
    result: list[tuple[Quote, ...]] = []
    carried = False
    for text in blocks:
        quotes = find_quotes(text)
        if carried and quotes and quotes[0].start == 0:
            first = quotes[0]
            quotes = (Quote(0, first.end, True, first.unclosed), *quotes[1:])
        carried = bool(quotes) and quotes[-1].unclosed
        result.append(quotes)
    return tuple(result)


def masked(text: str, quotes: Sequence[Quote]) -> str:
    """The text with the inside of its quotations blanked, marks and offsets kept."""
    parts, at = [], 0
    for quote in quotes:
        inside_end = quote.end if quote.unclosed else quote.end - 1
        parts += [text[at : quote.start + 1], FILL * max(0, inside_end - quote.start - 1)]
        at = max(inside_end, quote.start + 1)
    return "".join(parts) + text[at:]


def manner(text: str, hidden: str, quotes: Sequence[Quote]) -> Attribution:
    """Quoted when the quotation makes the statement; a few quoted words inside a report do not."""
    inside = hidden.count(FILL)
    if not quotes or not inside:
        return Attribution.REPORTED
    words = len(text.split())
    first = quotes[0]
    leading = not hidden[: first.start].strip(" ([")
    if first.carried or leading:
        whole = text[first.start : first.end].rstrip("”\"’'")
        speech = whole.endswith((",", ".", "!", "?", "…")) or len(whole.split()) >= 4
        return (
            Attribution.QUOTED if speech or words < 4 or inside >= 0.3 * len(text) else Attribution.REPORTED
        )
    before = hidden[: first.start].rstrip()
    opens = text[first.start + 1 : first.start + 2].isupper()
    if (before.endswith((":", ",")) and opens) or inside >= 0.7 * len(text):
        return Attribution.QUOTED
    return Attribution.REPORTED


def _opening(text: str, at: int) -> int | None:
    for match in _MARK.finditer(text, at):
        mark, start = match.group(), match.start()
        after = text[start + 1 : start + 2]
        if mark in "“„«" or (mark in "\"'‘" and _may_open(text, start, after)):
            return start
    return None


def _may_open(text: str, start: int, after: str) -> bool:
    before = text[max(0, start - 1) : start]
    return bool(after) and not after.isspace() and bool(_BEFORE_OPENING.match(before))


def _closing(text: str, at: int, mark: str) -> int | None:
    if mark not in "’'":
        end = text.find(mark, at)
        return end if end >= 0 else None
    return _single_closing(text, at, mark)


def _single_closing(text: str, at: int, mark: str) -> int | None:
    """An apostrophe closes where no letter follows; one after punctuation is preferred to a plural's possessive."""
    first: int | None = None
    for match in _MARK.finditer(text, at):
        end = match.start()
        if match.group() == "‘" or (match.group() == "'" and _may_open(text, end, text[end + 1 : end + 2])):
            break
        if match.group() != mark or text[end + 1 : end + 2].isalnum():
            continue
        if end > at and _STRONG_END.search(text[end - 1]):
            return end
        first = end if first is None else first
    return first


def _opens_block(text: str, opening: int) -> bool:
    """A mark that never closes is believed at the start of a block, or after a sentence's end or a colon."""
    at = opening
    while at and text[at - 1].isspace():
        at -= 1
    return not at or text[at - 1] in ".!?:,"


def fallen(quotes: Sequence[Quote], start: int, end: int) -> list[Quote]:
    """The quotations of a block as they fall into one sentence, in its offsets."""
    return [
        Quote(
            max(q.start, start) - start,
            min(q.end, end) - start,
            q.carried or q.start < start,
            q.unclosed or q.end > end,
        )
        for q in quotes
        if q.start < end and q.end > start
    ]


def hide(text: str, quotes: Sequence[Quote]) -> str:
    """The text of a sentence with what stands in these quotations blotted out."""
    chars = list(text)
    for quote in quotes:
        first = quote.start if quote.carried else quote.start + 1
        last = quote.end if quote.unclosed else quote.end - 1
        for i in range(first, min(last, len(chars))):
            chars[i] = FILL
    return "".join(chars)
