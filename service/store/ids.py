"""Public identifiers: a word for the kind, then a ULID (ordered by time, 80 random bits)."""

from __future__ import annotations

from datetime import datetime

from ulid import ULID


def new_id(prefix: str, at: datetime) -> str:
    """Such as "chg_01J…"; `at` orders it."""
    return f"{prefix}_{ULID.from_datetime(at)}"
