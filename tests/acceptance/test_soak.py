"""The short form of `make soak`: some sources, half a day, faults everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.soak import soak

pytestmark = pytest.mark.slow

HOURS, SOURCES = 12, 40


async def test_half_a_day_loses_nothing_and_leaks_nothing(tmp_path: Path) -> None:
    result = await soak(HOURS, SOURCES, tmp_path)

    assert result.looks > HOURS * SOURCES * 3
    assert result.failed > SOURCES
    assert result.events > SOURCES
    assert not result.lost
    assert not result.missed
    assert result.slope < 0.02
