"""A source's health as events: told once when it begins to fail, once when it works again; and a flood of posts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from service.decision import Alert, Decision, Flood
from service.events import flood_event, health_event, unstable_event
from service.store.journal import Matter, append
from service.store.tables import SourceRow

sources = SourceRow.__table__


def tell_health(connection: Connection, decision: Decision, alert: Alert) -> int | None:
    """Write the event unless it was told already; returns to how many it is owed, None if nothing was written."""
    told: datetime | None = connection.execute(
        select(sources.c.failing_since).where(sources.c.id == decision.source_id)
    ).scalar_one()
    failing = alert.kind == "failing"
    if failing == (told is not None):
        return None
    since = alert.since if failing else told
    connection.execute(
        update(sources)
        .where(sources.c.id == decision.source_id)
        .values(failing_since=since if failing else None)
    )
    matter = Matter(alert.kind, alert.company, source=decision.source_name)
    return append(
        connection,
        matter,
        lambda event_id, sequence: health_event(
            alert, since, decision.source_name, event_id=event_id, sequence=sequence, at=decision.at
        ),
        decision.at,
    )


def tell_flood(connection: Connection, decision: Decision, flood: Flood) -> int:
    """Write the event; returns to how many it is owed."""
    return append(
        connection,
        Matter("flooded", flood.company, source=decision.source_name),
        lambda event_id, sequence: flood_event(
            flood, decision.source_name, event_id=event_id, sequence=sequence, at=decision.at
        ),
        decision.at,
    )


def tell_unstable(connection: Connection, decision: Decision, alert: Alert) -> int:
    """A document goes to and fro between texts; returns to how many it is owed."""
    return append(
        connection,
        Matter(alert.kind, alert.company, source=decision.source_name),
        lambda event_id, sequence: unstable_event(
            alert, decision.source_name, event_id=event_id, sequence=sequence, at=decision.at
        ),
        decision.at,
    )
