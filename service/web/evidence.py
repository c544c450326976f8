"""The API on the record itself: companies, documents, versions and their bytes."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

from aiohttp import web
from sqlalchemy import Connection

from service.bundle import evidence_bundle
from service.store.canaries import canaries_of
from service.store.errors import PrunedError
from service.store.evidence import document, list_documents, list_versions, raw_bytes, text, version
from service.store.history import change, list_companies
from service.store.views import CanaryView, VersionView
from service.web.answers import FOREVER, answer, json_answer
from service.web.cursors import slice_after
from service.web.links import Links
from service.web.present import company_shape, document_shape, version_shape
from service.web.problems import Problem
from service.web.query import DocumentQuery, LongPaged, VersionQuery, read_query
from service.web.routes import Route
from service.web.shapes import CompanyShape, DocumentShape, Listing, VersionShape
from service.web.site import site_of

T = TypeVar("T")

BYTES = "application/octet-stream"
ZIP = "application/zip"
_SANDBOX = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_ENDINGS = {"html": "html", "pdf": "pdf", "feed": "xml", "markdown": "md", "text": "txt", "pgp": "txt"}


async def list_all_companies(request: web.Request) -> web.Response:
    query, site = read_query(request, LongPaged), site_of(request)
    found = await site.store.read(list_companies)
    page = slice_after(found, lambda one: one.name, query.cursor, query.limit)
    links = Links(site.base)
    promised: dict[str, list[CanaryView]] = defaultdict(list)
    for one in await site.store.read(canaries_of):
        promised[one.company.casefold()].append(one)
    items = [company_shape(one, links, promised[one.name.casefold()]) for one in page.items]
    return json_answer(request, Listing[CompanyShape](items=items, next=page.next))


async def list_read_documents(request: web.Request) -> web.Response:
    query, site = read_query(request, DocumentQuery), site_of(request)
    page = await site.store.read(
        list_documents,
        companies=query.company,
        sources_named=query.source,
        cursor=query.cursor or None,
        limit=query.limit,
    )
    links = Links(site.base)
    ids = tuple(one.id for one in page.items)
    promised = {one.document_id: one for one in await site.store.read(canaries_of, documents_in=ids)}
    items = [document_shape(one, links, promised.get(one.id)) for one in page.items]
    return json_answer(request, Listing[DocumentShape](items=items, next=page.next))


async def get_document(request: web.Request) -> web.Response:
    site = site_of(request)
    found = await site.store.read(document, request.match_info["id"])
    if found is None:
        raise Problem.missing("document")
    promised = await site.store.read(canaries_of, documents_in=(found.id,))
    return json_answer(request, document_shape(found, Links(site.base), promised[0] if promised else None))


async def list_document_versions(request: web.Request) -> web.Response:
    query, site = read_query(request, VersionQuery), site_of(request)
    document_id = request.match_info["id"]
    if await site.store.read(document, document_id) is None:
        raise Problem.missing("document")
    page = await site.store.read(list_versions, document_id, cursor=query.cursor or None, limit=query.limit)
    links = Links(site.base)
    items = [version_shape(one, links) for one in page.items]
    return json_answer(request, Listing[VersionShape](items=items, next=page.next))


async def get_version(request: web.Request) -> web.Response:
    found = await _version(request)
    return json_answer(request, version_shape(found, Links(site_of(request).base)))


async def get_version_raw(request: web.Request) -> web.Response:
    """What the server sent. Only ever a download, so that no browser runs it under our name."""
    found = await _version(request)
    body = await _kept(request, raw_bytes, found.id)
    name = f"{found.id}.{_ENDINGS.get(found.media, 'bin')}"
    headers = {**_SANDBOX, "Content-Disposition": f'attachment; filename="{name}"'}
    return answer(request, body, BYTES, tag=found.sha256, cache=FOREVER, headers=headers)


async def get_version_text(request: web.Request) -> web.Response:
    """What was read out of it."""
    found = await _version(request)
    body = await _kept(request, text, found.id)
    data = body.encode("utf-8", "replace")
    return answer(request, data, "text/plain", tag=found.text_sha256, cache=FOREVER, headers=_SANDBOX)


async def _kept(request: web.Request, question: Callable[[Connection, str], T | None], version: str) -> T:
    """What is stored of a version; 410 when it is not any more."""
    try:
        found = await site_of(request).store.read(question, version)
    except PrunedError as error:
        raise Problem(410, str(error)) from error
    if found is None:
        raise Problem.missing("version")
    return found


async def get_change_evidence(request: web.Request) -> web.Response:
    """All that a third person needs to check a change, packed. Only ever a download."""
    site, change_id = site_of(request), request.match_info["id"]
    if await site.store.read(change, change_id) is None:
        raise Problem.missing("change")
    bundle = await site.store.read(evidence_bundle, change_id)
    body = await asyncio.to_thread(bundle.packed)
    headers = {**_SANDBOX, "Content-Disposition": f'attachment; filename="evidence-{change_id}.zip"'}
    return answer(request, body, ZIP, headers=headers)


async def _version(request: web.Request) -> VersionView:
    found = await site_of(request).store.read(version, request.match_info["id"])
    if found is None:
        raise Problem.missing("version")
    return found


ROUTES = (
    Route(
        "GET",
        "/api/v1/changes/{id}/evidence",
        get_change_evidence,
        "Archive, bytes, texts and hashes of both versions, and how to check them (ZIP)",
        "changes",
        ZIP,
        cached=True,
        errors=(404,),
    ),
    Route(
        "GET",
        "/api/v1/companies",
        list_all_companies,
        "The companies on record, by name",
        "record",
        Listing[CompanyShape],
        query=LongPaged,
        cached=True,
    ),
    Route(
        "GET",
        "/api/v1/documents",
        list_read_documents,
        "The pages and posts that were read",
        "record",
        Listing[DocumentShape],
        query=DocumentQuery,
        cached=True,
    ),
    Route(
        "GET",
        "/api/v1/documents/{id}",
        get_document,
        "One document",
        "record",
        DocumentShape,
        cached=True,
        errors=(404,),
    ),
    Route(
        "GET",
        "/api/v1/documents/{id}/versions",
        list_document_versions,
        "Its versions, newest first",
        "record",
        Listing[VersionShape],
        query=VersionQuery,
        cached=True,
        errors=(404,),
    ),
    Route(
        "GET",
        "/api/v1/versions/{id}",
        get_version,
        "One version: when, from where, with which headers and hashes",
        "record",
        VersionShape,
        cached=True,
        errors=(404,),
    ),
    Route(
        "GET",
        "/api/v1/versions/{id}/raw",
        get_version_raw,
        "The bytes as the server sent them, as a download",
        "record",
        BYTES,
        cached=True,
        errors=(404, 410),
    ),
    Route(
        "GET",
        "/api/v1/versions/{id}/text",
        get_version_text,
        "The text that was read out of them",
        "record",
        "text/plain",
        cached=True,
        errors=(404, 410),
    ),
)
