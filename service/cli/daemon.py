"""`onrecord run` and `onrecord migrate`."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import click

from service.app import App, AppError
from service.cli.options import read_settings, with_config
from service.cli.program import Refusal
from service.logs import configure
from service.memory import settle_collector
from service.settings import Settings
from service.store.errors import StoreError
from service.store.store import Store, locate, name_of


@click.command()
@with_config
@click.option("--listen", metavar="HOST:PORT", help="Where to serve the web page and the API.")
@click.option("--verbose", is_flag=True, help="Log every poll.")
def run(config: Path | None, data_dir: Path | None, listen: str | None, *, verbose: bool) -> None:
    """Poll, compare, deliver and serve until SIGTERM or SIGINT."""
    settings = read_settings(config, data_dir=data_dir, listen=listen)
    configure(verbose=verbose)
    try:
        asyncio.run(serve(settings))
    except (StoreError, AppError) as error:
        raise Refusal(str(error)) from error


async def serve(settings: Settings) -> None:
    """The daemon in this process, until a signal comes."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with App(settings) as app:
        settle_collector()
        count = len(app.sources)

        def started(address: str) -> None:
            watched = f"{count} source{'' if count == 1 else 's'}"
            click.echo(f"onrecord watches {watched}; the record is at {address}")

        await app.run(stop, started=started)


@click.command()
@with_config
def migrate(config: Path | None, data_dir: Path | None) -> None:
    """Bring the database to this program's shape. `run` and `poll` do so by themselves."""
    settings = read_settings(config, data_dir=data_dir)
    store = Store(locate(settings.database, settings.data_dir))
    try:
        store.open()
    except StoreError as error:
        raise Refusal(str(error)) from error
    asyncio.run(store.aclose())
    click.echo(f"{name_of(store.place)} has the shape of this version")
