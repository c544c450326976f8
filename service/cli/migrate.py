"""`onrecord migrate`."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from service.cli.options import read_settings, with_config
from service.cli.program import Refusal
from service.configuration.settings import Settings
from service.store.errors import StoreError
from service.store.move import move
from service.store.store import Place, Store, is_begun, locate, name_of


@click.command()
@with_config
@click.option("--from", "origin", metavar="URL", help="Move a record: from sqlite:///path or postgresql://…")
@click.option("--to", "target", metavar="URL", help="… into this database, which must be empty.")
def migrate(config: Path | None, data_dir: Path | None, origin: str | None, target: str | None) -> None:
    """Bring the database to this program's shape, or move a record into another database.

    `run` and `poll` give it its shape by themselves. What was moved has been read back and compared.
    """
    settings = read_settings(config, data_dir=data_dir)
    if (origin is None) != (target is None):
        raise Refusal("--from and --to belong together")
    try:
        if origin is not None and target is not None:
            _move(_place(settings, "--from", origin), _place(settings, "--to", target))
            return
        store = Store(locate(settings.database, settings.data_dir))
        store.open()
    except StoreError as error:
        raise Refusal(str(error)) from error
    asyncio.run(store.aclose())
    click.echo(f"{name_of(store.place)} has the shape of this version")


def _place(settings: Settings, option: str, database: str) -> Place:
    if database.partition("://")[0] not in ("sqlite", "postgresql", "postgres"):
        raise Refusal(f"{option}: say sqlite:///path or postgresql://user:pass@host/db")
    try:
        return locate(database, settings.data_dir)
    except ValueError as error:
        raise Refusal(f"{option}: {error}") from error


def _move(origin: Place, target: Place) -> None:
    if not is_begun(origin):
        raise Refusal(f"--from: there is no record at {name_of(origin)}")
    if name_of(origin) == name_of(target):
        raise Refusal("--from and --to are the same database")
    holder = Store(origin).open()
    try:
        total = move(origin, target, lambda table, rows: click.echo(f"{table}: {rows} rows, equal"))
    finally:
        asyncio.run(holder.aclose())
    click.echo(f"{total} rows moved to {name_of(target)}; the old record is as it was")
