"""`onrecord tokens`: who else may write, or read where that needs a token. Works beside a running daemon."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import click
from sqlalchemy import Connection

from service.cli.options import read_settings, with_config
from service.cli.program import Refusal
from service.store.errors import StoreError
from service.store.store import Place, Store, is_begun, locate
from service.store.tokens import SCOPES, create_token, list_tokens, revoke_token

P = ParamSpec("P")
T = TypeVar("T")
NAME_MAX = 100


@click.group()
def tokens() -> None:
    """Tokens of the API, each with a name and its scopes."""


@tokens.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(SCOPES),
    multiple=True,
    default=("read",),
    show_default=True,
    help="What it opens; write includes read.",
)
@with_config
def create(name: str, scopes: tuple[str, ...], config: Path | None, data_dir: Path | None) -> None:
    """Make a token and print it, this once."""
    if not name.isprintable() or not name.strip() or len(name) > NAME_MAX:
        raise Refusal(f"the name must be printable and have at most {NAME_MAX} characters")
    place = _record(config, data_dir)
    if not is_begun(place):
        _begin(place)
    click.echo(_beside(place, create_token, name, scopes, datetime.now(UTC)))


@tokens.command("list")
@with_config
def list_(config: Path | None, data_dir: Path | None) -> None:
    """Print names, scopes and dates; never a token."""
    place = _record(config, data_dir)
    try:
        found = Store.peek(place, list_tokens) if is_begun(place) else ()
    except StoreError as error:
        raise Refusal(str(error)) from error
    for one in found:
        state = f"revoked {one.revoked_at:%Y-%m-%d}" if one.revoked_at else "valid"
        click.echo(f"{one.name}\t{'+'.join(one.scopes)}\t{one.created_at:%Y-%m-%d}\t{state}")


@tokens.command()
@click.argument("name")
@with_config
def revoke(name: str, config: Path | None, data_dir: Path | None) -> None:
    """End a token; it is refused from the next request on."""
    place = _record(config, data_dir)
    if not is_begun(place) or not _beside(place, revoke_token, name, datetime.now(UTC)):
        raise Refusal(f"there is no valid token {name!r}")


def _record(config: Path | None, data_dir: Path | None) -> Place:
    settings = read_settings(config, data_dir=data_dir)
    return locate(settings.database, settings.data_dir)


def _begin(place: Place) -> None:
    store = Store(place)
    try:
        store.open()
    except StoreError as error:
        raise Refusal(str(error)) from error
    asyncio.run(store.aclose())


def _beside(
    place: Place, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    try:
        return Store.beside(place, function, *args, **kwargs)
    except StoreError as error:
        raise Refusal(str(error)) from error
