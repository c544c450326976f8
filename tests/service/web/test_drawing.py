"""Where the bars and marks of a history go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from service.model import Category
from service.store.portrait import Mark, Span
from service.web.drawing import LEFT, RIGHT, WIDTH, draw

NOW = datetime(2026, 11, 25, tzinfo=UTC)
OLD = datetime(2020, 3, 1, tzinfo=UTC)


def span(*pieces: tuple[datetime, datetime | None], category: Category = Category.NOTICE) -> Span:
    return Span(
        "asr_1", "We notify customers " * 5, (category,), pieces, (Mark(pieces[0][0], "new", "chg_1"),)
    )


def test_nothing_to_draw() -> None:
    assert draw((), NOW) is None


def test_a_promise_from_the_beginning_fills_the_width() -> None:
    picture = draw([span((OLD, None))], NOW)

    assert picture is not None
    (lane,) = picture.lanes
    assert lane.bars[0].x == LEFT
    assert lane.bars[0].x + lane.bars[0].width == WIDTH - RIGHT
    assert lane.bars[0].open
    assert lane.label.endswith(" …")
    assert [tick.label for tick in picture.ticks] == ["2021", "2022", "2023", "2024", "2025", "2026"]


def test_a_gap_is_a_gap() -> None:
    half = OLD + (NOW - OLD) / 2
    picture = draw([span((OLD, half), (half + timedelta(days=300), None))], NOW)

    assert picture is not None
    first, second = picture.lanes[0].bars
    assert not first.open
    assert first.x + first.width < second.x


def test_each_category_has_a_heading() -> None:
    picture = draw([span((OLD, None)), span((OLD, None)), span((OLD, None), category=Category.NEVER)], NOW)

    assert picture is not None
    assert [category for _, category in picture.headings] == [Category.NOTICE, Category.NEVER]
    assert len({lane.y for lane in picture.lanes}) == 3


@given(st.integers(0, 40_000), st.integers(0, 40_000))
def test_everything_stays_inside_and_the_axis_is_not_crowded(start: int, length: int) -> None:
    begun = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=start)
    picture = draw([span((begun, begun + timedelta(hours=1)))], begun + timedelta(days=length))

    assert picture is not None
    places = [tick.x for tick in picture.ticks]
    assert len(places) <= 10
    assert all(b - a > 40 for a, b in pairwise(places))
    assert all(LEFT <= x <= WIDTH for x in [*places, *(bar.x for bar in picture.lanes[0].bars)])


def test_the_day_asked_for_is_marked_where_something_was_said() -> None:
    middle = draw([span((OLD, None))], NOW, OLD + (NOW - OLD) / 2)
    before = draw([span((OLD, None))], NOW, OLD - timedelta(days=1))

    assert middle is not None
    assert middle.asked == round((LEFT + WIDTH - RIGHT) / 2, 1)
    assert before is not None
    assert before.asked is None
