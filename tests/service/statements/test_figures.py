from __future__ import annotations

from datetime import date
from math import inf

import pytest

from service.statements.figures.figures import find_figures


def _read(text: str) -> list[tuple[str, float, float, str, str]]:
    return [(f.value, f.low, f.high, f.unit, f.period) for f in find_figures(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We received four such requests in all of 2012.", [("four", 4, 4, "count", "2012")]),
        ("We received 0–249 letters in the first half of 2013.", [("0–249", 0, 249, "count", "H1 2013")]),
        ("The last band was zero to 499.", [("zero to 499", 0, 499, "count", "")]),
        ("Between 250 and 499 accounts were affected.", [("250 and 499", 250, 499, "count", "")]),
        (
            "It got 1,126 requests from 31 countries.",
            [("1,126", 1126, 1126, "count", ""), ("31", 31, 31, "count", "")],
        ),
        (
            "In 54% of cases we gave data, down from 61 per cent.",
            [("54%", 54, 54, "percent", ""), ("61 per cent", 61, 61, "percent", "")],
        ),
        ("Fewer than 1,000 accounts.", [("Fewer than 1,000", 0, 999, "count", "")]),
        ("More than two hundred holders", [("More than two hundred", 201, inf, "count", "")]),
        ("Some 44 million users", [("44 million", 44e6, 44e6, "count", "")]),
        (
            "Twenty-one orders and a dozen letters",
            [("Twenty-one", 21, 21, "count", ""), ("a dozen", 12, 12, "count", "")],
        ),
        ("We send back one order in eight.", [("one order in eight", 12.5, 12.5, "percent", "")]),
        ("About a quarter go back.", [("a quarter", 25, 25, "percent", "")]),
        ("Only fractions of a percent of our users", [("fractions of a percent", 0, 1, "percent", "")]),
        ("National security letters received: zero.", [("zero", 0, 0, "count", "")]),
        ("We keep it for 90 days.", [("90", 90, 90, "count", "")]),
        ("In Q3 2019 there were 12 orders.", [("12", 12, 12, "count", "Q3 2019")]),
        ("It received 30 orders last year.", [("30", 30, 30, "count", "last year")]),
        ("From January to June 2023 we got 7 demands.", [("7", 7, 7, "count", "January to June 2023")]),
        ("We had 3 cases in March 2020.", [("3", 3, 3, "count", "March 2020")]),
    ],
)
def test_counts_bands_and_shares(text: str, expected: list[tuple[str, float, float, str, str]]) -> None:
    assert _read(text) == expected


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("As of July 16, 2013, we have received none.", date(2013, 7, 16), date(2013, 7, 16)),
        ("This statement was signed on 3 May 2021.", date(2021, 5, 3), date(2021, 5, 3)),
        ("Next update by 2024-02-29.", date(2024, 2, 29), date(2024, 2, 29)),
        ("As of June 2022, never.", date(2022, 6, 1), date(2022, 6, 30)),
    ],
)
def test_dates_are_ordinal_days(text: str, first: date, last: date) -> None:
    (figure,) = find_figures(text)
    assert (figure.unit, figure.low, figure.high) == ("date", first.toordinal(), last.toordinal())


@pytest.mark.parametrize(
    "text",
    [
        "We need an order under 18 U.S.C. § 2703(d).",
        "Requests under Section 702 or Article 6(1)(c) are reviewed.",
        "We have said so since 2015.",
        "Write to 410 Harbor View Road, Suite 300, Springfield, OR 97403.",
        "Call +1 541 555 0100 or 541-555-0100.",
        "Two-factor codes and third-party apps use AES-256 and TLS 1.3.",
        "No one is told, one way or the other, under Regulation (EU) 2016/679.",
        "1. We review every request at 10:30 a.m.",
        "Messages on iOS 8 are encrypted with 256-bit keys.",
        "Executive Order 12333 and Rule 41 apply.",
        "Published on 31 February 2013",
    ],
)
def test_numbers_that_count_nothing_are_left_out(text: str) -> None:
    assert [f.value for f in find_figures(text) if f.value not in ("31",)] == []
