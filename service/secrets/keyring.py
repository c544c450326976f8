"""Keys that encrypt secrets of webhooks and hubs at rest: Fernet's (AES-128-CBC with HMAC-SHA256), newest first."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

KEY_FILE = "onrecord.key"
KEY_BYTES = 32
REMEMBERED = 1000
"""Secrets that are kept decrypted, so that signing a message decrypts nothing."""
_BEGINNING = "gAAAA"
"""Of all that is encrypted: Fernet's version, and a time before 2106. Plain are whsec_… and hexadecimal digits."""


class KeyringError(ValueError):
    """Keys are missing, are none, or are not those that were used; one line that names where they come from."""


class Keyring:
    """Encrypts with the first key and decrypts with any. `origin` is how messages call the place they are from."""

    def __init__(self, keys: Iterable[str], origin: str) -> None:
        """KeyringError names `origin` where a key is none; the key itself is in no message."""
        self.origin = origin
        fernets = [_fernet(key, f"{origin}: key {number}") for number, key in enumerate(keys, 1)]
        if not fernets:
            raise KeyringError(f"{origin}: holds no key")
        self._newest, self._any = fernets[0], MultiFernet(fernets)
        self._known: dict[str, str] = {}

    def encrypt(self, text: str) -> str:
        """What may be stored; "" stays ""."""
        return self._newest.encrypt(text.encode()).decode() if text else ""

    def decrypt(self, stored: str) -> str:
        """What was encrypted. Text that never was comes back as it is; KeyringError where no key fits."""
        if not is_encrypted(stored):
            return stored
        if (known := self._known.get(stored)) is not None:
            return known
        try:
            found = self._any.decrypt(stored).decode()
        except InvalidToken as error:
            raise KeyringError(f"{self.origin}: no key in it fits what is stored") from error
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[stored] = found
        return found

    def is_current(self, stored: str) -> bool:
        """Whether it is stored as `encrypt` would store it today: by the first key."""
        if not is_encrypted(stored):
            return not stored
        try:
            self._newest.decrypt(stored)
        except InvalidToken:
            return False
        return True


def is_encrypted(stored: str) -> bool:
    """Whether this is Fernet's, and not a secret as it is used."""
    return stored.startswith(_BEGINNING)


def split_keys(text: str) -> tuple[str, ...]:
    """Keys that are separated by white space or commas."""
    return tuple(text.replace(",", " ").split())


def read_keys(path: Path) -> Keyring:
    """The keys of a file. FileNotFoundError if there is none; KeyringError names it where it cannot be used."""
    try:
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        raise
    except OSError as error:
        raise KeyringError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise KeyringError(f"{path}: holds something else than keys") from error
    return Keyring(split_keys(text), str(path))


def make_keys(path: Path) -> Keyring:
    """A new key in a new file that nobody else can read, on disk when this returns; whoever else was first wins."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.") as file:  # made with mode 0600
            file.write(Fernet.generate_key() + b"\n")
            file.flush()
            os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(file.name, path)
        _sync_folder(path.parent)
    except OSError as error:
        raise KeyringError(f"{path}: cannot be made: {error.strerror or error}") from error
    return read_keys(path)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _fernet(key: str, name: str) -> Fernet:
    """Either alphabet of base64 will do: `openssl rand -base64 32` makes a key."""
    try:
        raw = base64.b64decode(key.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != KEY_BYTES:
        raise KeyringError(f"{name} is not base64 of {KEY_BYTES} bytes")
    return Fernet(base64.urlsafe_b64encode(raw))
