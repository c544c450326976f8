"""Rows of a table, figures, voices and titles that run into a sentence, from version to version."""

from __future__ import annotations

from service.diff.align import align, compare_readings
from service.model import Kind, Reading
from tests.service.diff.readings import OTHER, PROMISES, only, reading, statement


def test_a_sentence_that_became_a_row_of_a_table_says_the_same() -> None:
    old = "We will disclose stored messages only in response to a search warrant."
    change = only(compare_readings(reading([old]), reading(["Stored messages | A search warrant"])))
    assert change.kind is Kind.REWORDED


def test_rows_of_a_table_are_known_by_their_words() -> None:
    old, new = (f"Subpoenas | {n}" for n in ("22,418", "24,006"))
    rest = ["Court orders | 5,907", "Warrants | 2,879"], ["Court orders | 6,122", "Warrants | 3,743"]
    change = only(compare_readings(reading([old], rest[0]), reading([new], rest[1])))
    assert (change.kind, change.new and change.new.text) == (Kind.FIGURE, new)


def test_another_figure_is_told_though_the_detector_passes_over_it() -> None:
    old, new = (f"Please allow at least {n} weeks for an answer." for n in ("two", "four"))
    change = only(compare_readings(reading([*PROMISES, old]), reading(PROMISES, (*OTHER, new))))
    assert (change.kind, change.new and change.new.text) == (Kind.FIGURE, new)


def test_another_voice_is_no_withdrawal_though_the_detector_passes_over_it() -> None:
    old = "Each government request is reviewed by our legal team."
    new = "Our legal team reviews each government request."
    change = only(compare_readings(reading([*PROMISES, old]), reading(PROMISES, (*OTHER, new))))
    assert (change.kind, change.new and change.new.text) == (Kind.REWORDED, new)


def test_a_title_that_runs_into_its_sentence_is_no_news() -> None:
    said = "We do not build back doors into our products."
    new = reading([*PROMISES, "No back doors.", said], [])
    assert compare_readings(reading([*PROMISES, said], []), new).changes == ()
    assert only(compare_readings(reading(PROMISES), reading([*PROMISES, "No back doors."]))).kind is Kind.NEW


def test_a_row_goes_on_though_all_that_it_asks_is_another() -> None:
    old, new = "Payment data | An order of a prosecutor", "Payment data | A written request under section 22"
    (change,) = compare_readings(reading([old]), reading([], [new, *OTHER])).changes
    assert (change.kind, change.new and change.new.text) == (Kind.WEAKENED, new)


def test_another_row_is_another_row() -> None:
    old, new = "Payment data | An order of a prosecutor", "Names | A written request under section 22"
    (change,) = compare_readings(reading([old]), reading([], [new, *OTHER])).changes
    assert change.kind is Kind.WITHDRAWN


def test_a_title_that_went_a_version_ago_is_no_withdrawal_while_its_sentence_stands() -> None:
    title, said = "Legal process only.", "We release data only if legal process compels us."
    known = Reading((statement(said, 0), statement(title, 1)), (said, *OTHER))
    assert align(known, Reading((statement(said, 0),), (said, *OTHER)), missing=(1,)).standing == (1,)
    gone = Reading((statement(title, 0),), OTHER)
    assert align(gone, Reading((), OTHER), missing=(0,)).standing == ()
