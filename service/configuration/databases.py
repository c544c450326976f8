"""The address of a PostgreSQL database, read once for all that use it."""

from __future__ import annotations

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

SCHEMES = ("postgresql", "postgres")
SEVERAL = ("host", "port")
"""What an address may give more than one of: servers that stand for each other."""


def read_address(address: str) -> URL:
    """What "postgresql://user:pass@host/db" names; ValueError in one line that holds no password."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:
        raise ValueError("is not a postgresql:// address") from error
    if not url.database:
        raise ValueError("no database is named; say postgresql://user:pass@host/db")
    for name, value in url.query.items():
        if not isinstance(value, str) and name not in SEVERAL:
            raise ValueError(f"gives {name} more than once")
    return url.set(drivername="postgresql+psycopg")
