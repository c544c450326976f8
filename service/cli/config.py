"""`onrecord config`: is the configuration usable, and what does it come to? Secrets are never shown."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click

from service.cli.options import read_settings, with_config

_PASSWORD = re.compile(r"(://[^/@\s:]*:)[^/@\s]*@")
_ANY_PASSWORD = re.compile(r"(://[^/@?\s:]*:)\S*@")
"""Of a database, whose password may hold any letter."""
_IN_QUERY = re.compile(r"([?&](?:ssl)?password=)[^&\s]*", re.IGNORECASE)
"""The other ways of a database's address: `?password=`, `?sslpassword=`; "&" in one is written %26."""
_SECRET_PATHS = ("ping", "url")
"""Addresses whose path may be all that keeps strangers out: webhooks of chats, pings."""


@click.group()
def config() -> None:
    """Check or show the configuration, file and environment together."""


@config.command()
@with_config
def show(config: Path | None, data_dir: Path | None) -> None:
    """Print what holds, as JSON, with secrets left out."""
    settings = read_settings(config, data_dir=data_dir)
    click.echo(json.dumps(_redacted(settings.model_dump(mode="json")), indent=2, ensure_ascii=False))


@click.command(name="check-config")
@with_config
def check_config(config: Path | None, data_dir: Path | None) -> None:
    """Say whether `run` could use the configuration; exit 2 and one line if not."""
    settings = read_settings(config, data_dir=data_dir)
    count = len(settings.sources)
    click.echo(f"The configuration is usable: {count} source{'' if count == 1 else 's'}.")


def _redacted(value: Any, *, within: str = "", key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _redacted(inner, within=key or within, key=name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_redacted(inner, within=within, key=key) for inner in value]
    if not isinstance(value, str) or not value:
        return value
    if within in ("notify", "health") and key in _SECRET_PATHS:
        return re.sub(r"^(\w[\w+.-]*://[^/?]*).+", r"\1/…", _PASSWORD.sub(r"\1…@", value))
    if key == "database":
        return _IN_QUERY.sub(r"\1…", _ANY_PASSWORD.sub(r"\1…@", value))
    return _PASSWORD.sub(r"\1…@", value)
