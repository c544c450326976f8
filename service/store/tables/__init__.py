"""The tables. What each row means is said here; how rows are used is said in the modules beside."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CursorResult

from service.store.tables.promises import AssuranceRow, CanaryRow, ChangeRow, TraceRow, WeightRow, WordingRow
from service.store.tables.table import Table
from service.store.tables.telling import (
    AttemptRow,
    DeliveryRow,
    EventRow,
    KeyringRow,
    SubscriptionRow,
    TokenRow,
)
from service.store.tables.texts import (
    BlobRow,
    ChainRow,
    DocumentRow,
    MarkRow,
    SignRow,
    StrayRow,
    VersionRow,
)
from service.store.tables.watching import FeedEntryRow, HoldRow, HubRow, PollRow, SourceRow, WatchRow

__all__ = [
    "AssuranceRow",
    "AttemptRow",
    "BlobRow",
    "CanaryRow",
    "ChainRow",
    "ChangeRow",
    "DeliveryRow",
    "DocumentRow",
    "EventRow",
    "FeedEntryRow",
    "HoldRow",
    "HubRow",
    "KeyringRow",
    "MarkRow",
    "PollRow",
    "SignRow",
    "SourceRow",
    "StrayRow",
    "SubscriptionRow",
    "TokenRow",
    "TraceRow",
    "VersionRow",
    "WatchRow",
    "WeightRow",
    "WordingRow",
    "inserted_id",
    "metadata",
]

metadata = Table.metadata


def inserted_id(result: CursorResult[Any]) -> int:
    """The integer key that the database gave a row just inserted."""
    key = result.inserted_primary_key
    assert key is not None  # noqa: S101 - every single-row insert has one
    return int(key[0])
