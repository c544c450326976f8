"""Whether a secret that somebody shows is the right one, in a time that tells nothing of it, its length included."""

from __future__ import annotations

import hashlib
from hmac import compare_digest


def is_same(shown: str | bytes, right: str | bytes) -> bool:
    """Compares digests, which are of one length. The only place where secrets are compared."""
    return compare_digest(_digest(shown), _digest(right))


def _digest(secret: str | bytes) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace") if isinstance(secret, str) else secret).digest()
