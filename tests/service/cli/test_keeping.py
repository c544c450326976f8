"""`onrecord backup`: what is printed, and how it ends."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Onrecord = Callable[..., Any]


@pytest.fixture
def data(onrecord: Onrecord, tmp_path: Path) -> tuple[str, str]:
    """The option that names an empty record."""
    option = ("--data-dir", str(tmp_path / "data"))
    assert onrecord("migrate", *option).code == 0
    return option


def test_a_backup_prints_what_to_write_down(
    onrecord: Onrecord, data: tuple[str, str], tmp_path: Path
) -> None:
    ran = onrecord("backup", "copy.sqlite", *data)
    assert (ran.code, ran.err) == (0, "")
    size = (tmp_path / "copy.sqlite").stat().st_size
    assert ran.out == f"copy.sqlite: {size} bytes, whole: 0 looks, 0 stored texts and bytes\n0:{'0' * 32}\n"

    (tmp_path / "folder").mkdir()
    assert onrecord("backup", "folder", *data).code == 0
    assert onrecord("verify", "--expect", ran.out.splitlines()[-1], "--data-dir", "folder").code == 0


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("data/onrecord.sqlite", "data/onrecord.sqlite is there already, and is not overwritten"),
        ("nowhere/copy.sqlite", "nowhere/copy.sqlite: No such file or directory"),
        ("data", "data/onrecord.sqlite is there already, and is not overwritten"),
    ],
)
def test_a_target_that_will_not_do_is_named(
    onrecord: Onrecord, data: tuple[str, str], target: str, told: str
) -> None:
    ran = onrecord("backup", target, *data)
    assert (ran.code, ran.out, ran.err) == (2, "", f"onrecord: {told}\n")


def test_there_is_nothing_to_copy(onrecord: Onrecord) -> None:
    ran = onrecord("backup", "copy.sqlite")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "there is no record in data yet" in ran.err


def test_a_broken_record_ends_with_one(onrecord: Onrecord, data: tuple[str, str], tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "data" / "onrecord.sqlite") as raw:
        raw.execute("INSERT INTO chain VALUES (1, 7, x'00')")
    ran = onrecord("backup", "copy.sqlite", *data)
    assert ran.code == 1
    assert "a true copy of a record that is broken: link 1 is missing" in ran.out
