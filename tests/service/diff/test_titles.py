"""Lines that promise nothing come and go without a word."""

import pytest

from service.diff.align import compare_readings
from service.diff.titles import bare
from tests.service.diff.readings import PROMISES, kinds, reading

LINES = (
    "Published on Sep 11, 2025Updated on Aug 5, 20265 min read",
    "Last updated: 3 March 2026",
    "Harborlight's Transparency Report for the period from 17 February 2024 to 17 February 2025",
    "Harborlight's Transparency Report for the period from 17 February 2025 to 31 December 2025:",
    "Transparency report, January to June 2025",
    "Disclosure requests: overview",
)
SENTENCES = (
    "We publish a transparency report for the first half of 2025",
    "National security letters from January to June 2025: 0",
    "No order was received up to 3 March 2026",
    "Requests: 12",
    "The report is updated twice a year.",
    "Recordings: a court order",
)


@pytest.mark.parametrize("line", LINES)
def test_a_line_that_promises_nothing_is_no_news(line: str) -> None:
    assert bare(line)
    with_it, without = reading((*PROMISES, line)), reading(PROMISES)
    assert kinds(compare_readings(with_it, without)) == []
    assert kinds(compare_readings(without, with_it)) == []


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_short_claim_is_no_title(sentence: str) -> None:
    assert not bare(sentence)
