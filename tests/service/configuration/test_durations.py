"""Durations as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.configuration.durations import format_duration, parse_duration


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("15m", 900.0),
        ("0.2s", 0.2),
        ("1h30m", 5400.0),
        ("1d", 86_400.0),
        ("1w", 604_800.0),
        ("2w3d4h5m6s", 1_483_506.0),
        ("0s", 0.0),
        ("500ms", 0.5),
        (" 6H ", 21_600.0),
        (30, 30.0),
        (0.25, 0.25),
        (0, 0.0),
    ],
)
def test_taken(written: object, seconds: float) -> None:
    assert parse_duration(written) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("written", "seconds"), [(5.000_000_4, 5.0), (0.05000051, 0.050001), (0.000_000_1, 0.0)]
)
def test_nothing_is_finer_than_a_microsecond(written: float, seconds: float) -> None:
    assert parse_duration(written) == seconds


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "15",
        "m",
        "-5m",
        "1h-30m",
        "soon",
        "15 minutes",
        "1e3s",
        "nan",
        "inf",
        "9" * 400 + "s",
        -1,
        float("nan"),
        float("inf"),
        float("-inf"),
        10**400,
        True,
        False,
        None,
        ["15m"],
        {"m": 15},
        b"15m",
    ],
)
def test_refused(written: object) -> None:
    with pytest.raises(ValueError, match="is not a duration, such as 15m"):
        parse_duration(written)


def test_the_error_names_the_value() -> None:
    with pytest.raises(ValueError, match="'a fortnight'"):
        parse_duration("a fortnight")


def seconds_or_complaint(text: str) -> float | str:
    try:
        return parse_duration(text)
    except ValueError as error:
        return str(error)


@given(st.text(max_size=30))
def test_text_is_a_duration_or_a_value_error(text: str) -> None:
    read = seconds_or_complaint(text)
    assert repr(text) in read if isinstance(read, str) else read >= 0


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 s"),
        (0.2, "0.2 s"),
        (45, "45 s"),
        (60, "1 min"),
        (90, "90 s"),
        (900, "15 min"),
        (5400, "90 min"),
        (10_800, "3 h"),
        (129_600, "36 h"),
        (172_800, "2 d"),
        (604_800, "1 w"),
        (1_000_000, "12 d"),
    ],
)
def test_shown(seconds: float, shown: str) -> None:
    assert format_duration(seconds) == shown


@given(st.integers(min_value=1, max_value=59), st.sampled_from([("min", 60), ("h", 3600)]))
def test_whole_units_are_shown_whole(number: int, unit: tuple[str, int]) -> None:
    shown = format_duration(number * unit[1])
    value, name = shown.split()
    assert float(value) * {"s": 1, "min": 60, "h": 3600, "d": 86_400, "w": 604_800}[name] == number * unit[1]
