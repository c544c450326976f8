"""The machine's time zone is another after each start: stamps are in UTC, and nothing is told for it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.acceptance.conftest import Onrecord, Town
from tests.faults.conftest import ADDED, WEAKER, Begin, kinds_told

_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[^\"]*")
ZONES = ("Etc/GMT+12", "Pacific/Kiritimati", "America/St_Johns")
"""Twelve hours behind, fourteen ahead, and one of half hours that changes twice a year."""
A_MOMENT = timedelta(minutes=5)


def stamps(town: Town) -> list[str]:
    """Every moment that was told."""
    return [stamp for letter in town.taken("/hook") for stamp in _STAMP.findall(letter.body.decode())]


def restart(program: Onrecord, town: Town) -> None:
    program.stop()
    program.start()
    town.polled("/promise")


@pytest.mark.slow
def test_stamps_are_in_utc_and_a_change_of_zone_is_no_news(
    begin: Begin, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", ZONES[0])
    program = begin()
    town.put("/promise", WEAKER)
    town.until(lambda: len(town.taken("/hook")) == 1)

    monkeypatch.setenv("TZ", ZONES[1])
    restart(program, town)
    town.put("/promise", WEAKER + ADDED)
    town.until(lambda: len(town.taken("/hook")) == 2)

    monkeypatch.setenv("TZ", ZONES[2])
    restart(program, town)
    assert kinds_told(town) == ["weakened", "new"]
    told = stamps(town) + _STAMP.findall(json.dumps(program.items("/api/v1/changes")))
    assert len(told) > 4
    now = datetime.now(UTC)
    for stamp in told:
        assert stamp.endswith(("Z", "+00:00")), stamp
        assert abs(now - datetime.fromisoformat(stamp)) < A_MOMENT, stamp
