"""What `onrecord doctor` looks at: one finding for each, in plain words. It changes nothing unless told to."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection

from service.keeping.clearing import clear_strays, find_strays
from service.store.checkup import (
    Late,
    Outage,
    dead_deliveries,
    failing_sources,
    hung_attempts,
    hung_jobs,
    late_deliveries,
    late_looks,
    newest_moment,
    release_attempts,
    release_jobs,
    silent_lines,
    untried_sources,
)
from service.store.errors import StoreError
from service.store.holdings import drop_orphans, orphans, take_stock
from service.store.migrate import current_revision, head_revision
from service.store.place import Place
from service.store.proof import prove
from service.store.soundness import faults
from service.store.store import Store

LATE = timedelta(hours=1)
"""What is due for so long and not begun will not be."""
SILENCE = timedelta(minutes=10)
"""Attempts last seconds, and workers give a sign of life every two."""
AHEAD = timedelta(minutes=5)
"""Clocks differ; by more than this, one of them is wrong."""
RECENT = timedelta(days=7)
FULL, TIGHT = 256 * 2**20, 2**30
"""Bytes free on the disk: too few to go on, and few enough to mention."""
NAMED = 3


class State(StrEnum):
    """How it stands: as it should; worth knowing; in need of somebody."""

    OK = "ok"
    NOTE = "note"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check came to. `fixed`: what was done about it, "" for nothing."""

    check: str
    state: State
    detail: str
    fixed: str = ""


_Check = Callable[[Connection, datetime], Finding]


def examine_record(
    place: Place, now: datetime, *, quick: bool = False, fix: bool = False, blobs: str = ""
) -> Iterator[Finding]:
    """Every check in turn. `quick` leaves out what reads all pages and bytes; `fix` mends what is safe to mend.

    `blobs`: the storage that is configured, beside those that bytes on record lie at.
    """
    yield _disk(place)
    for name, check in _CHECKS.items():
        if quick and name in _SLOW:
            continue
        try:
            finding = Store.peek(place, check, now)
            if fix and finding.state is not State.OK and name in _REMEDIES:
                done = Store.beside(place, _REMEDIES[name], now)
                finding = Finding(name, State.OK, finding.detail, done)
        except StoreError as error:
            finding = Finding(name, State.TROUBLE, str(error))
        yield finding
    if not quick:
        yield _storage(place, blobs, now, fix=fix)


def _storage(place: Place, url: str, now: datetime, *, fix: bool) -> Finding:
    """Objects on the storages that bytes lie at and that nothing refers to."""
    try:
        found = list((clear_strays if fix else find_strays)(place, url, now))
    except StoreError as error:
        return Finding("storage", State.TROUBLE, str(error))
    if not found:
        return Finding("storage", State.OK, "all bytes are in the record")
    details = [
        f"{one.url}: "
        + (
            "shared with other records"
            if one.shared
            else f"{one.found.number} objects that nothing refers to, {one.found.size} bytes"
        )
        for one in found
    ]
    strays = sum(one.found.number for one in found)
    state = State.NOTE if strays and not fix else State.OK
    return Finding("storage", state, "; ".join(details), f"removed {strays}" if fix and strays else "")


def _disk(place: Place) -> Finding:
    if not isinstance(place, Path):
        return Finding("disk", State.OK, "the server's, not looked at")
    free = shutil.disk_usage(place.absolute().parent).free
    state = State.TROUBLE if free < FULL else State.NOTE if free < TIGHT else State.OK
    return Finding("disk", state, f"{free // 2**20} MiB free")


# ------------------------------------------------------------------ the record


def _schema(connection: Connection, _now: datetime) -> Finding:
    has, knows = current_revision(connection) or "none", head_revision()
    if has == knows:
        return Finding("schema", State.OK, has)
    return Finding("schema", State.TROUBLE, f"{has}, this program wants {knows}: run `onrecord migrate`")


def _database(connection: Connection, _now: datetime) -> Finding:
    wrong = faults(connection)
    if wrong:
        more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        return Finding(
            "database", State.TROUBLE, f"damaged: {wrong[0]}{more}; restore a backup (docs/operations.md)"
        )
    server = connection.dialect.name == "postgresql"
    return Finding(
        "database", State.OK, "the server reports no wrong checksum" if server else "every page is sound"
    )


