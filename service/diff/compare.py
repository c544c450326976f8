"""One sentence against another, judged first: is either of them an assurance at all?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from service.diff.channels import another_way
from service.diff.kinds import classify
from service.diff.second import Lean, looked_again
from service.model import Category, Judgement, Kind, Sentence, Verdict

TOGETHER = 0.28
"""Mean score that two sentences need where not both count as relevant."""
Judge = Callable[[Sequence[Sentence]], Sequence[Judgement]]


def compare(old: str, new: str, judge: Judge, lean: Lean | None = None) -> Verdict:
    """Kind of change from `old` to `new`, either may be ""; `none` when neither is relevant."""
    return compare_many([(old, new)], judge, lean)[0]


def compare_many(
    pairs: Iterable[tuple[str, str]], judge: Judge, lean: Lean | None = None
) -> tuple[Verdict, ...]:
    """`compare` for many pairs; every distinct sentence is judged once, in one call."""
    asked = list(pairs)
    texts = list(dict.fromkeys(text for pair in asked for text in pair if text.strip()))
    judged = dict(zip(texts, judge([Sentence(text) for text in texts]), strict=True)) if texts else {}
    return tuple(_verdict(old, new, judged.get(old), judged.get(new), lean) for old, new in asked)


def _verdict(old: str, new: str, was: Judgement | None, now: Judgement | None, lean: Lean | None) -> Verdict:
    sides = [j for j in (was, now) if j is not None]
    if not _concerns_states(sides):
        return Verdict(Kind.NONE, 1.0 - max((j.score for j in sides), default=0.0), "no assurance")
    procedural = all(j.categories == (Category.PROCEDURE,) for j in sides)
    way = another_way(old, new, *(j.categories for j in sides)) if len(sides) > 1 else None
    verdict = way or classify(
        old,
        new,
        was=was is None or was.relevant,
        now=now is None or now.relevant,
        procedural=procedural,
    )
    return verdict if procedural else looked_again(verdict, old, new, lean)


def _concerns_states(sides: Sequence[Judgement]) -> bool:
    """Both are relevant, or the two are weighed together.

    They are mostly one sentence, so a doubtful yes beside a firm no is the detector's slip; so are two doubtful noes.
    """
    relevant = [j.relevant for j in sides]
    if len(sides) < 2 or all(relevant):
        return any(relevant)
    return sum(j.score for j in sides) >= TOGETHER * len(sides)
