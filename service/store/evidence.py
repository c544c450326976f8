"""Questions to the record about documents, versions, sources and the work itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from service.decision import Subject
from service.store.blobs import get_blob
from service.store.deliveries import deliveries, subscriptions
from service.store.errors import PrunedError, StoreError
from service.store.history import assurances, changes, documents, events, sources, versions, watches
from service.store.names import spellings
from service.store.tables import PollRow
from service.store.views import DocumentView, Page, SourceView, Totals, VersionView

polls = PollRow.__table__

_HEALTH = (
    "outcome", "last_poll_at", "last_ok_at", "error", "reason", "failures", "failing_since", "next_poll_at",
)  # fmt: skip


def list_documents(
    connection: Connection,
    *,
    companies: tuple[str, ...] = (),
    sources_named: tuple[str, ...] = (),
    cursor: str | None = None,
    limit: int = 50,
) -> Page[DocumentView]:
    """Those that were read at least once, in the order they were found; `cursor` is the last id before."""
    query = _documents().where(documents.c.last_version > 0).order_by(documents.c.id).limit(limit + 1)
    if companies:
        query = query.where(documents.c.company.in_(spellings(connection, *companies)))
    if sources_named:
        query = query.where(sources.c.name.in_(sources_named))
    if cursor:
        query = query.where(documents.c.id > cursor)
    rows = connection.execute(query).all()
    return Page(
        tuple(_document(row) for row in rows[:limit]), rows[limit - 1].id if len(rows) > limit else None
    )


def document(connection: Connection, document_id: str) -> DocumentView | None:
    """One, with how often it was looked at."""
    row = connection.execute(_documents().where(documents.c.id == document_id)).first()
    if row is None:
        return None
    checks = connection.execute(select(func.count()).where(polls.c.watch_id == row.watch_id)).scalar()
    return _document(row, checks)


def list_versions(
    connection: Connection, document_id: str, *, cursor: str | None = None, limit: int = 50
) -> Page[VersionView]:
    """Of one document, newest first; `cursor` is the last number before."""
    query = _versions().where(versions.c.document_id == document_id).order_by(versions.c.number.desc())
    if cursor and cursor.isdigit():
        query = query.where(versions.c.number < int(cursor))
    rows = connection.execute(query.limit(limit + 1)).all()
    following = str(rows[limit - 1].number) if len(rows) > limit else None
    return Page(tuple(_version(row) for row in rows[:limit]), following)


def version(connection: Connection, version_id: str) -> VersionView | None:
    """One, with the id of the one before."""
    row = connection.execute(_versions().where(versions.c.id == version_id)).first()
    if row is None:
        return None
    before = connection.execute(
        select(versions.c.id).where(
            versions.c.document_id == row.document_id, versions.c.number == row.number - 1
        )
    ).scalar()
    return _version(row, before)


def raw_bytes(connection: Connection, version_id: str) -> bytes | None:
    """What the server sent, as it was; StoreError if it is damaged, PrunedError if it is not kept any more."""
    return _stored(connection, versions.c.raw_hash, version_id)


def text(connection: Connection, version_id: str) -> str | None:
    """What was read out of it; StoreError if it is damaged, PrunedError if it is not kept any more."""
    found = _stored(connection, versions.c.text_hash, version_id)
    return None if found is None else found.decode()


def _stored(connection: Connection, column: Any, version_id: str) -> bytes | None:
    query = select(column.label("digest"), versions.c.pruned_at).where(versions.c.id == version_id)
    row = connection.execute(query).first()
    if row is None:
        return None
    try:
        return get_blob(connection, row.digest)
    except StoreError as error:
        if row.pruned_at is None:
            raise
        raise PrunedError(
            f"This version was pruned on {row.pruned_at:%Y-%m-%d}; the SHA-256 was {row.digest.hex()}."
        ) from error


def list_sources(connection: Connection) -> tuple[SourceView, ...]:
    """The catalogue with the health of each, by name."""
    posts = (
        select(watches.c.source_id, func.count().label("posts"))
        .where(watches.c.subject == Subject.POST.value)
        .group_by(watches.c.source_id)
        .subquery()
    )
    query = (
        select(
            sources,
            *(
                watches.c[name].label(f"w_{name}")
                for name in _HEALTH
            ),
            func.coalesce(posts.c.posts, 0).label("posts"),
        )
        .select_from(sources)
        .join(watches, (watches.c.source_id == sources.c.id) & (watches.c.subject == sources.c.kind))
        .outerjoin(posts, posts.c.source_id == sources.c.id)
        .where(sources.c.active)
        .order_by(sources.c.name)
    )  # fmt: skip
    return tuple(_source(row) for row in connection.execute(query))


def totals(connection: Connection) -> Totals:
    """Counts for the page's head and for metrics."""

    def count(table: Any, *conditions: Any) -> int:
        return int(
            connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one()
        )

    main = (watches.c.source_id == sources.c.id) & (watches.c.subject == sources.c.kind)
    watched = sources.join(watches, main)
    owed = deliveries.join(subscriptions)
    waiting = (deliveries.c.state == "pending", subscriptions.c.state == "active")
    return Totals(
        sources=count(sources, sources.c.active),
        failing=count(watched, sources.c.active, watches.c.failures > 0),
        untried=count(watched, sources.c.active, watches.c.last_poll_at.is_(None)),
        documents=count(documents, documents.c.last_version > 0),
        versions=count(versions),
        assurances=count(assurances, assurances.c.state == "current", assurances.c.joined == ""),
        changes=count(changes, changes.c.note != "technical"),
        events=count(events),
        pending=count(owed, *waiting),
        dead=count(deliveries, deliveries.c.state == "dead"),
        oldest_pending_at=connection.execute(
            select(func.min(deliveries.c.created_at)).select_from(owed).where(*waiting)
        ).scalar(),
        subscriptions={
            row.state: row.n
            for row in connection.execute(
                select(subscriptions.c.state, func.count().label("n"))
                .where(subscriptions.c.state != "removed")
                .group_by(subscriptions.c.state)
            )
        },
    )


