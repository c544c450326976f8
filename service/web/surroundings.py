"""A sentence in the text around it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

AROUND = 420
"""Letters shown on either side, at most."""
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Passage:
    """What stands before, the sentence as it stands, what stands after. `cut_before`, `cut_after`: there is more."""

    before: str
    sentence: str
    after: str
    cut_before: bool
    cut_after: bool


def find_passage(text: str, sentence: str) -> Passage | None:
    """The first place that says it, white space aside; None where the text has it in another shape."""
    flat, wanted = _SPACE.sub(" ", text), _SPACE.sub(" ", sentence).strip()
    at = flat.find(wanted) if wanted else -1
    if at < 0:
        return None
    end = at + len(wanted)
    before, after = flat[max(0, at - AROUND) : at], flat[end : end + AROUND]
    cut_before, cut_after = at > AROUND, len(flat) - end > AROUND
    if cut_before:
        before = before.partition(" ")[2]
    if cut_after:
        after = after.rpartition(" ")[0]
    return Passage(before, flat[at:end], after, cut_before, cut_after)
