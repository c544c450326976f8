"""`onrecord demo`: a small history replayed through the real loop, without the internet."""

from __future__ import annotations

import asyncio
import signal
import sys

import click

from service.demo.show import Show
from service.process.logs import configure


@click.command()
@click.option(
    "--listen",
    default="127.0.0.1:8080",
    show_default=True,
    metavar="HOST:PORT",
    help="Where to serve the page.",
)
@click.option(
    "--stay/--leave", default=None, help="Keep serving the record afterwards; by default on a terminal."
)
def demo(listen: str, *, stay: bool | None) -> None:
    """Watch an invented company for a minute: real polls, real diffs, webhooks printed as they arrive."""
    configure(quiet=True)
    remain = sys.stdout.isatty() if stay is None else stay
    raise click.exceptions.Exit(asyncio.run(_show(listen, remain=remain)))


async def _show(listen: str, *, remain: bool) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    show = Show(listen, say=click.echo)
    return await show.run(stop, remain=remain)
