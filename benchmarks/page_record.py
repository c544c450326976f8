"""A record of many changes, made at once by hand: what pages and lists are measured on."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from service.model import Category, Kind, SourceKind, SourceSpec
from service.store.tables import (
    AssuranceRow,
    ChangeRow,
    DocumentRow,
    SourceRow,
    VersionRow,
    WatchRow,
    WordingRow,
)
from service.store.watchlist import sync_sources

START = datetime(2018, 1, 1, tzinfo=UTC)
COMPANIES = 200
PER_LINEAGE = 10
"""Changes of one promise."""
_KINDS = (Kind.NEW, Kind.WEAKENED, Kind.REWORDED, Kind.FIGURE, Kind.STRENGTHENED, Kind.WITHDRAWN)
_VERBS = ("notify", "tell", "inform", "do not tell", "may notify", "will always notify")
_WHOM = ("customers", "users", "account holders", "administrators", "subscribers")
_WHEN = ("before we disclose data", "after we disclose data", "unless the law forbids it", "where feasible")
_BATCH = 5000

_sources = SourceRow.__table__  # type: ignore[attr-defined]
_watches = WatchRow.__table__  # type: ignore[attr-defined]
Row = dict[str, Any]


def fill(connection: Connection, changes: int) -> None:
    """So many changes at 200 companies, spread over eight years; the same ones every time."""
    chance = random.Random(8)  # noqa: S311 - reproducible, and no secret
    specs = [
        SourceSpec(
            f"company-{i:03}",
            f"https://company-{i:03}.example/policy",
            SourceKind.PAGE,
            company=f"Company {i:03}",
        )
        for i in range(COMPANIES)
    ]
    sync_sources(connection, specs, "config", START)
    ids = {row.name: row.id for row in connection.execute(select(_sources.c.name, _sources.c.id))}
    asked = select(_watches.c.source_id, _watches.c.document_id)
    watched = {row.source_id: row.document_id for row in connection.execute(asked)}
    lineages = changes // PER_LINEAGE
    step = timedelta(days=8 * 365) / changes
    documents = _documents(specs, ids, watched)
    _insert(connection, DocumentRow, (d for d in documents if d.pop("fresh")))
    connection.execute(update(_watches).values(last_poll_at=START, last_ok_at=START))
    _insert(connection, VersionRow, (_version(d["id"]) for d in documents))
    wordings: list[Row] = []
    events: list[Row] = []
    for n in range(lineages):
        document = documents[n % COMPANIES]
        _lineage(n, document, lineages, step, chance, wordings, events)
    _insert(
        connection,
        AssuranceRow,
        (
            {
                "id": f"asr_{n:026}",
                "document_id": documents[n % COMPANIES]["id"],
                "company": documents[n % COMPANIES]["company"],
                "since": START + n * step,
                "missing_polls": 0,
                "seen_version": 1,
                "state": "current",
            }
            for n in range(lineages)
        ),
    )
    _insert(connection, WordingRow, iter(wordings))
    _insert(connection, ChangeRow, iter(events))


def _documents(specs: list[SourceSpec], ids: dict[str, int], watched: dict[int, str | None]) -> list[Row]:
    return [
        {
            "id": watched.get(ids[s.name]) or f"doc_{i:026}",
            "fresh": watched.get(ids[s.name]) is None,
            "source_id": ids[s.name],
            "url": s.url,
            "identity": "",
            "title": f"Requests from governments, {s.company}",
            "company": s.company,
            "state": "ok",
            "announce": False,
            "page_seen": True,
            "created_at": START,
            "last_version": 1,
            "detector": 1,
            "pending": 0,
        }
        for i, s in enumerate(specs)
    ]


def _version(document_id: str) -> Row:
    digest = hashlib.sha256(document_id.encode()).digest()
    return {
        "id": f"ver_{document_id}",
        "document_id": document_id,
        "number": 1,
        "observed_at": START,
        "raw_hash": digest,
        "text_hash": digest,
        "title": "",
        "media": "html",
        "final_url": "",
        "headers": [],
        "basis": "page",
        "detector": 1,
        "extractor": 1,
    }


def _lineage(
    n: int,
    document: Row,
    lineages: int,
    step: timedelta,
    chance: random.Random,
    wordings: list[Row],
    events: list[Row],
) -> None:
    category = (chance.choice(tuple(Category)),)
    for k in range(PER_LINEAGE):
        at = START + (k * lineages + n) * step
        last = k == PER_LINEAGE - 1
        number = len(wordings) + 1
        text = f"We {chance.choice(_VERBS)} {chance.choice(_WHOM)} {chance.choice(_WHEN)}, clause {n} of {k}."
        wordings.append(
            {
                "id": number,
                "assurance_id": f"asr_{n:026}",
                "document_id": document["id"],
                "version_id": f"ver_{document['id']}",
                "company": document["company"],
                "text": text,
                "fingerprint": f"{n}-{k}",
                "exception": "",
                "categories": category,
                "score": 0.9,
                "heading": "Requests",
                "prev": "",
                "speaker_name": "",
                "speaker_role": "",
                "attribution": "first_party",
                "figures": [],
                "position": n,
                "since": at,
                "until": None if last else at + lineages * step,
            }
        )
        kind = _KINDS[0] if k == 0 else chance.choice(_KINDS[1:5])
        events.append(
            {
                "id": f"chg_{k:06}{n:020}",
                "kind": kind.value,
                "company": document["company"],
                "categories": category,
                "source_id": document["source_id"],
                "document_id": document["id"],
                "assurance_id": f"asr_{n:026}",
                "old_wording": number - 1 if k else None,
                "new_wording": number,
                "version_id": f"ver_{document['id']}",
                "version": 1,
                "previous_version": None,
                "observed_at": at,
                "score": 0.9,
                "reason": "one word became another",
                "announced": True,
                "note": "",
            }
        )


def _insert(connection: Connection, table: Any, rows: Iterator[Row]) -> None:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            connection.execute(insert(table.__table__), batch)
            batch = []
    if batch:
        connection.execute(insert(table.__table__), batch)
