"""What several commands take, and how they get their settings."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from service.cli.program import Refusal
from service.configuration.settings import ConfigError, Settings, load
from service.store.place import Place, is_begun, locate

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

F = TypeVar("F", bound=Callable[..., Any])


def with_config(command: F) -> F:
    """Add --config and --data-dir."""
    for option in (
        click.option("--data-dir", type=click.Path(path_type=Path), help="Where the record is kept."),
        click.option(
            "--config", type=click.Path(path_type=Path), help="Configuration (TOML); else ./onrecord.toml."
        ),
    ):
        command = option(command)
    return command


def read_settings(config: Path | None, **overrides: Any) -> Settings:
    """The settings, or a Refusal in one line."""
    try:
        return load(config, **overrides)
    except ConfigError as error:
        raise Refusal(str(error)) from error


def read_record(config: Path | None, data_dir: Path | None) -> Place:
    """Where the record is, or a Refusal when there is none yet."""
    settings = read_settings(config, data_dir=data_dir)
    place = locate(settings.database, settings.data_dir)
    if not is_begun(place):
        raise Refusal(f"there is no record in {settings.data_dir} yet: `onrecord run` begins one")
    return place


def progress(label: str, length: int) -> ProgressBar[int]:
    """How far long work is, on a terminal; elsewhere nothing is said before its end."""
    return click.progressbar(label=label, length=length, file=sys.stderr, hidden=not sys.stderr.isatty())
