"""Sentences that were cut otherwise: put together, cut apart, taken into a longer one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from service.diff.kinds import classify
from service.diff.likeness import HELD, Holders, contains, words
from service.diff.merged import as_one
from service.diff.sides import COPIES, Side
from service.model import Kind

QUIET = (Kind.REWORDED, Kind.FIGURE)


def joined(part: Side, whole: Side) -> list[tuple[int, list[int]]]:
    """Open statements of `whole` that are sentences of `part` put together: (statement, the statements in it)."""
    if not part.open or not whole.open:
        return []
    owners = {part.marks[i]: i for i in part.open}
    return [
        (j, sorted(owners[p] for p in pieces if p in owners))
        for j, pieces in _gathered(whole, [m for _, m in part.pool()])
        if any(p in owners for p in pieces)
    ]


def merged(part: Side, whole: Side) -> list[tuple[int, list[int], str]]:
    """Open statements of `whole` that two neighbours of `part` became, with the statements among these, and the two."""
    gone = [None if m in whole.every else m for m in part.sentences]
    owners = {part.marks[i]: i for i in part.open}
    found = []
    for j, at in as_one([(j, whole.marks[j]) for j in whole.open[:COPIES]], gone):
        held = [owners[m] for m in (gone[at], gone[at + 1]) if m in owners]
        if held:
            found.append((j, held, f"{part.texts[at]} {part.texts[at + 1]}"))
    return found


def _gathered(whole: Side, parts: Sequence[str]) -> list[tuple[int, list[str]]]:
    """Open statements of `whole` that several of these sentences say in full together, each with those."""
    inside: defaultdict[int, list[str]] = defaultdict(list)
    index = Holders([whole.marks[j] for j in whole.open])
    for piece in parts:
        for k in index.holding(piece):
            if contains(piece, whole.marks[whole.open[k]]):
                inside[whole.open[k]].append(piece)
    return [
        (j, pieces)
        for j, pieces in inside.items()
        if len(pieces) > 1
        and _covered(whole.marks[j], pieces)
        and all(_stands(p, whole.marks[j]) for p in pieces)
    ]


def cut_up(part: Side, whole: Side) -> list[int]:
    """Open statements of `whole` whose words stand in `part` as several sentences, whatever else these continue."""
    return [j for j, _ in _gathered(whole, sorted(part.every))] if whole.open else []


def _covered(mark_of_whole: str, pieces: Sequence[str]) -> bool:
    """Together, and none alone, the pieces say nearly all of it, hardly a word twice."""
    if sum(map(len, pieces)) > 1.2 * len(mark_of_whole):
        return False
    held = {w for piece in pieces for w in words(piece)}
    own = words(mark_of_whole)
    return sum(w in held for w in own) >= HELD * len(own)


def folded(part: Side, whole: Side) -> list[int]:
    """Open statements of `part` that a longer sentence of `whole` says in full: merged there, or split off it."""
    if not part.open:
        return []
    longer = sorted(whole.every)
    index = Holders(longer)
    return [
        i for i in part.open if any(_says(part.marks[i], longer[k]) for k in index.holding(part.marks[i]))
    ]


def _stands(part: str, whole: str) -> bool:
    stretch = contains(part, whole)
    return bool(stretch) and classify(part, stretch).kind in QUIET


def _says(part: str, whole: str) -> bool:
    """Without taking any of it back in its other words."""
    if not _stands(part, whole):
        return False
    return classify(part, whole).kind is not Kind.WEAKENED