def _chain(connection: Connection, _now: datetime) -> Finding:
    proof = prove(connection, with_blobs=False)
    if proof.broken:
        return Finding("chain", State.TROUBLE, proof.broken)
    return Finding("chain", State.OK, f"{proof.links} looks, {proof.things} versions and changes")


def _evidence(connection: Connection, _now: datetime) -> Finding:
    found = take_stock(connection)
    wrong = (*(f"missing: {one}" for one in found.missing), *found.damaged)
    if wrong:
        more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        return Finding("evidence", State.TROUBLE, f"{wrong[0]}{more}")
    return Finding(
        "evidence", State.OK, f"{found.stored.number} texts and bytes, {found.stored.size} bytes stored"
    )


def _orphans(connection: Connection, _now: datetime) -> Finding:
    found = orphans(connection)
    state = State.NOTE if found.number else State.OK
    return Finding("orphans", state, f"{found.number} that nothing refers to, {found.size} bytes")


# ------------------------------------------------------------------ its work


def _clock(connection: Connection, now: datetime) -> Finding:
    newest = newest_moment(connection)
    if newest is not None and newest > now + AHEAD:
        return Finding(
            "clock", State.TROUBLE, f"{_when(now)}, but the record has been written to at {_when(newest)}"
        )
    return Finding("clock", State.OK, _when(now))


def _looks(connection: Connection, now: datetime) -> Finding:
    late = late_looks(connection, now - LATE)
    return _lateness("looks", late, "overdue", "does `onrecord run` work?")


def _sources(connection: Connection, now: datetime) -> Finding:
    untried, failing = untried_sources(connection, now - LATE), failing_sources(connection)
    parts = [f"{len(untried)} never looked at: {_names(untried)}"] if untried else []
    parts += [f"{len(failing)} failing: {_outages(failing)}"] if failing else []
    return Finding("sources", State.NOTE if parts else State.OK, "; ".join(parts) or "none is failing")


def _deliveries(connection: Connection, now: datetime) -> Finding:
    late = late_deliveries(connection, now - LATE)
    return _lateness("deliveries", late, "overdue", "does `onrecord run` work?")


def _subscriptions(connection: Connection, now: datetime) -> Finding:
    silent, dead = silent_lines(connection), dead_deliveries(connection, now - RECENT)
    parts = [_outages(silent)] if silent else []
    parts += [f"{dead.number} deliveries given up in {RECENT.days} days"] if dead.number else []
    return Finding(
        "subscriptions",
        State.TROUBLE if parts else State.OK,
        "; ".join(parts) or "all take what they are sent",
    )


def _jobs(connection: Connection, now: datetime) -> Finding:
    tries, jobs = hung_attempts(connection, now - SILENCE), hung_jobs(connection, SILENCE)
    parts = [f"{tries.number} attempts without an end since {_when(tries.since)}"] if tries.since else []
    parts += [f"{jobs} jobs of workers that are gone"] if jobs else []
    return Finding("jobs", State.TROUBLE if parts else State.OK, "; ".join(parts) or "none hangs")


def _lateness(check: str, late: Late, word: str, ask: str) -> Finding:
    if late.since is None:
        return Finding(check, State.OK, f"none {word}")
    return Finding(check, State.TROUBLE, f"{late.number} {word} since {_when(late.since)}: {ask}")


def _outages(found: tuple[Outage, ...]) -> str:
    return _names(tuple(f"{one.name} ({one.reason})" for one in found))


def _names(found: tuple[str, ...]) -> str:
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return ", ".join(found[:NAMED]) + more


def _when(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "ever"


# ------------------------------------------------------------------ remedies


def _sweep(connection: Connection, _now: datetime) -> str:
    dropped = drop_orphans(connection)
    return f"removed {dropped.number}, {dropped.size} bytes"


def _release(connection: Connection, now: datetime) -> str:
    tries, jobs = release_attempts(connection, now - SILENCE, now), release_jobs(connection, SILENCE)
    return f"released {tries + jobs}"


_CHECKS: dict[str, _Check] = {
    "schema": _schema,
    "database": _database,
    "chain": _chain,
    "evidence": _evidence,
    "orphans": _orphans,
    "clock": _clock,
    "looks": _looks,
    "sources": _sources,
    "deliveries": _deliveries,
    "subscriptions": _subscriptions,
    "jobs": _jobs,
}
_SLOW = ("database", "chain", "evidence", "orphans")
_REMEDIES: dict[str, Callable[[Connection, datetime], str]] = {"orphans": _sweep, "jobs": _release}
