"""Secrets of webhooks and hubs are stored encrypted: which keys the record is bound to, and that none is left plain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, text, update

from service.secrets.keyring import KEY_FILE, Keyring, KeyringError, make_keys, read_keys, split_keys
from service.store.errors import StoreError
from service.store.hubs import begin_anew, hubs, make_secret
from service.store.place import Place, name_of
from service.store.tables import KeyringRow, SubscriptionRow

keyrings = KeyringRow.__table__
subscriptions = SubscriptionRow.__table__

SECRETS: tuple[tuple[Any, tuple[Any, ...]], ...] = (
    (subscriptions.c.id, (subscriptions.c.secret, subscriptions.c.old_secret)),
    (hubs.c.watch_id, (hubs.c.secret,)),
)
"""Every column that holds a secret, by the key of its row."""
SETTING = "secret_key"
_PROOF = "onrecord"


def key_path(place: Place, data_dir: Path) -> Path:
    """Where keys are that are not configured: beside the file, or in the data directory."""
    return place.with_name(KEY_FILE) if isinstance(place, Path) else data_dir / KEY_FILE


def key_origin(configured: str, place: Place, data_dir: Path) -> str:
    """What a copy of the record needs beside it: the setting, or the file of keys; "" where there is neither."""
    path = key_path(place, data_dir)
    return SETTING if configured else str(path) if path.exists() else ""


def find_keyring(configured: str, place: Place, data_dir: Path, *, bound: bool) -> Keyring:
    """The configured keys, or those of the file; a new file where the record is not `bound` to a key yet.

    StoreError in one line: keys are missing, or are none.
    """
    path = key_path(place, data_dir)
    try:
        if configured:
            return Keyring(split_keys(configured), SETTING)
        return read_keys(path)
    except FileNotFoundError as error:
        if bound:
            raise StoreError(
                f"{path} is missing: the secrets in {name_of(place)} are encrypted with its key; "
                f"put it back, or set {SETTING} (lost: `onrecord subscriptions --new-secrets`)"
            ) from error
    except KeyringError as error:
        raise StoreError(str(error)) from error
    try:
        return make_keys(path)
    except KeyringError as error:
        raise StoreError(str(error)) from error


def is_bound(connection: Connection) -> bool:
    """Whether something in the record has been encrypted."""
    return _proof(connection) is not None


def bind(connection: Connection, keyring: Keyring) -> int:
    """Encrypt what is plain or by an older key; returns how many rows of secrets that were.

    StoreError if the record is bound to a key that is not in the keyring: nothing is changed then.
    """
    try:
        return _bind(connection, keyring)
    except KeyringError as error:
        raise StoreError(
            f"{keyring.origin}: not the key that the record's secrets are encrypted with; "
            "nothing was changed: put the right one there"
        ) from error


def replace_secrets(
    connection: Connection, keyring: Keyring, new_secret: Callable[[], str], now: datetime
) -> dict[str, str]:
    """After the loss of a key: bind to this keyring; webhooks whose secrets no key fits get new ones.

    Returns these, decrypted, by the id of the subscription. What can be decrypted stays. Hubs are asked anew.
    """
    given: dict[str, str] = {}
    for row in connection.execute(select(subscriptions).where(subscriptions.c.channel == "webhook")).all():
        values: dict[str, str] = {}
        if not _fits(keyring, row.secret):
            given[row.id] = new_secret()
            values["secret"] = keyring.encrypt(given[row.id])
        if not _fits(keyring, row.old_secret):
            values["old_secret"] = ""
        if values:
            connection.execute(update(subscriptions).where(subscriptions.c.id == row.id).values(**values))
    for lease in connection.execute(select(hubs.c.watch_id, hubs.c.secret)).all():
        if not _fits(keyring, lease.secret):
            begin_anew(connection, lease.watch_id, keyring.encrypt(make_secret()), now)
    if not _fits(keyring, _proof(connection) or ""):
        connection.execute(update(keyrings).values(proof=keyring.encrypt(_PROOF)))
    bind(connection, keyring)
    return given


def _fits(keyring: Keyring, stored: str) -> bool:
    try:
        keyring.decrypt(stored)
    except KeyringError:
        return False
    return True


def _bind(connection: Connection, keyring: Keyring) -> int:
    proof = _proof(connection)
    if proof is None:
        connection.execute(insert(keyrings).values(id=1, proof=keyring.encrypt(_PROOF)))
    elif keyring.decrypt(proof) and not keyring.is_current(proof):
        connection.execute(update(keyrings).values(proof=keyring.encrypt(_PROOF)))
    return sum(_encrypt(connection, keyring, key, columns) for key, columns in SECRETS)


def _encrypt(connection: Connection, keyring: Keyring, key: Any, columns: tuple[Any, ...]) -> int:
    again = {
        row[0]: {
            column.name: keyring.encrypt(keyring.decrypt(stored))
            for column, stored in zip(columns, row[1:], strict=True)
        }
        for row in connection.execute(select(key, *columns)).all()
        if not all(keyring.is_current(stored) for stored in row[1:])
    }
    if again and connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA secure_delete=ON"))  # what was plain is overwritten, not only let go
    for one, values in again.items():
        connection.execute(update(key.table).where(key == one).values(**values))
    return len(again)


def _proof(connection: Connection) -> str | None:
    found: str | None = connection.execute(select(keyrings.c.proof)).scalar()
    return found
