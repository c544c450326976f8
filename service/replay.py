"""Replay a repository's history into the record: the same reading and comparing, no network, no alerts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from sqlalchemy import Connection

from service.decide import decide_failed, decide_same, decide_seen
from service.decision import Decision, Failed, Moment, Same, Seen, Watch
from service.examine import READER_VERSION, Look, examine
from service.gitlog import Revision
from service.model import SourceKind, SourceSpec
from service.store.documents import document_state
from service.store.record import record
from service.store.watchlist import history_watch
from watchers.errors import ExtractError
from watchers.model import Fetched, Validators

CHUNK = 40
"""Revisions of one document that share a transaction."""


def spec_of(path: str) -> SourceSpec:
    """The source that `Company/Document.md` stands for."""
    parts = PurePosixPath(path)
    company = parts.parent.name or "unknown"
    return SourceSpec(
        name=f"{company}: {parts.stem}",
        url=f"git:{path}",
        kind=SourceKind.PAGE,
        company=company,
        group="imported history",
        confirm=0.0,
    )


def replay(connection: Connection, path: str, revisions: Sequence[tuple[Revision, bytes]]) -> int:
    """Record revisions of one document, oldest first; those already on record are passed over.

    Returns how many changes of assurances they made.
    """
    changes = 0
    for revision, body in revisions:
        watch, last = history_watch(connection, spec_of(path), revision.at)
        if last is not None and revision.at <= last:
            continue
        decision = quiet(_decide(connection, watch, revision, body))
        changes += len(record(connection, decision, "").changes)
    return changes


def quiet(decision: Decision) -> Decision:
    """The same decision, told to nobody and asking for no further look."""
    return replace(
        decision,
        update=replace(decision.update, next_poll_at=None),
        changes=tuple(replace(c, announce=False, note=c.note or "imported") for c in decision.changes),
    )


def _decide(connection: Connection, watch: Watch, revision: Revision, body: bytes) -> Decision:
    moment = Moment(revision.at, 0.5, (1.0,), READER_VERSION, once=True)
    if not revision.blob:
        return decide_failed(watch, Failed("gone", "removed from the repository"), moment)
    digest = hashlib.sha256(body)
    if watch.body_hash == digest.digest():
        return decide_same(watch, Same(Validators(), status=None), None, moment)
    state = document_state(connection, watch.document_id, revision.at)
    fetched = Fetched(
        url=watch.url,
        final_url=watch.url,
        permanent_url=None,
        status=200,
        headers=(),
        body=body,
        sha256=digest.hexdigest(),
        media_type="text/markdown",
        charset="utf-8",
        validators=Validators(),
        fresh_for=None,
    )
    look = Look(
        url=watch.url,
        company=watch.source.company,
        role=watch.source.role,
        fetched=fetched,
        old_text=state.text,
        old_hash=state.text_hash,
        known=state.known,
    )
    seen = _examine(look)
    return (
        decide_failed(watch, seen, moment)
        if isinstance(seen, Failed)
        else decide_seen(watch, state, seen, moment)
    )


def _examine(look: Look) -> Seen | Failed:
    try:
        return examine(look)
    except ExtractError as error:
        return Failed(error.reason, error.message)
