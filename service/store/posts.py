"""The posts that a feed has shown."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, insert, select, update

from service.decision import Decision, EditedPost, NewPost, Subject
from service.decision.entries import SHARED
from service.store.blobs import put_blob
from service.store.ids import new_id
from service.store.tables import DocumentRow, FeedEntryRow, SourceRow, WatchRow
from service.store.watchlist import BLANK_DOCUMENT, UNSEEN_WATCH

sources = SourceRow.__table__
watches = WatchRow.__table__
documents = DocumentRow.__table__
entries = FeedEntryRow.__table__


def add_post(connection: Connection, decision: Decision, post: NewPost) -> None:
    entry, digest = post.shown.entry, post.shown.digest
    document_id = new_id("doc", decision.at)
    content = _content(connection, entry.content)
    source = connection.execute(select(sources).where(sources.c.id == decision.source_id)).one()
    connection.execute(
        insert(documents).values(
            {
                **BLANK_DOCUMENT,
                "id": document_id,
                "source_id": decision.source_id,
                "url": entry.url or source.url,
                "identity": entry.identity,
                "title": entry.title,
                "published": entry.published,
                "company": source.company,
                "announce": post.announce,
                "feed_hash": content,
                "created_at": decision.at,
            }
        )
    )
    for key in post.shown.keys:
        _know(connection, decision.source_id, key, document_id, digest)
    connection.execute(
        insert(watches).values(
            {
                **UNSEEN_WATCH,
                "source_id": decision.source_id,
                "document_id": document_id,
                "subject": Subject.POST.value,
                "url": entry.url,
                "next_poll_at": post.next_poll_at,
            }
        )
    )


def edit_post(connection: Connection, decision: Decision, edit: EditedPost) -> None:
    entry = edit.shown.entry
    content = _content(connection, entry.content)
    connection.execute(update(documents).where(documents.c.id == edit.document_id).values(feed_hash=content))
    for key in edit.shown.keys:
        _know(connection, decision.source_id, key, edit.document_id, edit.shown.digest)
    connection.execute(
        update(watches)
        .where(watches.c.document_id == edit.document_id)
        .values(
            next_poll_at=edit.next_poll_at,
            etag=None,
            last_modified=None,
            body_hash=None,
            pokes=watches.c.pokes + 1,
        )
    )


def _know(connection: Connection, source_id: int, key: str, document_id: str, digest: bytes) -> None:
    """Remember a post's key, and the text it goes with. What names another post already is left to that one."""
    row = connection.execute(
        select(entries.c.document_id).where(entries.c.source_id == source_id, entries.c.identity == key)
    ).first()
    if row is None:
        values = {"source_id": source_id, "identity": key, "document_id": document_id, "content_hash": digest}
        connection.execute(insert(entries).values(values))
    elif row.document_id == document_id:
        connection.execute(
            update(entries)
            .where(entries.c.source_id == source_id, entries.c.identity == key)
            .values(content_hash=digest)
        )


def forget_keys(connection: Connection, source_id: int, keys: Iterable[str]) -> None:
    """Mark keys that more than one post has carried; the rows stay for those that said the same words since."""
    for key in keys:
        where = (entries.c.source_id == source_id, entries.c.identity == key)
        owner = connection.execute(select(entries.c.document_id).where(*where)).scalar_one()
        _know(connection, source_id, SHARED + key, owner, b"")


def _content(connection: Connection, content: str) -> bytes | None:
    return put_blob(connection, content.encode("utf-8", "replace")) if content else None
