# ruff: noqa: E501 - the SQL stands as it is
"""A record of many changes, made at once by hand, and a site that serves it: what pages and lists are measured on."""

from __future__ import annotations

import asyncio
import hashlib
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, update

from service.configuration.settings import DefaultSettings
from service.model import Category, Kind, SourceKind, SourceSpec
from service.secrets.keyring import Keyring
from service.store.store import Store
from service.store.tables import DocumentRow, SourceRow, VersionRow, WatchRow
from service.store.types import category_mask, to_micros
from service.store.watchlist import sync_sources
from service.web.metrics import Counters
from service.web.site import Site
from watchers.guard import Guard

START = datetime(2016, 1, 1, tzinfo=UTC)
YEARS = timedelta(days=3650)
COMPANIES = tuple(f"Company {n:03}" for n in range(200))
PER_LINEAGE = 10
"""Changes of one promise."""
WORDS = tuple(f"{a}{b}{c}" for a in ("no", "re", "dis", "com", "pro") for b in "aeiou" for c in ("tice", "quest", "close", "ply", "tect", "vide", "ward", "sist"))  # fmt: skip
"""What texts are made of, the common ones first: by Zipf's law, as in any language."""
_OPENINGS = (
    "We notify customers",
    "We tell users",
    "We do not tell subscribers",
    "We may notify administrators",
)
_KINDS = tuple(kind.value for kind in (Kind.WEAKENED, Kind.REWORDED, Kind.FIGURE, Kind.STRENGTHENED))
_BATCH = 20_000

_sources = SourceRow.__table__
_watches = WatchRow.__table__
Row = dict[str, Any]


def make_record(path: Path, changes: int) -> None:
    """So many changes at 200 companies over ten years, each of a sentence of some twenty words; the same every time."""
    places = asyncio.run(_prepare(path))
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for pragma in ("journal_mode=MEMORY", "synchronous=OFF", "cache_size=-400000", "foreign_keys=OFF"):
            db.execute(f"PRAGMA {pragma}")
        db.execute("BEGIN")
        _lineages(db, places, changes)
        _happenings(db, places, changes)
        db.execute("COMMIT")
        db.execute("PRAGMA journal_mode=WAL")


def site(store: Store) -> Site:
    """The whole web room on that record."""
    return Site(
        store=store,
        base="http://127.0.0.1",
        token="",
        clock=lambda: datetime.now(UTC),
        ready=lambda: (True, ""),
        lag=lambda: 0.0,
        poll_now=lambda: None,
        defaults=DefaultSettings(),
        counters=Counters(),
        guard=Guard(),
        keyring=Keyring(["A" * 43 + "="], "benchmarks"),
    )


async def _prepare(path: Path) -> list[tuple[int, str]]:
    store = Store(path).open()
    try:
        return await store.write(_sources_and_documents)
    finally:
        await store.aclose()


def _sources_and_documents(connection: Connection) -> list[tuple[int, str]]:
    """A page for each company, looked at and with one version; (source, document) by company."""
    specs = [
        SourceSpec(f"source-{n:03}", f"https://c{n}.example/policy", SourceKind.PAGE, company=name)
        for n, name in enumerate(COMPANIES)
    ]
    sync_sources(connection, specs, "config", START)
    ids = {row.name: row.id for row in connection.execute(select(_sources.c.name, _sources.c.id))}
    asked = select(_watches.c.source_id, _watches.c.document_id)
    watched = {row.source_id: row.document_id for row in connection.execute(asked)}
    documents = [_document(n, spec, ids[spec.name], watched) for n, spec in enumerate(specs)]
    fresh = [d for d in documents if d.pop("fresh")]
    if fresh:
        connection.execute(insert(DocumentRow.__table__), fresh)
    connection.execute(update(_watches).values(last_poll_at=START, last_ok_at=START))
    connection.execute(insert(VersionRow.__table__), [_version(d["id"]) for d in documents])
    return [(d["source_id"], d["id"]) for d in documents]


