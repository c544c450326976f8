"""Rows of a table and titles that run into a sentence, from version to version."""

from __future__ import annotations

from service.diff.align import align, compare_readings
from service.model import Category, Kind, Reading, Speaker, Statement

REST = ("Our offices are in Lisbon.", "Thank you for reading this page.")


def statement(text: str, position: int) -> Statement:
    return Statement(text, "Harborlight", Speaker(), (Category.LEGAL_PROCESS,), "", 0.9, position=position)


def reading(told: tuple[str, ...], *rest: str) -> Reading:
    return Reading(tuple(statement(t, k) for k, t in enumerate(told)), (*told, *rest, *REST))


def test_a_row_goes_on_though_all_that_it_asks_is_another() -> None:
    old, new = "Payment data | An order of a prosecutor", "Payment data | A written request under section 22"
    (change,) = compare_readings(reading((old,)), reading((), new)).changes
    assert (change.kind, change.new and change.new.text) == (Kind.WEAKENED, new)


def test_another_row_is_another_row() -> None:
    old, new = "Payment data | An order of a prosecutor", "Names | A written request under section 22"
    (change,) = compare_readings(reading((old,)), reading((), new)).changes
    assert change.kind is Kind.WITHDRAWN


def test_a_title_that_went_a_version_ago_is_no_withdrawal_while_its_sentence_stands() -> None:
    title, said = "Legal process only.", "We release data only if legal process compels us."
    known = Reading((statement(said, 0), statement(title, 1)), (said, *REST))
    assert align(known, Reading((statement(said, 0),), (said, *REST)), missing=(1,)).standing == (1,)
    gone = Reading((statement(title, 0),), REST)
    assert align(gone, Reading((), REST), missing=(0,)).standing == ()
