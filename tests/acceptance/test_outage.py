"""An endpoint that is down for a day loses nothing, and delays nobody else."""

from __future__ import annotations

import pytest

from benchmarks.outage import measure


@pytest.mark.slow
async def test_all_arrives_in_order_after_a_day() -> None:
    lines, right = await measure(500)
    assert right, "\n".join(lines)
    assert "500 of 500 events, 0 twice, in order" in lines[0]
