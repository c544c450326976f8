"""Ladders of promises, each sentence more than the one before: no step up or down may be told the other way.

A step that is told as mere rewording is missed, and few may be; one that is told the wrong way round misleads.
"""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

from service.diff.kinds import classify
from service.model import Kind

LADDERS = tuple(
    tuple(block.splitlines())
    for block in Path(__file__).with_name("cases").joinpath("ladders.txt").read_text("utf-8").split("\n\n")
)
STEPS = tuple(pair for ladder in LADDERS for pair in combinations(ladder, 2))
SILENT = 0.1
"""Share of steps that may be passed over."""


def test_no_step_is_told_the_wrong_way() -> None:
    assert len(STEPS) > 150
    assert [(old, new) for old, new in STEPS if classify(old, new).kind is Kind.WEAKENED] == []
    assert [(old, new) for old, new in STEPS if classify(new, old).kind is Kind.STRENGTHENED] == []


def test_few_steps_are_passed_over() -> None:
    silent = [(old, new) for old, new in STEPS if classify(old, new).kind is not Kind.STRENGTHENED]
    assert len(silent) <= SILENT * len(STEPS), silent
