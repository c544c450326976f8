"""What subscribers get: CloudEvents 1.0 in structured JSON (https://cloudevents.io). Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from service.decision import Alert, ChangeRecord, Flood
from service.model import Statement, event_type

CONTENT_TYPE = "application/cloudevents+json"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a change was seen. `base` begins every link, without a slash at its end."""

    base: str
    source: str
    url: str
    title: str
    published: datetime | None
    document_id: str
    version_id: str
    version: int
    previous_version: int | None
    """Of `moved_from`, where that is given."""
    moved_from: str = ""
    """Address of the document that it stood in before."""


def change_event(
    change: ChangeRecord, change_id: str, place: Place, *, event_id: str, sequence: int, at: datetime
) -> dict[str, Any]:
    """The event of one change, as the contract lays it out."""
    data: dict[str, Any] = {
        "kind": change.kind.value,
        "company": change.company,
        "categories": [c.value for c in change.categories],
        "old": _side(change.old),
        "new": _side(change.new),
        "speaker": _speaker(change.new or change.old),
        "document": {
            "url": place.url,
            "title": place.title,
            "published": stamp(place.published),
            "observed": stamp(at),
            "version": place.version,
            "previous_version": place.previous_version,
        },
        "reason": change.reason,
        "score": round(change.score, 3),
        "links": {
            "change": f"{place.base}/changes/{change_id}",
            "evidence": f"{place.base}/api/v1/versions/{place.version_id}",
        },
    }
    if change.note == "back":
        data["back"] = True
    if place.moved_from:
        data["document"]["moved_from"] = place.moved_from
    if change.last_seen is not None:
        data["document"]["last_seen"] = stamp(change.last_seen)
    return envelope(
        event_type(change.kind),
        data,
        event_id=event_id,
        sequence=sequence,
        at=at,
        source=place.source,
        subject=change.company,
    )


def envelope(
    type_: str, data: dict[str, Any], *, event_id: str, sequence: int, at: datetime, source: str, subject: str
) -> dict[str, Any]:
    """CloudEvents' context attributes around `data`; `source` is a source's name."""
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": event_id,
        "type": type_,
        "source": f"/sources/{quote(source, safe='')}",
        "time": stamp(at),
        "datacontenttype": "application/json",
        "sequence": str(sequence),
        "data": data,
    }
    if subject:  # an empty attribute is not allowed
        event["subject"] = subject
    return event


def health_event(
    alert: Alert, since: datetime | None, source: str, *, event_id: str, sequence: int, at: datetime
) -> dict[str, Any]:
    """A source has failed for too long, or works again. `since`: it failed from then on."""
    data: dict[str, Any] = {
        "kind": alert.kind,
        "company": alert.company,
        "url": alert.url,
        "failing_since": stamp(since),
    }
    if alert.kind == "failing":
        data |= {"reason": alert.reason, "error": alert.error, "failures": alert.failures}
    return envelope(
        f"onrecord.source.{alert.kind}",
        data,
        event_id=event_id,
        sequence=sequence,
        at=at,
        source=source,
        subject=alert.company,
    )


def flood_event(flood: Flood, source: str, *, event_id: str, sequence: int, at: datetime) -> dict[str, Any]:
    """A feed brought more new posts at once than are told one by one."""
    quiet = flood.posts - flood.told
    data = {
        "kind": "flooded",
        "company": flood.company,
        "url": flood.url,
        "posts": flood.posts,
        "told": flood.told,
        "reason": f"{flood.posts} new posts at once: what {quiet} of them say is recorded without an alert",
    }
    return envelope(
        "onrecord.source.flooded",
        data,
        event_id=event_id,
        sequence=sequence,
        at=at,
        source=source,
        subject=flood.company,
    )


def unstable_event(
    alert: Alert, source: str, *, event_id: str, sequence: int, at: datetime
) -> dict[str, Any]:
    """A document goes to and fro between the same texts; each was told once, what stays will be told."""
    return envelope(
        "onrecord.source.unstable",
        {"kind": alert.kind, "company": alert.company, "url": alert.url, "flips": alert.failures},
        event_id=event_id,
        sequence=sequence,
        at=at,
        source=source,
        subject=alert.company,
    )


def subscription_event(
    kind: str,
    host: str,
    facts: dict[str, str],
    subscription_id: str,
    *,
    event_id: str,
    sequence: int,
    at: datetime,
) -> dict[str, Any]:
    """Somebody is not told. Of the address only the host is named: the rest may be a secret."""
    event = envelope(
        f"onrecord.subscription.{kind}",
        {"kind": kind, "endpoint": host, **facts, "subscription": subscription_id},
        event_id=event_id,
        sequence=sequence,
        at=at,
        source="",
        subject=host,
    )
    return event | {"source": f"/subscriptions/{subscription_id}"}


def test_event(subscription_id: str, *, event_id: str, at: datetime) -> dict[str, Any]:
    """Asks an endpoint whether it is there. Not of the log, hence number 0."""
    data = {
        "kind": "test",
        "subscription": subscription_id,
        "text": "This is a test. Answer with a 2xx status and events will follow.",
    }
    event = envelope(
        "onrecord.test", data, event_id=event_id, sequence=0, at=at, source="", subject="onrecord"
    )
    return event | {"source": f"/subscriptions/{subscription_id}"}


def encode(event: dict[str, Any]) -> bytes:
    """The bytes that are stored, signed and sent."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def stamp(at: datetime | None) -> str | None:
    """RFC 3339 in UTC with a Z."""
    if at is None:
        return None
    known = at if at.tzinfo is UTC else at.astimezone(UTC)
    return f"{known.isoformat()[:-6]}Z"


def _side(statement: Statement | None) -> dict[str, str] | None:
    return None if statement is None else {"text": statement.text, "exception": statement.exception}


def _speaker(statement: Statement | None) -> dict[str, str]:
    if statement is None:
        return {"name": "", "role": "", "attribution": "first_party"}
    speaker = statement.speaker
    return {"name": speaker.name, "role": speaker.role, "attribution": speaker.attribution.value}
