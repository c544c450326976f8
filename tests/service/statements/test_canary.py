"""By which day a document promises its next statement, and when it promises nothing."""

from __future__ import annotations

from datetime import date

import pytest

from service.model import Category, Speaker, Statement
from service.statements.figures.canary import Canary, read_canary
from service.statements.figures.deadlines import find_spans, find_steps, find_terms, without_dates
from watchers.parse import read_document

DENIAL = "Quillnet has never received a secret order."
SEEN = date(2026, 3, 2)


def read(text: str, *categories: Category, seen: date = SEEN) -> Canary:
    document = read_document(text.encode(), url="https://quillnet.example/x.txt", media_type="text/plain")
    said = Statement(DENIAL, "Quillnet", Speaker(), categories or (Category.NEVER,), "", 0.9)
    return read_canary(document, (said,), seen=seen)


@pytest.mark.parametrize(
    ("promise", "due"),
    [
        ("The next statement will be published in the first week of June 2026.", date(2026, 6, 7)),
        ("The next statement will be published by 14 June.", date(2026, 6, 14)),
        ("Expect the next canary in the first fourteen days of June 2026.", date(2026, 6, 14)),
        (
            "We plan to publish the next of these canary statements in the first 2 weeks of June.",
            date(2026, 6, 14),
        ),
        ("This canary will be re-signed on May 1.", date(2026, 5, 1)),
        ("The next update is due between 1 and 7 June 2026.", date(2026, 6, 7)),
        ("By 15 June 2026 this statement will be renewed.", date(2026, 6, 15)),
        ("We will publish a new version of this page before the end of June 2026.", date(2026, 6, 30)),
        ("The next statement follows in Q3 2026.", date(2026, 9, 30)),
        ("This statement is valid until June 5th, 2026.", date(2026, 6, 5)),
        ("This statement expires on 2026-06-05.", date(2026, 6, 5)),
        ("Expires: 2026-06-05", date(2026, 6, 5)),
        ("Next update:\n\n5 June 2026", date(2026, 6, 5)),
        ("Next update due.\n\n5 June 2026", date(2026, 6, 5)),
        ("Next update due.\n\nBy 5 June 2026.", date(2026, 6, 5)),
        ("We update this every quarter.", date(2026, 6, 1)),
        ("We update this page every month.", date(2026, 4, 1)),
        ("We renew this statement every 90 days.", date(2026, 5, 30)),
        ("This canary is updated weekly.", date(2026, 3, 8)),
        ("Our canary is published twice a year.", date(2026, 9, 1)),
        ("It is signed with our release key and replaced at the start of every quarter.", date(2026, 6, 1)),
        ("If this statement has not been updated within 60 days, assume the worst.", date(2026, 4, 30)),
        ("This statement is valid for 30 days.", date(2026, 3, 31)),
        ("This statement, signed with our key, is valid until 5 June 2026.", date(2026, 6, 5)),
        ("This canary is valid until 5 June 2026; our key, until 2028.", date(2026, 6, 5)),
    ],
)
def test_a_deadline_is_read_out_of_the_text(promise: str, due: date) -> None:
    found = read(f"Warrant canary\n\nAs of 1 March 2026, {DENIAL}\n\n{promise}\n")
    assert (found.stated, found.due) == (date(2026, 3, 1), due)
    assert found.words


@pytest.mark.parametrize(
    "text",
    [
        "Warrant canary\n\nAs of 1 March 2026, we have no orders to report.\n",
        "Canary\n\nWe update this page every month.\n",  # from when on?
        "Canary\n\nAs of 1 March 2026. Our PGP key expires on 1 May 2029.\n",
        "Canary\n\nAs of 1 March 2026. Our PGP key is valid until 1 June 2027.\n",
        "Canary\n\nAs of 1 March 2026. This page is signed with a key that is valid until 1 June 2027.\n",
        "Canary\n\nAs of 1 March 2026. Our next signing key is due on 1 June 2027.\n",
        "Canary\n\nAs of 1 March 2026.\n\nKey expires: 2027-06-01\n",
        "Canary\n\nAs of 1 March 2026. The certificate is valid until 5 June 2026.\n",
        "Canary\n\nAs of 1 March 2026. Our terms are effective from 1 June 2026.\n",
        "Canary\n\nAs of 1 March 2026. We update this page every 0 days.\n",
        "Canary\n\nAs of 1 March 2026. We update our privacy policy every year.\n",
        "Privacy\n\nLast updated 1 March 2026. Our transparency report is published every quarter.\n",
        "Canary\n\nAs of 1 March 2026. The next office will open in Tern Bay on 5 June 2026.\n",
        "Canary\n\nAs of 1 March 2026. We respond to valid orders within 10 days.\n",
        "Canary\n\nAs of 1 March 2026.\n\nThe next update is due.\n\nWe open in Tern Bay on 5 June 2026.\n",
        "Canary\n\nAs of 1 March 2026. The next statement was to be published by 1 February 2026.\n",
    ],
)
def test_where_no_day_is_named_nothing_is_claimed(text: str) -> None:
    assert read(text).due is None


