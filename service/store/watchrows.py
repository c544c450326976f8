"""The watch list's rows as values."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, and_, select

from service.decision import Subject, Watch
from service.model import Role, SourceKind, SourceSpec
from service.store.tables import CanaryRow, DocumentRow, SourceRow, WatchRow
from watchers.model import Validators

sources = SourceRow.__table__
watches = WatchRow.__table__
documents = DocumentRow.__table__
canaries = CanaryRow.__table__

_AWAITED = and_(
    canaries.c.source_id == watches.c.source_id,
    canaries.c.until.is_(None),
    canaries.c.told_at.is_(None),
    canaries.c.lapsed.is_(False),
    watches.c.subject != Subject.POST.value,
)
"""The deadline that a source's own watch looks out for."""


def spec_of(row: Row[Any]) -> SourceSpec:
    """A source's row as a value."""
    return SourceSpec(
        name=row.name,
        url=row.url,
        kind=SourceKind(row.kind),
        role=Role(row.role),
        company=row.company,
        group=row.grouping,
        every=row.every,
        select=row.selector,
        remove=row.remover,
        confirm=row.confirm,
        robots=row.robots,
        slowest=row.slowest,
        grace=row.grace,
    )


_WATCH_COLUMNS = (
    watches.c.id.label("watch_id"),
    watches.c.source_id,
    watches.c.subject,
    watches.c.url.label("watch_url"),
    watches.c.etag,
    watches.c.last_modified,
    watches.c.body_hash,
    watches.c.failures,
    watches.c.last_ok_at,
    watches.c.first_ok_at,
    watches.c.step,
    watches.c.moved_url,
    watches.c.moved_seen,
    watches.c.document_id,
    watches.c.failing_since.label("watch_failing_since"),
    watches.c.reason,
    watches.c.collapsed_since,
    watches.c.last_poll_at,
    watches.c.changed_at,
    watches.c.pushed_until,
    watches.c.hint,
    watches.c.pokes,
    documents.c.announce,
    documents.c.pending,
    documents.c.detector,
    canaries.c.due,
)
_SPEC_COLUMNS = (
    sources.c.name,
    sources.c.url,
    sources.c.kind,
    sources.c.role,
    sources.c.company,
    sources.c.grouping,
    sources.c.every,
    sources.c.selector,
    sources.c.remover,
    sources.c.confirm,
    sources.c.robots,
    sources.c.slowest,
    sources.c.grace,
)
_OWN = len(_WATCH_COLUMNS)
_ALL = _OWN + len(_SPEC_COLUMNS)
_SUBJECTS = {subject.value: subject for subject in Subject}
_KINDS = {kind.value: kind for kind in SourceKind}
_ROLES = {role.value: role for role in Role}


def watch_of(row: Row[Any]) -> Watch:
    """A row of `_watching` as a value; by place, for this is done for every look."""
    (
        watch_id, source_id, subject, url, etag, last_modified, body_hash, failures, last_ok_at, first_ok_at, step,
        moved_url, moved_seen, document_id, failing_since, reason, collapsed_since, last_poll_at, changed_at,
        pushed_until, hint, pokes, announce, pending, detector, deadline,
    ) = row[:_OWN]  # fmt: skip
    name, source_url, kind, role, company, group, every, select_, remove, confirm, robots, slowest, grace = (
        row[_OWN:_ALL]
    )
    return Watch(
        id=watch_id,
        source_id=source_id,
        source=SourceSpec(
            name,
            source_url,
            _KINDS[kind],
            _ROLES[role],
            company,
            group,
            every,
            select_,
            remove,
            confirm,
            robots,
            slowest,
            grace,
        ),
        subject=_SUBJECTS[subject],
        url=url,
        validators=Validators(etag, last_modified),
        body_hash=body_hash,
        failures=failures,
        last_ok_at=last_ok_at,
        first_ok_at=first_ok_at,
        step=step,
        moved_url=moved_url,
        moved_seen=moved_seen,
        document_id=document_id or "",
        announce=bool(announce),
        failing_since=failing_since,
        reason=reason,
        pending=pending or 0,
        detector=detector or 0,
        collapsed_since=collapsed_since,
        pokes=pokes,
        last_poll_at=last_poll_at,
        changed_at=changed_at,
        pushed_until=pushed_until,
        hint=hint,
        deadline=deadline,
    )


def watching() -> Select[Any]:
    """The watches of active sources, as `watch_of` reads them."""
    return (
        select(*_WATCH_COLUMNS, *_SPEC_COLUMNS)
        .select_from(
            watches.join(sources)
            .outerjoin(documents, watches.c.document_id == documents.c.id)
            .outerjoin(canaries, _AWAITED)
        )
        .where(sources.c.active)
    )
