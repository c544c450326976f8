"""What is shipped to run the program with is understood by what reads it, and sets the limits that are promised."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from service.configuration.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "deploy" / "onrecord.service"


def read_yaml(path: str) -> Any:
    return pytest.importorskip("yaml").safe_load((ROOT / path).read_text())


def unit() -> configparser.SectionProxy:
    read = configparser.ConfigParser(interpolation=None, strict=False)
    read.optionxform = str  # type: ignore[assignment, method-assign]
    read.read(UNIT)
    return read["Service"]


def test_systemd_understands_every_line_of_the_unit(tmp_path: Path) -> None:
    if (analyze := shutil.which("systemd-analyze")) is None:
        pytest.skip("there is no systemd-analyze here")
    text = re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", UNIT.read_text())
    (tmp_path / "onrecord.service").write_text(text)
    told = subprocess.run(
        [analyze, "verify", "--man=no", str(tmp_path / "onrecord.service")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, [line for line in told.stderr.splitlines() if "onrecord" in line]) == (0, [])


def test_the_unit_limits_and_locks_in() -> None:
    service = unit()
    assert {"MemoryMax", "TasksMax", "LimitNOFILE"} <= set(service)
    assert int(service["TimeoutStopSec"]) > 10, "the program takes ten seconds at most"
    locked = {
        "DynamicUser",
        "NoNewPrivileges",
        "ProtectHome",
        "PrivateTmp",
        "PrivateDevices",
        "RestrictSUIDSGID",
    }
    assert {name for name in locked if service.get(name) == "yes"} == locked
    assert (service["ProtectSystem"], service["CapabilityBoundingSet"]) == ("strict", "")


def test_compose_limits_and_locks_in() -> None:
    service = read_yaml("compose.yaml")["services"]["onrecord"]
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert service["cpus"]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert int(service["user"].split(":")[0]) > 0
    assert int(service["stop_grace_period"].removesuffix("s")) > 10
    for name in service["environment"]:
        top = name.removeprefix("ONRECORD_").lower().split("__")[0]
        assert top in Settings.model_fields, name


def test_every_alert_is_whole_and_explained() -> None:
    (group,) = read_yaml("deploy/alerts.yml")["groups"]
    told = (ROOT / "docs" / "operations.md").read_text()
    assert len(group["rules"]) > 5
    for rule in group["rules"]:
        assert rule["expr"], rule
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert rule["annotations"]["summary"]
        assert re.search(rf"^\|.*\b{rule['alert']}\b.*\|", told, re.MULTILINE), rule["alert"]
