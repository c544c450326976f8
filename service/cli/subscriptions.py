"""`onrecord subscriptions`: who is told, and what is owed to them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import click

from notifiers.signing import new_secret
from service.cli.options import read_settings, with_config
from service.cli.program import Refusal
from service.configuration.settings import Settings
from service.secrets.keyring import KeyringError, is_encrypted
from service.store.encryption import find_keyring, replace_secrets
from service.store.errors import StoreError
from service.store.store import Place, Store, is_begun, locate
from service.store.subscriptions import SubscriptionView, list_subscriptions


@click.command()
@with_config
@click.option("--show-secrets", is_flag=True, help="Also the keys that webhooks are signed with.")
@click.option(
    "--new-secrets",
    is_flag=True,
    help="After the loss of the key: give new ones where the old cannot be read.",
)
def subscriptions(
    config: Path | None, data_dir: Path | None, *, show_secrets: bool, new_secrets: bool
) -> None:
    """Print who is told, what they want, and what is owed to them."""
    settings = read_settings(config, data_dir=data_dir)
    place = locate(settings.database, settings.data_dir)
    if not is_begun(place):
        raise Refusal(f"there is no record in {settings.data_dir} yet: `onrecord run` begins one")
    try:
        if new_secrets:
            for subscription, given in _replace(settings, place).items():
                click.echo(f"{subscription}\t{given}")
            return
        found = Store.peek(place, list_subscriptions)
        shown = _secrets(settings, place, found) if show_secrets else {}
    except StoreError as error:
        raise Refusal(str(error)) from error
    for one in found:
        secret = f"\t{shown[one.id]}" if shown.get(one.id) else ""
        click.echo(
            f"{one.id}\t{one.channel}\t{one.target}\t{one.state}\t"
            f"{one.delivered} delivered, {one.pending} pending, {one.dead} dead{secret}"
        )
    if not found:
        click.echo("nobody is told: add [[notify]] to the configuration", err=True)


def _replace(settings: Settings, place: Place) -> dict[str, str]:
    keyring = find_keyring(settings.secret_key.get_secret_value(), place, settings.data_dir, bound=False)

    async def write() -> dict[str, str]:
        store = Store(place).open()
        try:
            return await store.write(replace_secrets, keyring, new_secret, datetime.now(UTC))
        finally:
            await store.aclose()

    return asyncio.run(write())


def _secrets(settings: Settings, place: Place, found: Iterable[SubscriptionView]) -> dict[str, str]:
    """By id, decrypted; StoreError names what is wrong with the keys."""
    stored = {one.id: one.secret for one in found}
    if not any(map(is_encrypted, stored.values())):
        return stored
    keyring = find_keyring(settings.secret_key.get_secret_value(), place, settings.data_dir, bound=True)
    try:
        return {one: keyring.decrypt(secret) for one, secret in stored.items()}
    except KeyringError as error:
        raise StoreError(str(error)) from error
