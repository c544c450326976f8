"""What a change of one sentence means for the person whose data it is."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from service.diff.normal import normal_form
from service.model import Kind, Verdict

UNRELATED = 35.0
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def classify(old: str, new: str) -> Verdict:
    """The kind of change between two relevant sentences; "" for a side that does not exist."""
    if not old or not new:
        return Verdict(Kind.NEW if new else Kind.WITHDRAWN, 0.9)
    a, b = normal_form(old).casefold(), normal_form(new).casefold()
    if a == b:
        return Verdict(Kind.REWORDED, 1.0, "typography only")
    if _NUMBER.sub("#", a) == _NUMBER.sub("#", b):
        return Verdict(Kind.FIGURE, 0.9, "another figure")
    if fuzz.token_sort_ratio(a, b) < UNRELATED:
        return Verdict(Kind.UNRELATED, 0.6, "about different things")
    return Verdict(Kind.REWORDED, 0.5, "other words")
