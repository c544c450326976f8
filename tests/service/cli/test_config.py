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


EVERYWHERE = """
database = "DATABASE"
secret_key = "cRETcRETcRETcRETcRETcRETcRETcRETcRETcRETcRE="
[http]
token = "S3CRET-token"
[health]
ping = "https://u:S3CRET@ping.quillnet.example/S3CRET?q=S3CRET"
[[notify]]
kind = "webhook"
url = "https://u:S3CRET@hooks.quillnet.example/S3CRET?q=S3CRET#S3CRET"
secret = "whsec_cRETcRETcRETcRETcRETcRETcRETcRET"
[[notify]]
kind = "email"
to = ["desk@quillnet.example"]
from = "onrecord@quillnet.example"
smtp = "smtp://user:S3CRET@mail.quillnet.example"
[[notify]]
kind = "apprise"
url = "json://u:S3CRET@hooks.quillnet.example/S3CRET"
"""


@pytest.mark.parametrize("command", [("config", "show"), ("check-config",)])
@pytest.mark.parametrize(
    "database",
    [
        "postgresql://u:S3CRET@db.example/onrecord",
        "postgresql://:S3CRET@db.example/onrecord",
        "postgresql://u:a/S3CRET@db.example/onrecord",
        "postgresql://u:a@S3CRET@db.example/onrecord",
        "postgresql://u@db.example/onrecord?password=S3CRET",
        "postgresql:///onrecord?host=db.example&password=S3CRET&sslpassword=S3CRET",
    ],
)
def test_whatever_may_be_secret_is_not_shown(tmp_path: Path, database: str, command: tuple[str, ...]) -> None:
    result = run(tmp_path, EVERYWHERE.replace("DATABASE", database), *command)
    assert result.exit_code == 0, result.output
    assert "cRET" not in result.output.replace("S3CRET", "cRET")
    if command == ("config", "show"):
        assert "db.example" in json.loads(result.output)["database"]


SECRETS = {
    "http.token": ("ONRECORD_HTTP__TOKEN", "S3CRET-token"),
    "secret_key": ("ONRECORD_SECRET_KEY", "cRETcRETcRETcRETcRETcRETcRETcRETcRETcRETcRE="),
    "database": ("ONRECORD_DATABASE", "postgresql://u:S3CRET@db.example/onrecord"),
    "health.ping": ("ONRECORD_HEALTH__PING", "https://ping.quillnet.example/S3CRET"),
}


@pytest.mark.parametrize("key", SECRETS)
def test_a_secret_in_a_file_that_a_variable_names_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    variable, secret = SECRETS[key]
    (tmp_path / "secret").write_text(f"{secret}\n")
    monkeypatch.setenv(f"{variable}_FILE", str(tmp_path / "secret"))
    result = run(tmp_path, "", "config", "show")
    shown = json.loads(result.output)
    for part in key.split("."):
        shown = shown[part]
    assert shown
    assert "cRET" not in result.output.replace("S3CRET", "cRET")


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
