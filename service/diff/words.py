"""What was taken out and put in, in whole words, for people to read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Indel

Op = Literal["equal", "insert", "delete"]

CELLS = 300_000_000
"""Largest token matrix that is compared whole (one bit a cell: 40 ms and 40 MB); beyond it, clause by clause."""
_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
_CHUNK = re.compile(r"[^.;:\n]{0,400}[.;:\n]?")
_QUOTES = str.maketrans(
    {**dict.fromkeys("‘’‚‛′ʼ`´", "'"), **dict.fromkeys("“”„‟«»″", '"'), **dict.fromkeys("‐‑‒–—―−", "-")}
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text that stands in both versions, or in one."""

    op: Op
    text: str


def word_diff(old: str, new: str) -> tuple[Segment, ...]:
    """Segments that spell out `old` (equal + delete) and `new` (equal + insert), letter by letter.

    Words are matched with quotes, dashes and white space normalised; what differs in these alone is still
    given as deleted and inserted, since both texts must be told exactly.
    """
    return tuple(_joined(_readable(_diff(_TOKEN.findall(old), _TOKEN.findall(new)))))


def _key(token: str) -> str:
    return " " if token.isspace() else token.translate(_QUOTES)


def _diff(old: Sequence[str], new: Sequence[str]) -> Iterator[Segment]:
    """Token by token between common start and end; what is too long for that, clause by clause."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    yield from (Segment("equal", t) for t in old[:head])
    yield from _middle(old[head : len(old) - tail], new[head : len(new) - tail])
    yield from (Segment("equal", t) for t in old[len(old) - tail :])


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """Length of the common start."""
    return next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _middle(old: Sequence[str], new: Sequence[str]) -> Iterator[Segment]:
    if len(old) * len(new) <= CELLS:
        yield from _aligned(old, new)
        return
    a, b = _clauses(old), _clauses(new)
    if len(a) * len(b) > CELLS:
        yield from _replaced(old, new)
        return
    for op in Indel.opcodes(a, b):
        left, right = a[op.src_start : op.src_end], b[op.dest_start : op.dest_end]
        if op.tag == "equal":
            yield from (Segment("equal", t) for t in left)
        else:
            yield from _replaced(left, right)


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Segment]:
    yield from (Segment("delete", t) for t in old)
    yield from (Segment("insert", t) for t in new)


def _clauses(tokens: Sequence[str]) -> list[str]:
    return [c for c in _CHUNK.findall("".join(tokens)) if c]


def _aligned(old: Sequence[str], new: Sequence[str]) -> Iterator[Segment]:
    for op in Indel.opcodes([_key(t) for t in old], [_key(t) for t in new]):
        left, right = old[op.src_start : op.src_end], new[op.dest_start : op.dest_end]
        if op.tag != "equal":
            yield from _replaced(left, right)
            continue
        for a, b in zip(left, right, strict=True):
            yield from (Segment("equal", a),) if a == b else _replaced((a,), (b,))


def _readable(segments: Iterable[Segment]) -> Iterator[Segment]:
    """White space and lone signs between two changes join them: "by a court", not "by" " " "a" " " "court"."""
    held: list[Segment] = []
    changing = False
    for segment in segments:
        if segment.op != "equal":
            yield from _both(held)
            held, changing = [], True
            yield segment
        elif changing and not any(c.isalnum() for c in segment.text):
            held.append(segment)
        else:
            yield from held
            held, changing = [], False
            yield segment
    yield from held


def _both(held: Iterable[Segment]) -> Iterator[Segment]:
    for segment in held:
        yield Segment("delete", segment.text)
        yield Segment("insert", segment.text)


def _joined(segments: Iterable[Segment]) -> Iterator[Segment]:
    """One run of each kind at a time: deleted before inserted."""
    texts: dict[Op, list[str]] = {"equal": [], "delete": [], "insert": []}
    for segment in segments:
        if (segment.op == "equal" and (texts["delete"] or texts["insert"])) or (
            segment.op != "equal" and texts["equal"]
        ):
            yield from _flush(texts)
        texts[segment.op].append(segment.text)
    yield from _flush(texts)


def _flush(texts: dict[Op, list[str]]) -> Iterator[Segment]:
    for op in ("equal", "delete", "insert"):
        if texts[op]:
            yield Segment(op, "".join(texts[op]))
            texts[op].clear()