def _documents() -> Select[Any]:
    return (
        select(
            documents,
            sources.c.name.label("source_name"),
            watches.c.id.label("watch_id"),
            watches.c.last_ok_at.label("checked_at"),
        )
        .select_from(documents.join(sources))
        .outerjoin(watches, watches.c.document_id == documents.c.id)
    )


def _versions() -> Select[Any]:
    return select(
        versions,
        documents.c.url.label("document_url"),
        documents.c.company.label("document_company"),
        sources.c.name.label("source_name"),
    ).select_from(versions.join(documents).join(sources, documents.c.source_id == sources.c.id))


def _document(row: Row[Any], checks: int | None = None) -> DocumentView:
    return DocumentView(
        id=row.id,
        source=row.source_name,
        company=row.company,
        url=row.url,
        title=row.title,
        published=row.published,
        state=row.state,
        versions=row.last_version,
        first_seen=row.created_at,
        checked_at=row.checked_at,
        checks=checks,
    )


def _version(row: Row[Any], before: str | None = None) -> VersionView:
    return VersionView(
        id=row.id,
        document_id=row.document_id,
        number=row.number,
        observed_at=row.observed_at,
        title=row.title,
        published=row.published,
        media=row.media,
        final_url=row.final_url,
        sha256=row.raw_hash.hex(),
        text_sha256=row.text_hash.hex(),
        basis=row.basis,
        headers=tuple((name, value) for name, value in row.headers),
        reader=row.detector,
        url=row.document_url,
        source=row.source_name,
        company=row.document_company,
        language=row.language,
        pruned_at=row.pruned_at,
        signers=tuple(row.signers.split()),
        previous_id=before,
    )


def _source(row: Any) -> SourceView:
    state = (
        "waiting"
        if row.w_last_poll_at is None
        else "gone"
        if row.w_outcome == "gone"
        else "failing"
        if row.w_failures
        else "ok"
    )
    return SourceView(
        name=row.name,
        company=row.company,
        kind=row.kind,
        role=row.role,
        group=row.grouping,
        url=row.url,
        every=row.every,
        origin=row.origin,
        state=state,
        outcome=row.w_outcome,
        last_poll_at=row.w_last_poll_at,
        last_success_at=row.w_last_ok_at,
        last_error=row.w_error,
        reason=row.w_reason,
        failures=row.w_failures,
        failing_since=row.w_failing_since,
        next_poll_at=row.w_next_poll_at,
        posts=row.posts,
    )
