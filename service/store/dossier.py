"""All that is on record about one thing, read on one snapshot."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from service.store.canaries import canaries_of
from service.store.evidence import document, list_versions, version
from service.store.history import (
    AssuranceFilter,
    ChangeFilter,
    change,
    list_assurances,
    list_changes,
)
from service.store.views import AssuranceView, CanaryView, ChangeView, DocumentView, Page, VersionView

_SIBLINGS = 50


@dataclass(frozen=True, slots=True)
class ChangeDossier:
    """A change, the versions that show it, its document, and what happened to the same assurance."""

    change: ChangeView
    version: VersionView | None
    previous: VersionView | None
    document: DocumentView | None
    history: tuple[ChangeView, ...]
    """Of the lineage, newest first, the change itself among them."""


@dataclass(frozen=True, slots=True)
class DocumentDossier:
    """A document, its versions, what it says and what happened in it."""

    document: DocumentView
    versions: Page[VersionView]
    assurances: Page[AssuranceView]
    changes: Page[ChangeView]
    canary: CanaryView | None


def change_dossier(connection: Connection, change_id: str) -> ChangeDossier | None:
    """None if there is no such change."""
    found = change(connection, change_id)
    if found is None:
        return None
    before = found.previous_version_id
    lineage = ChangeFilter(assurance=found.assurance, technical=True)
    return ChangeDossier(
        change=found,
        version=version(connection, found.version_id),
        previous=version(connection, before) if before else None,
        document=document(connection, found.document_id),
        history=list_changes(connection, lineage, limit=_SIBLINGS).items,
    )


def document_dossier(
    connection: Connection, document_id: str, *, cursor: str | None = None, limit: int = 50
) -> DocumentDossier | None:
    """None if there is no such document; `cursor` and `limit` are those of its versions."""
    found = document(connection, document_id)
    if found is None:
        return None
    return DocumentDossier(
        document=found,
        versions=list_versions(connection, document_id, cursor=cursor, limit=limit),
        assurances=list_assurances(connection, AssuranceFilter(document=document_id), limit=500),
        changes=list_changes(connection, ChangeFilter(document=document_id), limit=_SIBLINGS),
        canary=next(iter(canaries_of(connection, documents_in=(document_id,))), None),
    )
