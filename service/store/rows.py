"""From rows of the record to what it answers with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from service.model import Attribution, Speaker
from service.store.views import AssuranceView, ChangeView, SideView, SightingView


def change_of(row: Row[Any], sightings: tuple[SightingView, ...] = ()) -> ChangeView:
    """From a row of the question after changes."""
    return ChangeView(
        id=row.id,
        kind=row.kind,
        company=row.company,
        categories=row.categories,
        source=row.source_name,
        assurance=row.assurance_id,
        old=_side(row, "old"),
        new=_side(row, "new"),
        score=row.score,
        reason=row.reason,
        note=row.note,
        announced=row.announced,
        observed_at=row.observed_at,
        last_seen_at=row.last_seen_at,
        document_id=row.document_id,
        document_url=row.document_url,
        document_title=row.document_title,
        published=row.published,
        version_id=row.version_id,
        version=row.version,
        previous_version=row.previous_version,
        moved_from=row.moved_from or "",
        moved_from_url=row.moved_from_url or "",
        sightings=sightings,
    )


def _side(row: Row[Any], which: str) -> SideView | None:
    text = getattr(row, f"{which}_text")
    if text is None:
        return None
    speaker = Speaker(
        getattr(row, f"{which}_speaker_name"),
        getattr(row, f"{which}_speaker_role"),
        Attribution(getattr(row, f"{which}_attribution")),
    )
    return SideView(text, getattr(row, f"{which}_exception"), getattr(row, f"{which}_heading"), speaker)


def lineage_of(row: Row[Any]) -> str:
    """The one that a wording tells of: its own, or the one of which it is a sighting."""
    found: str = row.joined or row.assurance_id
    return found


def assurance_of(
    row: Row[Any], as_of: datetime | None, sightings: tuple[SightingView, ...] = ()
) -> AssuranceView:
    """From a row of the question after assurances, as it stood at `as_of`."""
    over = row.until is not None and (as_of is None or row.until <= as_of)
    waiting = row.missing_since is not None and (as_of is None or row.missing_since <= as_of)
    return AssuranceView(
        id=lineage_of(row),
        company=row.company,
        text=row.text,
        exception=row.exception,
        categories=row.categories,
        speaker=Speaker(row.speaker_name, row.speaker_role, Attribution(row.attribution)),
        score=row.score,
        heading=row.heading,
        figures=tuple(tuple(figure) for figure in row.figures),
        status="withdrawn" if over else "unconfirmed" if waiting else "current",
        since=row.since,
        first_seen=row.first_seen,
        until=row.until,
        last_seen_at=row.last_seen_at,
        checked_at=row.checked_at,
        source=row.source_name,
        document_id=row.document_id,
        document_url=row.document_url,
        document_title=row.document_title,
        version_id=row.version_id,
        sightings=sightings,
        weight=None if row.weight is None else (row.scale, row.weight),
    )
