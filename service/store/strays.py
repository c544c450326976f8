"""Objects on a storage that nothing on record refers to, and how they are deleted without losing one that is needed.

An object may be deleted by one process while another deposits the same bytes under the same name. So its name is first
written into the record (`condemn`), then it is deleted, and the name stays for a day, which is longer than any deposit
takes. As long as it does, nothing is said to lie there under that name (`service.store.blobs.deposited`).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from service.store.blobs import blobs
from service.store.tables import SignRow, StrayRow

strays = StrayRow.__table__
signs = SignRow.__table__

CONDEMNED = timedelta(days=1)
"""How long a name stays condemned."""
_AT_ONCE = 500


def referred(connection: Connection) -> set[bytes]:
    """The names of all objects that bytes on record have, whichever storage they lie on."""
    return set(connection.execute(select(blobs.c.data).where(blobs.c.depot.is_not(None))).scalars())


def condemn(connection: Connection, names: Collection[bytes], now: datetime) -> set[bytes]:
    """Those of them that may be deleted. What is about to be deposited under one of the names keeps it."""
    connection.execute(delete(strays).where(strays.c.since < now - CONDEMNED))
    chosen = set(names) - referred(connection)
    if chosen:
        here = connection.execute(select(blobs.c.data).where(blobs.c.depot.is_(None))).scalars()
        chosen.difference_update(hashlib.sha256(packed).digest() for packed in here)
    ordered = sorted(chosen)
    for start in range(0, len(ordered), _AT_ONCE):
        part = ordered[start : start + _AT_ONCE]
        connection.execute(delete(strays).where(strays.c.name.in_(part)))
        connection.execute(insert(strays), [{"name": name, "since": now} for name in part])
    return chosen


def known_sign(connection: Connection) -> str:
    """The name that this record leaves on storages, "" if it never has."""
    return connection.execute(select(signs.c.name)).scalar() or ""


def sign(connection: Connection) -> str:
    """The name that this record leaves on storages; made when it is first asked for."""
    name = known_sign(connection)
    if not name:
        name = secrets.token_hex(16)
        connection.execute(insert(signs).values(id=1, name=name))
    return name


def known_depots(connection: Connection) -> set[str]:
    """The URLs of all storages that bytes on record lie at."""
    found = connection.execute(select(blobs.c.depot).where(blobs.c.depot.is_not(None)).distinct())
    return {str(url) for url in found.scalars()}
