"""Signatures of the Standard Webhooks specification, symmetric scheme v1 (https://www.standardwebhooks.com)."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets as entropy
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from math import floor

PREFIX = "whsec_"
MADE_BYTES = 32
MIN_BYTES = 16
"""The specification makes keys of 24 to 64 bytes; keys brought along may be as short as 128 bits."""
MAX_BYTES = 64

_ID = re.compile(r"[A-Za-z0-9_-]{1,255}")


def new_secret() -> str:
    """Make a key from the operating system's randomness: "whsec_" and base64 of 32 bytes."""
    return PREFIX + base64.b64encode(entropy.token_bytes(MADE_BYTES)).decode()


def check_secret(value: str) -> None:
    """Refuse what is not a usable key; ValueError says why and never repeats the key.

    Base64 is read strictly: who skips what is none, as many libraries do, signs with another key than the receiver's.
    """
    _key(value)


def _signature(secret: str, head: bytes, body: bytes) -> str:
    mac = _begun(secret).copy()
    mac.update(head)
    mac.update(body)
    return f"v1,{binascii.b2a_base64(mac.digest(), newline=False).decode()}"


@lru_cache(maxsize=1024)
def _begun(secret: str) -> hmac.HMAC:
    """With the key taken in: a copy signs one message, in half the time that looking up the algorithm again takes."""
    return hmac.new(_key(secret), digestmod="sha256")


def _key(secret: str) -> bytes:
    if not secret.startswith(PREFIX):
        raise ValueError(f"a webhook secret begins with {PREFIX!r}")
    encoded = secret.removeprefix(PREFIX)
    if not encoded:
        raise ValueError(f"the webhook secret has nothing after {PREFIX!r}")
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"the webhook secret is not base64 after {PREFIX!r}") from None
    if not MIN_BYTES <= len(key) <= MAX_BYTES:
        raise ValueError(
            f"the webhook secret holds {len(key)} bytes; {MIN_BYTES} to {MAX_BYTES} are allowed, 24 or more advised"
        )
    return key


def sign(body: bytes, *, id: str, at: datetime, secrets: Sequence[str]) -> dict[str, str]:
    """Headers for exactly these bytes: id, time (whole seconds) and one "v1,…" for each key, in their order.

    ValueError when `at` is naive, `body` is not UTF-8, the id could break the header or the signed text
    apart, or a key is unusable.
    """
    if at.tzinfo is None:
        raise ValueError("the time to sign has no time zone")
    if not _ID.fullmatch(id):
        raise ValueError(f"{id!r} cannot be a webhook-id: letters, digits, '_' and '-' only")
    if not secrets:
        raise ValueError("there is no key to sign with")
    body.decode()
    stamp = str(floor(at.timestamp()))
    head = f"{id}.{stamp}.".encode()
    return {
        "webhook-id": id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join([_signature(secret, head, body) for secret in secrets]),
    }
