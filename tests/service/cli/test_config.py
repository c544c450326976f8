"""`onrecord check-config` and `onrecord config show`: what is wrong is named, what is secret is not shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli.program import program

FILE = """
[http]
token = "letmein-letmein"
[health]
ping = "https://ping.quillnet.example/0d1f-uuid"
[[sources]]
name = "guide"
kind = "page"
url = "https://quillnet.example/guide"
select = "main > article"
[[notify]]
kind = "email"
to = ["desk@quillnet.example"]
from = "onrecord@quillnet.example"
smtp = "smtp://user:hunter2@mail.quillnet.example:587"
[[notify]]
kind = "webhook"
url = "https://hooks.quillnet.example/T0/B0/x7Qsecretpath"
secret = "whsec_dGhlIHNhbHRtYXJzaCBjb3VyaWVyIGtlZXBzIGl0cyBub3Rlcw=="
"""


def run(tmp_path: Path, text: str, *words: str) -> Result:
    (tmp_path / "c.toml").write_text(text)
    return CliRunner().invoke(program, [*words, "--config", str(tmp_path / "c.toml")])


def test_no_secret_is_shown(tmp_path: Path) -> None:
    result = run(tmp_path, FILE, "config", "show")
    shown = json.loads(result.output)
    assert shown["sources"][0]["url"] == "https://quillnet.example/guide"
    assert "hooks.quillnet.example" in result.output
    for secret in ("letmein", "0d1f", "hunter2", "x7Qsecretpath", "dGhlIHNhb"):
        assert secret not in result.output


def test_a_good_one_is_said_to_be(tmp_path: Path) -> None:
    assert "1 source." in run(tmp_path, FILE, "check-config").output


def test_a_selector_that_is_none_is_named(tmp_path: Path) -> None:
    result = run(tmp_path, FILE.replace("main > article", "main >"), "check-config")
    assert result.exit_code == 2
    assert "sources[0].select" in result.output
    assert "main >" in result.output


def test_a_variable_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_FETCH__PER_HOST", "many")
    result = run(tmp_path, FILE, "check-config")
    assert result.exit_code == 2
    assert "ONRECORD_FETCH__PER_HOST" in result.output
