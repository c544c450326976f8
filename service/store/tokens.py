"""Named tokens: who holds which, stored as hashes. A token has 256 random bits, so one round of SHA-256 keeps it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from service.secrets.check import is_same
from service.store.errors import StoreError
from service.store.tables import TokenRow

tokens = TokenRow.__table__

PREFIX = "onr_"
"""So that a token is known for one wherever it leaks to."""
SCOPES = ("read", "write")


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token, without itself."""

    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None


def create_token(connection: Connection, name: str, scopes: Sequence[str], now: datetime) -> str:
    """A new token, shown this once; StoreError if the name is taken. Who may write may read."""
    taken = connection.execute(
        select(tokens.c.id).where(tokens.c.name == name, tokens.c.revoked_at.is_(None))
    ).first()
    if taken is not None:
        raise StoreError(f"there is a token {name!r} already: revoke it first")
    token = PREFIX + secrets.token_urlsafe(32)
    wanted = set(scopes) | ({"read"} if "write" in scopes else set())
    connection.execute(
        insert(tokens).values(
            name=name,
            scopes=" ".join(scope for scope in SCOPES if scope in wanted),
            digest=_digest(token),
            created_at=now,
        )
    )
    return token


def list_tokens(connection: Connection) -> tuple[TokenView, ...]:
    """All that were ever made, oldest first."""
    return tuple(
        TokenView(row.name, tuple(row.scopes.split()), row.created_at, row.revoked_at)
        for row in connection.execute(select(tokens).order_by(tokens.c.id))
    )


def revoke_token(connection: Connection, name: str, now: datetime) -> bool:
    """From now on it opens nothing; False if there is none of that name."""
    done = connection.execute(
        update(tokens).where(tokens.c.name == name, tokens.c.revoked_at.is_(None)).values(revoked_at=now)
    )
    return bool(done.rowcount)


def find_token(connection: Connection, token: str) -> TokenView | None:
    """Who comes with this token; None if nobody may. All are compared, each in constant time."""
    digest, found = _digest(token), None
    for row in connection.execute(select(tokens).where(tokens.c.revoked_at.is_(None))):
        if is_same(digest, row.digest):
            found = TokenView(row.name, tuple(row.scopes.split()), row.created_at, row.revoked_at)
    return found


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
