"""`onrecord run`."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import get_args

import click

from service.cli.options import read_settings, with_config
from service.cli.program import Refusal
from service.configuration.listening import AppError, reserve
from service.configuration.settings import Role, Settings
from service.process.logs import configure
from service.process.memory import settle_memory
from service.store.errors import StoreError
from service.store.place import locate


@click.command()
@with_config
@click.option("--listen", metavar="HOST:PORT", help="Where to serve the web page and the API.")
@click.option("--verbose", is_flag=True, help="Log every poll.")
@click.option(
    "--role",
    type=click.Choice(get_args(Role)),
    default="all",
    help="On PostgreSQL: this process' part of the work.",
)
def run(config: Path | None, data_dir: Path | None, listen: str | None, role: Role, *, verbose: bool) -> None:
    """Poll, compare, deliver and serve until SIGTERM or SIGINT."""
    settings = read_settings(config, data_dir=data_dir, listen=listen)
    if role != "all" and isinstance(locate(settings.database, settings.data_dir), Path):
        raise Refusal(f'--role {role}: SQLite is for one process; roles need database = "postgresql://…"')
    configure(verbose=verbose)
    try:
        asyncio.run(serve(settings, role))
    except (StoreError, AppError) as error:
        raise Refusal(str(error)) from error


async def serve(settings: Settings, role: Role = "all") -> None:
    """The daemon in this process, until a signal comes."""
    from service.app import App  # noqa: PLC0415 - takes a second, and a wrong setting is said without it

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    listener = None
    if role in ("all", "web"):
        settings, listener = reserve(settings)
    async with App(settings, role=role, listener=listener) as app:
        settle_memory()
        count = len(app.sources)

        def started(address: str) -> None:
            watched = f"{count} source{'' if count == 1 else 's'}"
            where = f"the record is at {address}" if address else f"this is a {role}"
            click.echo(f"onrecord watches {watched}; {where}")

        await app.run(stop, started=started)