@pytest.mark.parametrize(
    "promise",
    [
        "This statement will be re-signed on 21 March 2026.",
        "This canary will be digitally signed again on March 21, 2026.",
        "This statement will be updated on 2026-03-21.",
        "Next update: 2026-03-21",
        "The next statement will be published and signed on 21 March 2026.",
        "The next update, as of now, is to be issued by us and then signed on 21 March 2026.",
    ],
)
def test_a_day_that_had_passed_when_it_was_first_read_is_still_the_promised_one(promise: str) -> None:
    found = read(f"Warrant canary\n\nAs of 1 March 2026, {DENIAL}\n\n{promise}\n", seen=date(2026, 4, 2))
    assert (found.stated, found.due, found.words) == (date(2026, 3, 1), date(2026, 3, 21), promise)


def test_a_day_on_which_it_was_signed_again_is_its_own() -> None:
    text = f"Warrant canary\n\n{DENIAL}\n\nThis canary, re-signed on 21 March 2026, is renewed every month.\n"
    assert read(text, seen=date(2026, 4, 2)).stated == date(2026, 3, 21)


@pytest.mark.parametrize(
    "words",
    [
        "This statement must be issued by our counsel and was issued 1 March 2026.",
        "This statement has to be signed by two of us, and has been signed by both on 1 March 2026.",
        "This statement is to be renewed every quarter (last renewed 1 March 2026).",
    ],
)
def test_a_day_on_which_it_was_issued_is_its_own_whatever_else_is_to_be(words: str) -> None:
    assert read(f"Warrant canary\n\n{DENIAL}\n\n{words}\n", seen=date(2026, 4, 2)).stated == date(2026, 3, 1)


def test_a_document_that_denies_nothing_is_no_canary() -> None:
    text = "Notice\n\nAs of 1 March 2026. The next statement will be published by 14 June 2026.\n"
    assert read(text, Category.NOTICE) == Canary()
    assert read(text, Category.NEVER).due == date(2026, 6, 14)
    assert read(text.replace("Notice", "Our canary"), Category.ENCRYPTION).due == date(2026, 6, 14)


def test_a_named_day_goes_before_a_rhythm() -> None:
    found = read(
        "Canary\n\nAs of 1 March 2026.\n\nWe renew this statement every month; the next one is due on 8 April 2026.\n"
    )
    assert (found.due, found.named) == (date(2026, 4, 8), True)
    assert not read("Canary\n\nAs of 1 March 2026.\n\nWe renew this statement every month.\n").named


def test_a_day_without_its_year_is_the_first_after_the_statement() -> None:
    text = "Canary\n\nIssued 20 December 2025.\n\nThe next statement will be published by 10 January.\n"
    assert read(text).due == date(2026, 1, 10)
    undated = "Canary\n\nThe next statement will be published by 10 January.\n"
    assert read(undated, seen=date(2026, 1, 11)).due == date(2027, 1, 10)


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("the last week of February 2028", date(2028, 2, 29)),
        ("in early June 2026", date(2026, 6, 10)),
        ("mid-June 2026", date(2026, 6, 20)),
        ("in June 2026", date(2026, 6, 30)),
        ("by June", date(2026, 6, 30)),
        ("the 3rd of June, 2026", date(2026, 6, 3)),
        ("the second half of June 2026", date(2026, 6, 30)),
        ("the first half of June 2026", date(2026, 6, 15)),
        ("31 June 2026", date(2026, 6, 30)),
    ],
)
def test_spans(text: str, last: date) -> None:
    assert [span.last for span in find_spans(text, date(2026, 3, 1))] == [last]


def test_what_is_no_day() -> None:
    assert not find_spans("It may march on; 2026-13-40 is no day", date(2026, 3, 1))
    for odd in ("every ſeven days", "every ſıx days", "firſt quarter 2026", "early ſeptember 2026"):
        assert not find_spans(odd, date(2026, 3, 1))
        assert not list(find_steps(odd))
    assert not list(find_terms("within ſix days"))
    (step,) = find_steps("every 999 years")
    with pytest.raises(OverflowError):
        step.after(date(9500, 1, 1))


def test_only_dates_differ() -> None:
    assert without_dates("As of 1 March 2026 we have none.") == without_dates(
        "As of 15 June 2026 we have none."
    )
    assert without_dates("In the first week of May 2026.") == without_dates("In the first week of June 2027.")
    assert without_dates("We received 2 orders.") != without_dates("We received 3 orders.")
