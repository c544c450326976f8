"""A sentence in its place."""

from __future__ import annotations

from service.web.surroundings import AROUND, Stretch, find_passage, headed


def test_white_space_does_not_matter() -> None:
    found = find_passage("First.\n\n We notify   our\n  customers. Last.", "We notify our  customers.")

    assert found is not None
    assert (found.before, found.sentence, found.after) == ("First.\n", "We notify our\ncustomers.", " Last.")
    assert not found.cut_before
    assert not found.cut_after


def test_long_texts_are_cut_between_words() -> None:
    found = find_passage("word " * 500 + "Here it is." + " tail" * 500, "Here it is.")

    assert found is not None
    assert found.cut_before
    assert found.cut_after
    assert set(found.before.split()) == {"word"}
    assert set(found.after.split()) == {"tail"}
    assert len(found.before) <= AROUND


def test_what_is_not_there() -> None:
    assert find_passage("Something else.", "We notify customers.") is None
    assert find_passage("Something else.", " ") is None


def test_headings_are_told_from_text() -> None:
    assert headed("before\n## Requests\nWe tell you. # not\n") == (
        Stretch("before\n", title=False),
        Stretch("Requests", title=True),
        Stretch("\nWe tell you. # not\n", title=False),
    )
    assert headed("") == ()
