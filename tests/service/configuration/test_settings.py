"""The configuration: what it takes, what it refuses, what the environment changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.configuration.settings import ConfigError, EmailSettings, WebhookSettings, load
from service.model import Category, Role, SourceKind

WHOLE = """
data_dir = "elsewhere"
database = "sqlite"

[http]
listen = "127.0.0.1:9999"
token = "letmein"
public_url = "https://record.example/"

[fetch]
timeout = "5s"
max_bytes = "1MiB"
per_host = 3
allow = ["127.0.0.1:8900", "10.0.0.0/8"]

[defaults]
every = "30m"

[deliver]
schedule = ["1s", "2s"]
timeout = "3s"
disable_after = "1h"

[[sources]]
name = "blog"
company = "Harborlight"
kind = "feed"
url = "https://harborlight.example/feed"

[[sources]]
name = "courier"
kind = "feed"
role = "news"
url = "https://courier.example/rss"
every = "0.2s"
confirm = "0s"

[[notify]]
kind = "webhook"
url = "https://desk.example/hook"
secret = "whsec_c2FsdG1hcnNoIHNhbHRtYXJzaCBzYWx0"
kinds = ["withdrawn", "weakened"]
companies = ["Harborlight"]
categories = ["never"]

[[notify]]
kind = "email"
to = ["desk@courier.example"]
from = "onrecord@courier.example"
smtp = "smtp://user:pass@mail.example:587"
digest = "daily"
"""


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    path = tmp_path / "onrecord.toml"
    path.write_text(WHOLE)
    return path


def test_every_key_of_the_contract(whole: Path) -> None:
    settings = load(whole)
    assert settings.data_dir == Path("elsewhere")
    assert settings.http.public_url == "https://record.example"
    assert (settings.fetch.timeout, int(settings.fetch.max_bytes), settings.fetch.per_host) == (5.0, 2**20, 3)
    assert settings.deliver.schedule == (1.0, 2.0)
    blog, courier = settings.specs()
    assert (blog.kind, blog.role, blog.every, blog.confirm) == (SourceKind.FEED, Role.COMPANY, 1800.0, 3600.0)
    assert (courier.role, courier.every, courier.confirm, courier.company) == (Role.NEWS, 0.2, 0.0, "")
    hook, mail = settings.notify
    assert isinstance(hook, WebhookSettings)
    assert hook.categories == (Category.NEVER,)
    assert isinstance(mail, EmailSettings)
    assert (mail.sender, mail.digest) == ("onrecord@courier.example", "daily")
    assert settings.catalogue is False


def test_secrets_do_not_show(whole: Path) -> None:
    shown = repr(load(whole))
    for secret in ("letmein", "whsec_c2F", "user:pass"):
        assert secret not in shown


def test_the_environment_wins(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_HTTP__TOKEN", "other")
    monkeypatch.setenv("ONRECORD_FETCH__ALLOW", '["::1"]')
    monkeypatch.setenv("ONRECORD_DATA_DIR", "x")
    settings = load(whole)
    assert settings.http.token.get_secret_value() == "other"
    assert settings.http.listen == "127.0.0.1:9999"
    assert settings.fetch.allow == ("::1",)
    assert settings.data_dir == Path("x")


def test_options_win_over_all(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_DATA_DIR", "x")
    settings = load(whole, data_dir="y", listen="127.0.0.1:1")
    assert (settings.data_dir, settings.http.listen) == (Path("y"), "127.0.0.1:1")
    with pytest.raises(ConfigError, match="--listen"):
        load(whole, listen="nowhere")


def test_without_a_file_the_catalogue_is_watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(None).catalogue is True
    (tmp_path / "onrecord.toml").write_text("[http]\nlisten = '127.0.0.1:1'")
    assert load(None).catalogue is False
    (tmp_path / "named.toml").write_text("catalogue = true")
    monkeypatch.setenv("ONRECORD_CONFIG", "named.toml")
    assert load(None).catalogue is True


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("FETCH__ALLOW", "127.0.0.1:8900, 10.0.0.0/8", ("127.0.0.1:8900", "10.0.0.0/8")),
        ("FETCH__ALLOW", "[::1]:8900", ("[::1]:8900",)),
        ("FETCH__ALLOW", "", ()),
        ("FETCH__ALLOW", '["127.0.0.1:8900"]', ("127.0.0.1:8900",)),
        ("FETCH__PORTS", "80", (80,)),
        ("DELIVER__SCHEDULE", "1s,2m", (1.0, 120.0)),
        ("DELIVER__SCHEDULE", '["1s", 2]', (1.0, 2.0)),
    ],
)
def test_a_list_in_the_environment_may_have_commas(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, read: object
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(f"ONRECORD_{name}", value)
    part, key = name.lower().split("__")
    assert getattr(getattr(load(None), part), key) == read


@pytest.mark.parametrize(
    "name",
    ["FETCH__ALLOW", "FETCH__MAX_BYTES", "DELIVER__SCHEDULE", "SOURCES", "NOTIFY", "HTTP", "FETCH__PORTS"],
)
def test_a_variable_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(f"ONRECORD_{name}", "some[thing")
    with pytest.raises(ConfigError, match=f"ONRECORD_{name}: "):
        load(None)


@pytest.mark.parametrize("text", ['data_dir = ""', "[fetch]\nmax_bytes = 0"])
def test_nothing_is_no_folder_and_no_size(tmp_path: Path, text: str) -> None:
    (tmp_path / "onrecord.toml").write_text(text)
    with pytest.raises(ConfigError, match=r"data_dir|max_bytes"):
        load(tmp_path / "onrecord.toml")


def test_an_empty_list_of_kinds_is_no_filter(tmp_path: Path) -> None:
    file = tmp_path / "onrecord.toml"
    hook = '[[notify]]\nkind = "webhook"\nurl = "https://desk.example/hook"\n'
    file.write_text(f"{hook}\n{hook}kinds = []\ncompanies = []\ncategories = []\n")
    usual, empty = load(file).notify
    assert empty == usual
    assert "withdrawn" in empty.kinds


def test_a_value_that_is_none_of_the_choices_is_shown(tmp_path: Path) -> None:
    file = tmp_path / "onrecord.toml"
    file.write_text('[[sources]]\nname = "a"\nurl = "https://harborlight.example/"\nkind = "paeg"\n')
    with pytest.raises(ConfigError, match=r"sources\[0\]\.kind: .*'page', not 'paeg'$"):
        load(file)


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "onrecord.toml").write_text('\ufeffdata_dir = "x"', encoding="utf-8")
    assert load(tmp_path / "onrecord.toml").data_dir == Path("x")
