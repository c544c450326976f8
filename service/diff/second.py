"""A second look at a change in which the rules found nothing: by what is like it, not by known words.

Only where one thing was changed in a short sentence. In longer ones, and where several things were touched, what looks
like a loss is mostly the other wording of one claim.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from rapidfuzz.distance import Indel

from service.diff.kinds import SAME_SUBSTANCE
from service.model import Category, Change, Kind, Verdict

Lean = Callable[[str, str], float]
"""How far a change leans towards the person (plus) or against; 1.0 is usual for one of substance."""
FAR = 0.6
"""How far a change has to lean to be one of substance."""
SHORT = 20
"""Words up to which a sentence is short."""
_WORD = re.compile(r"[\w'’-]+")
_REASON = "by its likeness to other changes"


def looked_again(verdict: Verdict, old: str, new: str, lean: Lean | None) -> Verdict:
    """The verdict, or another where the rules saw no change of substance and a single edit leans far to one side."""
    if lean is None or verdict.kind is not Kind.REWORDED or verdict.reason != SAME_SUBSTANCE:
        return verdict
    edit = single_edit(old, new)
    if edit is None:
        return verdict
    way = lean(old, new)
    if abs(way) < FAR:
        return verdict
    kind = Kind.STRENGTHENED if way > 0 else Kind.WEAKENED
    score = 1.0 / (1.0 + math.exp(-2.0 * (abs(way) - FAR)))
    return Verdict(
        kind, round(score, 3), f"{_told(*edit)}: {'more' if way > 0 else 'less'} is promised, {_REASON}"
    )


def leant(change: Change, lean: Lean | None) -> Change:
    """`looked_again` at the change of a statement, unless it only tells authorities how to ask."""
    old, new = change.old, change.new
    if old is None or new is None or old.categories == new.categories == (Category.PROCEDURE,):
        return change
    told = looked_again(Verdict(change.kind, change.score, change.reason), old.text, new.text, lean)
    return replace(change, kind=told.kind, score=told.score, reason=told.reason)


def single_edit(old: str, new: str) -> tuple[str, str] | None:
    """The words taken out and put in, where that is all that differs between two short sentences.

    None where there are several edits, and where only names differ.
    """
    before, after = _WORD.findall(old), _WORD.findall(new)
    if not before or not after or max(len(before), len(after)) > SHORT:
        return None
    codes = Indel.opcodes([w.casefold() for w in before], [w.casefold() for w in after])
    changed = [code for code in codes if code.tag != "equal"]
    if not changed or any(
        one.src_end != two.src_start or one.dest_end != two.dest_start for one, two in pairwise(changed)
    ):
        return None
    gone = before[changed[0].src_start : changed[-1].src_end]
    come = after[changed[0].dest_start : changed[-1].dest_end]
    if gone and come and all(_named(word) for word in (*gone, *come)):
        return None
    return " ".join(gone), " ".join(come)


def _named(word: str) -> bool:
    return word[0].isupper() or word[0].isdigit()


def _told(gone: str, come: str) -> str:
    if gone and come:
        return f"“{gone}” became “{come}”"
    return f"“{come}” added" if come else f"“{gone}” dropped"
