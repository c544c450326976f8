"""`onrecord subscriptions`: who is told, and what is owed to them."""

from __future__ import annotations

from pathlib import Path

import click

from service.cli.options import read_settings, with_config
from service.cli.program import Refusal
from service.store.deliveries import list_subscriptions
from service.store.errors import StoreError
from service.store.store import Store, is_begun, locate


@click.command()
@with_config
@click.option("--show-secrets", is_flag=True, help="Also the keys that webhooks are signed with.")
def subscriptions(config: Path | None, data_dir: Path | None, *, show_secrets: bool) -> None:
    """Print who is told, what they want, and what is owed to them."""
    settings = read_settings(config, data_dir=data_dir)
    place = locate(settings.database, settings.data_dir)
    if not is_begun(place):
        raise Refusal(f"there is no record in {settings.data_dir} yet: `onrecord run` begins one")
    try:
        found = Store.peek(place, list_subscriptions)
    except StoreError as error:
        raise Refusal(str(error)) from error
    for one in found:
        secret = f"\t{one.secret}" if show_secrets and one.secret else ""
        click.echo(
            f"{one.id}\t{one.channel}\t{one.target}\t{one.state}\t"
            f"{one.delivered} delivered, {one.pending} pending, {one.dead} dead{secret}"
        )
    if not found:
        click.echo("nobody is told: add [[notify]] to the configuration", err=True)
