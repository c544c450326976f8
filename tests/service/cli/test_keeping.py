"""`onrecord backup`: what is printed, and how it ends."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from service.secrets.keyring import KEY_FILE, make_keys

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


def test_a_backup_names_the_key_that_belongs_to_it(
    onrecord: Onrecord, data: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = make_keys(tmp_path / "data" / KEY_FILE).origin
    said = "the key of the secrets in it, and not in it: keep a copy somewhere else"
    assert onrecord("backup", "one.sqlite", *data).out.splitlines()[1] == f"{key}: {said}"
    monkeypatch.setenv("ONRECORD_SECRET_KEY", (tmp_path / "data" / KEY_FILE).read_text())
    assert onrecord("backup", "two.sqlite", *data).out.splitlines()[1] == f"secret_key: {said}"


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


def test_the_doctor_says_a_line_for_each_check(
    onrecord: Onrecord, data: tuple[str, str], tmp_path: Path
) -> None:
    ran = onrecord("doctor", *data)
    assert (ran.code, ran.err) == (0, "")
    assert [line.split()[1] for line in ran.out.splitlines()] == [
        "disk:", "schema:", "database:", "chain:", "evidence:", "orphans:", "clock:", "looks:", "sources:",
        "deliveries:", "subscriptions:", "jobs:", "storage:",
    ]  # fmt: skip
    assert "database:" not in onrecord("doctor", "--quick", *data).out

    with sqlite3.connect(tmp_path / "data" / "onrecord.sqlite") as raw:
        raw.execute("INSERT INTO blobs (sha256, depth, size, data) VALUES (x'00', 0, 1, x'00')")
    told = json.loads(onrecord("doctor", "--json", *data).out)
    states = {one["check"]: one["state"] for one in told["checks"]}
    assert (told["ok"], states["evidence"], states["orphans"]) == (False, "trouble", "note")
    mended = json.loads(onrecord("doctor", "--json", "--fix", *data).out)
    assert [one["fixed"] for one in mended["checks"] if one["fixed"]] == ["removed 1, 1 bytes"]
    assert onrecord("doctor", *data).code == 0


def test_the_doctor_finds_a_file_that_is_none(
    onrecord: Onrecord, data: tuple[str, str], tmp_path: Path
) -> None:
    (tmp_path / "data" / "onrecord.sqlite").write_bytes(b"\0" * 5000)
    ran = onrecord("doctor", *data)
    assert (ran.code, ran.err) == (1, "")
    assert "file is not a database; the file is damaged: `onrecord doctor` says where" in ran.out


def test_pruning_wants_an_age_and_says_what_it_did(
    onrecord: Onrecord, data: tuple[str, str], tmp_path: Path
) -> None:
    ran = onrecord("prune", *data)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert "--older-than 365d" in ran.err
    for wrong in (("--older-than", "soon"), ("--older-than", "-3d"), ("--keep", "0")):
        assert onrecord("prune", "--older-than", "1d", *wrong, *data).code == 2

    nothing = "prune 0 versions, 0 attempts, 0 orphans: 0 bytes freed\n"
    assert onrecord("prune", "--older-than", "1d", "--dry-run", *data).out == f"would {nothing}"
    (tmp_path / "onrecord.toml").write_text('[prune]\nolder_than = "52w"\nkeep = 3\n')
    assert onrecord("prune", *data).out == "pruned 0 versions, 0 attempts, 0 orphans: 0 bytes freed\n"
