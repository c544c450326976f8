"""What the documents claim: every test named, every dependency explained, every figure exported."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from pathlib import Path

from service.web.metrics import Counters

ROOT = Path(__file__).resolve().parents[2]


def test_every_hazard_names_a_test_that_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "docs/hazards.md").read_text())
    assert len(named) > 20
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text())
        functions = (ast.FunctionDef, ast.AsyncFunctionDef)
        assert name in {node.name for node in ast.walk(tree) if isinstance(node, functions)}, (
            f"{path}::{name}"
        )


def test_every_dependency_has_its_reason() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {re.split(r"[>=<\[; ]", entry)[0] for entry in wanted}
    told = set(re.findall(r"^\| ([\w.-]+) \|", (ROOT / "docs/dependencies.md").read_text(), re.MULTILINE))
    assert told - {"package", "---"} == names


def test_alerts_and_dashboard_ask_for_figures_that_there_are() -> None:
    exported = {metric.name for metric in Counters().registry.collect()}
    panels = json.loads((ROOT / "deploy/dashboard.json").read_text())["panels"]
    asked = [target["expr"] for panel in panels for target in panel["targets"]]
    asked += re.findall(r"expr: (.*)", (ROOT / "deploy/alerts.yml").read_text())
    names = {
        name.removesuffix("_total")
        for expr in asked
        for name in re.findall(r"\b(?:onrecord|process)_\w+", expr)
    }
    assert len(names) >= 9
    assert names <= exported
