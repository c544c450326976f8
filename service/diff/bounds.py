"""What bounds a verb counts for nothing where the verb itself is another on the other side. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from service.diff.bounded import brief
from service.diff.edits import Finding
from service.diff.lexicon import DEEDS
from service.diff.sense import Part, Sense

RANK_STEP = 0.6
BY_LAW = 1.8
"""The rank of what the law requires, whatever it is: that of legal process."""
ALL_DATA = 0.4
_ALL_DATA = re.compile(
    r"\b(?:all|any|every|whatever) (?:of )?(?:(?:your|their|our|the|its) )?(?:[a-z]+ )?(?:data|information)\b"
)
_MAY = re.compile(r"(?:may|might|can|could|reserves?)\b")


def idle(key: str, a: Sense, b: Sense) -> bool:
    """Whether a part of either side bounds what the other does not do, or need not: it tells nothing then."""
    return _still_bounds(a.parts.get(key), b.parts.get(key)) or any(
        rule(key, here, there) for rule in (_moot, _left_open, _within) for here, there in ((a, b), (b, a))
    )


def covers_all(old: str, new: str) -> int:
    """1 where the new text speaks of all data and the old of some, -1 the other way round, else 0; both `plain`."""
    return bool(_ALL_DATA.search(new)) - bool(_ALL_DATA.search(old))


def part_of_all(key: str, a: Sense, b: Sense, whole: int) -> bool:
    """A kind of data that one side names, and the other with all data: it neither came nor went."""
    narrow, wide = (a, b) if whole > 0 else (b, a)
    return bool(whole) and key.startswith("kind of data:") and key in narrow.parts and key not in wide.parts


def all_data(a: Sense, b: Sense, whole: int) -> Iterator[Finding]:
    """That all data is covered now where some was, or some where all was."""
    wide = (b if whole > 0 else a).parts
    reach = wide.get("reach:all") or wide.get("reach:any")
    kinds = [key for key in (a.parts | b.parts) if part_of_all(key, a, b, whole)]
    if whole and reach and kinds:
        value = math.copysign(ALL_DATA, reach.value) * whole
        yield Finding(value, "all data covered now" if whole > 0 else "no longer all data covered")


def _still_bounds(was: Part | None, now: Part | None) -> bool:
    """The same words bound the same verb on both sides, which alone has turned: "[does not] challenge gag orders"."""
    if was is None or now is None or not was.of:
        return False
    return (was.of, was.words) == (now.of, now.words) and was.value == -now.value


def _moot(key: str, here: Sense, there: Sense) -> bool:
    """It bounds what the other side does not say at all: with the deed, its bounds are gone."""
    part = here.parts.get(key)
    if part is None or not part.of or key in there.parts or part.of in there.parts:
        return False
    deed = here.parts.get(part.of)
    return deed is not None and deed.value > 0 > part.value and deed.group in DEEDS


def _left_open(key: str, firm: Sense, open_: Sense) -> bool:
    """It bounds a safeguard that the other side denies or only may give: a bounded promise is more than none."""
    part = firm.parts.get(key)
    if part is None or not part.of or key in open_.parts:
        return False
    promised, other = firm.parts.get(part.of), open_.parts.get(part.of)
    return (
        promised is not None
        and other is not None
        and promised.value > max(0.0, other.value)
        and part.value < 0
        and (other.value < 0 or _MAY.match(other.words) is not None)
    )


def _within(key: str, bound: Sense, free: Sense) -> bool:
    """Discretion within a condition on giving that came or went as a whole: the condition is what counts."""
    part, whole = bound.parts.get(key), bound.parts.get("condition")
    if part is None or part.group != "discretion" or whole is None or "condition" in free.parts:
        return False
    return bound.gives and free.gives and free.rank < 1.0 and part.words in whole.words


def unnamed(was: Sense, now: Sense) -> Finding | None:
    """An instrument for which "where the law requires it" stands on the other side: any process will do there."""
    named, other = (was, now) if was.rank else (now, was)
    law = other.parts.get("ground:law")
    if not (named.rank and named.gives and other.gives) or other.rank or law is None:
        return None
    if law.group != "condition" or "ground:law" in named.parts or "protection:only" not in named.parts:
        return None
    words = (named.instrument, f"“{brief(law.words)}”")
    first, second = words if named is was else words[::-1]
    lost = RANK_STEP * (BY_LAW - named.rank)
    return Finding(lost if named is was else -lost, f"{first} became {second}")