def _document(n: int, spec: SourceSpec, source_id: int, watched: dict[int, str | None]) -> Row:
    known = watched.get(source_id)
    return {
        "id": known or f"doc_{n:026}",
        "fresh": known is None,
        "source_id": source_id,
        "url": spec.url,
        "identity": "",
        "title": f"Requests from governments, {spec.company}",
        "company": spec.company,
        "state": "ok",
        "announce": False,
        "page_seen": True,
        "created_at": START,
        "last_version": 1,
        "detector": 1,
        "pending": 0,
    }


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


def _lineages(db: sqlite3.Connection, places: list[tuple[int, str]], changes: int) -> None:
    db.executemany(
        "INSERT INTO assurances (id, document_id, company, state, since, seen_version, missing_polls)"
        " VALUES (?, ?, ?, 'current', ?, 1, 0)",
        (
            (f"asr_{n:026}", places[n % len(places)][1], COMPANIES[n % len(places)], _at(n, changes))
            for n in range(changes // PER_LINEAGE)
        ),
    )


def _happenings(db: sqlite3.Connection, places: list[tuple[int, str]], changes: int) -> None:
    """Round after round, every promise changes once: so changes stand in the order of their time."""
    chance = random.Random(8)  # noqa: S311 - reproducible, and no secret
    lineages = changes // PER_LINEAGE
    masks = [category_mask((chance.choice(tuple(Category)),)) for _ in range(lineages)]
    numbers = iter(range(lineages * PER_LINEAGE))
    while batch := [number for _, number in zip(range(_BATCH), numbers, strict=False)]:
        db.executemany(
            "INSERT INTO wordings (id, assurance_id, document_id, version_id, company, text, fingerprint, exception,"
            " categories, score, heading, prev, speaker_name, speaker_role, attribution, figures, position, since, until)"
            " VALUES (?, ?, ?, ?, ?, ?, '', '', ?, 0.9, 'Requests', '', '', '', 'first_party', '[]', ?, ?, ?)",
            _wordings(batch, places, masks, changes, chance),
        )
        db.executemany(
            "INSERT INTO changes (id, kind, company, categories, source_id, document_id, assurance_id, old_wording,"
            " new_wording, version_id, version, observed_at, score, reason, announced, note)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, 0.9, 'one word became another', 1, '')",
            _changes(batch, places, masks, changes, chance),
        )


def _wordings(
    batch: list[int], places: list[tuple[int, str]], masks: list[int], changes: int, chance: random.Random
) -> Iterator[tuple[Any, ...]]:
    weights, lineages = [1 / (n + 1) for n in range(len(WORDS))], len(masks)
    for number in batch:
        n, (_, document) = number % lineages, places[number % lineages % len(places)]
        words = " ".join(chance.choices(WORDS, weights, k=16))
        last = number + lineages >= lineages * PER_LINEAGE
        yield (
            number + 1,
            f"asr_{n:026}",
            document,
            f"ver_{document}",
            COMPANIES[n % len(places)],
            f"{chance.choice(_OPENINGS)} {words}.",
            masks[n],
            n,
            _at(number, changes),
            None if last else _at(number + lineages, changes),
        )


def _changes(
    batch: list[int], places: list[tuple[int, str]], masks: list[int], changes: int, chance: random.Random
) -> Iterator[tuple[Any, ...]]:
    lineages = len(masks)
    for number in batch:
        n = number % lineages
        source, document = places[n % len(places)]
        first = number < lineages
        yield (
            f"chg_{number:026}",
            Kind.NEW.value if first else chance.choice(_KINDS),
            COMPANIES[n % len(places)],
            masks[n],
            source,
            document,
            f"asr_{n:026}",
            None if first else number + 1 - lineages,
            number + 1,
            f"ver_{document}",
            _at(number, changes),
        )


def _at(number: int, changes: int) -> int:
    return to_micros(START + number * (YEARS / changes))
