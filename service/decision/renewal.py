"""What of a canary's renewal passes between the record and a decision: frozen values. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Overdue:
    """A look that proves silence: what was promised for a day before `before` is not there.

    `gone`: the page itself has been gone for days; otherwise it was read, and still holds the old statement.
    """

    before: date
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Resigned:
    """The keys that a document's signatures named before and name now, as `Document.notes` has them; () for none."""

    old: tuple[str, ...]
    new: tuple[str, ...]


def silent_from(due: date, grace: float) -> datetime:
    """The moment from which a statement promised for `due` is overdue: `grace` seconds after that day's end in UTC."""
    try:
        end = datetime(due.year, due.month, due.day, tzinfo=UTC) + timedelta(days=1)
        return end + timedelta(seconds=min(grace, 3660 * 86_400.0))
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def kept_until(now: datetime, grace: float) -> date:
    """Promises for days before this one are overdue at `now`: the other side of `silent_from`."""
    try:
        return (now - timedelta(seconds=min(grace, 3660 * 86_400.0))).astimezone(UTC).date()
    except OverflowError:
        return date.min
