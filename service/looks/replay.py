"""Replay a repository's history into the record: the same reading and comparing, no network, no alerts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from sqlalchemy import Connection

from service.decision import Decision, DocumentState, Failed, Moment, Same, Watch
from service.decision.decide import BELIEVE_AFTER, DOUBTED, decide_failed, decide_same, decide_seen
from service.looks.examine import READER_VERSION, Look, consider
from service.looks.gitlog import Revision
from service.looks.recall import Recall, Sight
from service.model import SourceKind, SourceSpec
from service.store.checks import is_check, record_checks
from service.store.documents import document_state
from service.store.record import record
from service.store.watchlist import history_watch
from watchers.errors import ExtractError
from watchers.model import Fetched, Validators

GROUP = "imported history"
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
        group=GROUP,
        confirm=0.0,
    )


def sights(path: str, contents: Sequence[tuple[Revision, bytes]]) -> tuple[Sight, ...]:
    """Revisions with their contents, as they would have been fetched."""
    return tuple(Sight(r.at, fetched(path, content) if r.blob else None) for r, content in contents)


def read_ahead(path: str, seen: Sequence[Sight], recall: Recall) -> None:
    """Parse and read what `replay` will want, outside of its transaction."""
    spec, last = spec_of(path), ""
    for sight in seen:
        if sight.body is not None:
            last = recall.warm(Look(spec.url, spec.company, spec.role, sight.body), last)


def replay(connection: Connection, path: str, seen: Sequence[Sight], recall: Recall) -> int:
    """Record what revisions of one document show, oldest first; those already on record are passed over.

    Returns how many changes of assurances they made.
    """
    if not seen:
        return 0
    watch, last = history_watch(connection, spec_of(path), seen[0].at)
    story = _Story(connection, watch, recall)
    for sight in seen:
        if last is None or sight.at > last:
            story.take(sight)
    story.end()
    return story.changes


class _Story:
    """One document's revisions in a transaction: the watch and the document's state are kept at hand.

    Looks that found nothing new are written together, at the latest before the next that did.
    """

    def __init__(self, connection: Connection, watch: Watch, recall: Recall) -> None:
        self._connection, self._watch, self._recall = connection, watch, recall
        self._state: DocumentState | None = None
        self._checks: list[Decision] = []
        self.changes = 0

    def take(self, sight: Sight) -> None:
        """One more revision; before it, what was doubted in the last one and stood for long enough."""
        doubted, since = self._recall.doubted, self._watch.collapsed_since
        if doubted is not None and since is not None and since + BELIEVE_AFTER < sight.at:
            self._see(replace(doubted, at=since + BELIEVE_AFTER))
        self._see(sight)
        self._recall.doubted = sight if self._watch.reason in DOUBTED else None

    def _see(self, sight: Sight) -> None:
        decision = quiet(self._decide(sight))
        if is_check(decision):
            self._checks.append(decision)
        else:
            self.end()
            self.changes += len(record(self._connection, decision, "").changes)
            self._state = advanced(self._state, decision) if self._state is not None else None
        self._watch = after(self._watch, decision)

    def end(self) -> None:
        """Write down the looks that wait."""
        if self._checks:
            record_checks(self._connection, self._checks)
            self._checks.clear()

    def _decide(self, sight: Sight) -> Decision:
        watch, body = self._watch, sight.body
        moment = Moment(sight.at, 0.5, (1.0,), READER_VERSION, once=True)
        if body is None:
            return decide_failed(watch, Failed("gone", "removed from the repository"), moment)
        if watch.body_hash == bytes.fromhex(body.sha256):
            return decide_same(watch, Same(Validators(), status=None), None, moment)
        if self._state is None:
            self._state = document_state(self._connection, watch.document_id, sight.at)
        state = self._state
        look = Look(
            url=watch.url,
            company=watch.source.company,
            role=watch.source.role,
            fetched=body,
            old_text=state.text,
            old_hash=state.text_hash,
            known=state.known,
            lenient=watch.reason in DOUBTED
            and watch.collapsed_since is not None
            and sight.at - watch.collapsed_since >= BELIEVE_AFTER,
            at=sight.at,
        )
        try:
            seen = consider(look, self._recall.parse(look), self._recall)
        except ExtractError as error:
            return decide_failed(watch, Failed(error.reason, error.message), moment)
        return decide_seen(watch, state, seen, moment)


def advanced(state: DocumentState, decision: Decision) -> DocumentState | None:
    """The document as the record will hold it; None where its assurances have to be read from there again."""
    version = decision.version
    if version is None or decision.writes or decision.changes or decision.swing:
        return None
    return replace(
        state,
        title=version.title or state.title,
        version=state.version + 1,
        version_id="",
        text=version.text,
        text_hash=version.text_hash,
        raw_hash=hashlib.sha256(version.raw).digest(),
        basis=version.basis,
        media=version.media,
        detector=decision.detector or state.detector,
        page_seen=state.page_seen or version.basis == "page",
        signers=version.signers,
        observed_at=decision.at,
        canary=decision.canary is not None and decision.canary.due is not None,
    )


def after(watch: Watch, decision: Decision) -> Watch:
    """The watch as the record will hold it once the decision is written."""
    u = decision.update
    return replace(
        watch,
        url=u.url,
        validators=u.validators,
        body_hash=u.body_hash,
        failures=u.failures,
        last_ok_at=u.last_ok_at,
        first_ok_at=u.first_ok_at,
        step=u.step,
        moved_url=u.moved_url,
        moved_seen=u.moved_seen,
        failing_since=u.failing_since,
        collapsed_since=u.collapsed_since,
        reason=u.reason,
        last_poll_at=decision.at,
    )


def quiet(decision: Decision) -> Decision:
    """The same decision, told to nobody and asking for no further look."""
    return replace(
        decision,
        update=replace(decision.update, next_poll_at=None),
        resigned=None,
        joining=False,
        changes=tuple(replace(c, announce=False, note=c.note or "imported") for c in decision.changes),
    )


def fetched(path: str, body: bytes) -> Fetched:
    """The content of a revision as it would have come from a server."""
    url = spec_of(path).url
    return Fetched(
        url=url,
        final_url=url,
        permanent_url=None,
        status=200,
        headers=(),
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        media_type="text/markdown",
        charset="utf-8",
        validators=Validators(),
        fresh_for=None,
    )
