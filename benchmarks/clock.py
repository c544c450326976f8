"""A clock that is set by hand."""

from __future__ import annotations

from datetime import UTC, datetime


class Clock:
    """Stands still at `now`."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The time."""
        return self.now
