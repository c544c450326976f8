"""Secrets in files of their own: by variable and by key."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.configuration.settings import ConfigError, load

SECRET = "whsec_" + "c2FsdG1hcnNoIHNhbHRtYXJzaCBzYWx0"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "key").write_text(f"{SECRET}\n")
    (tmp_path / "token").write_text("open sesame\n")
    path = tmp_path / "onrecord.toml"
    path.write_text('[[notify]]\nkind = "webhook"\nurl = "https://x.example/"\nsecret_file = "key"')
    return path


def test_a_variable_names_a_file(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_HTTP__TOKEN_FILE", str(config.with_name("token")))
    assert load(config).http.token.get_secret_value() == "open sesame"


def test_a_key_names_a_file_beside_the_configuration(config: Path) -> None:
    (hook,) = load(config).notify
    assert hook.kind == "webhook"
    assert hook.secret is not None
    assert hook.secret.get_secret_value() == SECRET


def test_a_file_that_is_not_there_is_named(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.with_name("key").unlink()
    with pytest.raises(ConfigError, match=r"notify\[0\]\.secret_file: .*key: No such file"):
        load(config)
    monkeypatch.setenv("ONRECORD_HTTP__TOKEN_FILE", "/nowhere/token")
    with pytest.raises(ConfigError, match="ONRECORD_HTTP__TOKEN_FILE: /nowhere/token: No such file"):
        load(None)


def test_what_is_given_twice_is_refused(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_HTTP__TOKEN", "a")
    monkeypatch.setenv("ONRECORD_HTTP__TOKEN_FILE", str(config.with_name("token")))
    with pytest.raises(ConfigError, match="both given"):
        load(config)


def test_only_keys_that_may_hold_a_secret_can_be_files(config: Path) -> None:
    config.write_text('[http]\nlisten_file = "key"')
    with pytest.raises(ConfigError, match=r"http\.listen_file: unknown key"):
        load(config)


def test_too_large_and_binary_files_are_refused(config: Path) -> None:
    config.with_name("key").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load(config)
    config.with_name("key").write_bytes(b"x" * 70_000)
    with pytest.raises(ConfigError, match="larger than 64 KiB"):
        load(config)
