"""The events about canaries: a renewal that did not come, and a signature by another key. Pure."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from service.decision.renewal import Resigned
from service.events import Place, envelope, stamp
from service.model import Attribution, Category
from service.statements.figures.canary import Canary

OVERDUE = "onrecord.canary.overdue"
SIGNATURE = "onrecord.canary.signature"


def overdue_event(
    canary: Canary, place: Place, company: str, *, gone: bool, event_id: str, sequence: int, at: datetime
) -> dict[str, Any]:
    """A statement that was promised for `canary.due` has not come. `old`: the promise; `new`: null."""
    data = {
        "kind": "overdue",
        "company": company,
        "categories": [Category.TRANSPARENCY.value],
        "due": _day(canary.due),
        "stated": _day(canary.stated),
        "old": {"text": canary.words, "exception": ""},
        "new": None,
        "speaker": {"name": "", "role": "", "attribution": Attribution.FIRST_PARTY.value},
        "reason": _why(canary, gone=gone),
        **_where(place, at),
    }
    return envelope(
        OVERDUE, data, event_id=event_id, sequence=sequence, at=at, source=place.source, subject=company
    )


def signature_event(
    resigned: Resigned, place: Place, company: str, *, event_id: str, sequence: int, at: datetime
) -> dict[str, Any]:
    """A document is signed by another key than before, or no longer. Nothing is said of whose keys these are."""
    if resigned.new:
        reason = f"signed by {_named(resigned.new)}, before by {_named(resigned.old)}"
    else:
        reason = f"no signature whose key can be read, before by {_named(resigned.old)}"
    data = {
        "kind": "signature",
        "company": company,
        "old_keys": list(resigned.old),
        "new_keys": list(resigned.new),
        "reason": reason,
        **_where(place, at),
    }
    return envelope(
        SIGNATURE, data, event_id=event_id, sequence=sequence, at=at, source=place.source, subject=company
    )


def _where(place: Place, at: datetime) -> dict[str, Any]:
    return {
        "document": {
            "url": place.url,
            "title": place.title,
            "published": stamp(place.published),
            "observed": stamp(at),
            "version": place.version,
            "previous_version": place.previous_version,
        },
        "links": {
            "document": f"{place.base}/documents/{place.document_id}",
            "evidence": f"{place.base}/api/v1/versions/{place.version_id}",
        },
    }


def _why(canary: Canary, *, gone: bool) -> str:
    still = "its page is gone" if gone else "the last statement still stands"
    dated = f" of {_day(canary.stated)}" if canary.stated and not gone else ""
    return f"the next statement was due by {_day(canary.due)}; {still.replace(' still', dated + ' still')}"


def _named(keys: tuple[str, ...]) -> str:
    return " and ".join(keys)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
