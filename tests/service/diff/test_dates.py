"""A statement said again on another day: only the date is news, even where the month is May."""

from __future__ import annotations

import pytest

from service.diff.kinds import classify
from service.model import Kind

PAIRS = [
    ("As of 1 March 2026, Quillnet has never received a secret order.", "1 March 2026", "31 May 2026"),
    ("From inception until February 28, 2026, we have received 0 secret orders.", "February 28, 2026", "May 31, 2026"),
    ("The next statement will be published in the first week of May 2026.", "May 2026", "August 2026"),
    ("As of 2026-03-01 we have not been served with a secret warrant.", "2026-03-01", "2026-06-01"),
    ("The next statement will be published by 14 March.", "14 March", "14 May"),
    ("As of March 1st, 2026 we have not received a gag order.", "March 1st, 2026", "1 June 2026"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "old", "new"), PAIRS)
def test_another_date_is_a_figure_both_ways(text: str, old: str, new: str) -> None:
    later = text.replace(old, new)
    for a, b in ((text, later), (later, text)):
        verdict = classify(a, b)
        assert verdict.kind is Kind.FIGURE
        assert verdict.reason


def test_a_may_that_allows_is_no_month() -> None:
    old, new = "We will disclose 2 kinds of data.", "We may disclose 2 kinds of data."
    assert classify(old, new).kind is not Kind.FIGURE
