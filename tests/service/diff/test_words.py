import resource
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.diff.words import Segment, word_diff

GIB = 1 << 20
"""In KiB, as the system counts a process's memory."""
TEXT = st.lists(
    st.sampled_from(["may", "will", "not", "share", "“data”", '"data"', ",", " ", "\n", "-", "–", "a."])
).map("".join)


def spelled(segments: tuple[Segment, ...], side: str) -> str:
    return "".join(s.text for s in segments if s.op in ("equal", side))


@given(TEXT, TEXT)
def test_segments_spell_out_both_texts(old: str, new: str) -> None:
    segments = word_diff(old, new)
    assert spelled(segments, "delete") == old
    assert spelled(segments, "insert") == new
    assert all(s.text for s in segments)


def test_whole_words_are_shown() -> None:
    assert word_diff("We will share it.", "We may share it.") == (
        Segment("equal", "We "),
        Segment("delete", "will"),
        Segment("insert", "may"),
        Segment("equal", " share it."),
    )


def test_white_space_between_changed_words_does_not_break_them_up() -> None:
    segments = word_diff("ordered by a judge today", "ordered by some high court today")
    assert [s.op for s in segments] == ["equal", "delete", "insert", "equal"]
    assert segments[1].text.strip() == "a judge"


def test_quotes_of_another_style_leave_the_words_equal() -> None:
    segments = word_diff("the “data” of users", 'the "data" of users')
    assert "data" in "".join(s.text for s in segments if s.op == "equal")


def test_equal_and_empty_texts() -> None:
    assert word_diff("same", "same") == (Segment("equal", "same"),)
    assert word_diff("", "") == ()
    assert word_diff("", "new") == (Segment("insert", "new"),)
    assert word_diff("old", "") == (Segment("delete", "old"),)


@pytest.mark.parametrize("unit", ["ab ", "a", "a. ", "\u00e9-"])
def test_long_texts_take_no_quadratic_time(unit: str) -> None:
    old = unit * (200_000 // len(unit))
    new = old[: len(old) // 2] + "changed " + old[len(old) // 2 :]
    began = time.process_time()
    segments = word_diff(old, new)
    assert time.process_time() - began < 3.0
    assert spelled(segments, "delete") == old
    assert spelled(segments, "insert") == new


@pytest.mark.parametrize("letters", [20_000, 400_000])
@pytest.mark.parametrize("unit", ["ab ", "a", "a. ", "\u00e9-", "we never do "])
def test_nor_do_texts_that_changed_all_over(unit: str, letters: int) -> None:
    """Nothing is common at the ends. A comparison by tries takes a minute for the shorter ones, a whole matrix of the
    longer ones gigabytes.
    """
    part = unit * (700 // len(unit))
    times = letters // len(part)
    old, new = f"old {part}" * times, f"new {part}" * times
    began, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    segments = word_diff(old, new)
    assert time.process_time() - began < 6.0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < GIB
    assert spelled(segments, "delete") == old
    assert spelled(segments, "insert") == new
