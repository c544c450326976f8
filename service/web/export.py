"""Everything that a filter lets through in one file: CSV for spreadsheets, JSON Lines for programs."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from aiohttp import web

from service.store.history import list_assurances, list_changes
from service.web.cursors import read_part
from service.web.links import Links
from service.web.present import assurance_shape, change_shape
from service.web.query import LIMIT_MAX, AssuranceChoice, ChangeChoice, read_query
from service.web.routes import Route
from service.web.shapes import AssuranceShape, ChangeShape
from service.web.site import Site, site_of

CSV = "text/csv"
LINES = "application/jsonl"
CHANGE_COLUMNS = (
    "id", "observed", "kind", "company", "categories", "source", "old_text", "old_exception", "new_text",
    "new_exception", "speaker", "speaker_role", "attribution", "score", "reason", "note", "announced", "last_seen",
    "document_title", "document_url", "version", "previous_version", "link", "evidence",
)  # fmt: skip
ASSURANCE_COLUMNS = (
    "id", "company", "categories", "status", "text", "exception", "speaker", "speaker_role", "attribution", "score",
    "since", "first_seen", "until", "last_seen", "checked", "source", "document_title", "document_url", "evidence",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Row = dict[str, Any]


async def export_changes_csv(request: web.Request) -> web.StreamResponse:
    return await _send(request, "changes.csv", CSV, _table(_changes(request), CHANGE_COLUMNS, _change_row))


async def export_changes_jsonl(request: web.Request) -> web.StreamResponse:
    return await _send(request, "changes.jsonl", LINES, _lines(_changes(request)))


async def export_assurances_csv(request: web.Request) -> web.StreamResponse:
    rows = _table(_assurances(request), ASSURANCE_COLUMNS, _assurance_row)
    return await _send(request, "assurances.csv", CSV, rows)


async def export_assurances_jsonl(request: web.Request) -> web.StreamResponse:
    return await _send(request, "assurances.jsonl", LINES, _lines(_assurances(request)))


async def _changes(request: web.Request) -> AsyncIterator[list[ChangeShape]]:
    site, wanted = site_of(request), read_query(request, ChangeChoice).filter()
    async for part in _parts(site, list_changes, wanted):
        yield [change_shape(change, Links(site.base)) for change in part]


async def _assurances(request: web.Request) -> AsyncIterator[list[AssuranceShape]]:
    site, wanted = site_of(request), read_query(request, AssuranceChoice).filter()
    async for part in _parts(site, list_assurances, wanted):
        yield [assurance_shape(view, Links(site.base)) for view in part]


async def _parts(site: Site, function: Callable[..., Any], wanted: object) -> AsyncIterator[Sequence[Any]]:
    """Part by part, so that neither memory nor a snapshot is held for long."""
    cursor = ""
    while True:
        page: Any = await read_part(site.store, function, wanted, cursor=cursor, limit=LIMIT_MAX)
        yield page.items
        if page.next is None:
            return
        cursor = page.next


async def _lines(parts: AsyncIterator[Sequence[ChangeShape | AssuranceShape]]) -> AsyncIterator[bytes]:
    async for part in parts:
        yield "".join(f"{shape.model_dump_json(by_alias=True)}\n" for shape in part).encode(
            "utf-8", "replace"
        )


async def _table(
    parts: AsyncIterator[Sequence[Any]], columns: Sequence[str], row_of: Callable[[Any], Row]
) -> AsyncIterator[bytes]:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns)
    writer.writeheader()
    async for part in parts:
        writer.writerows({name: _cell(value) for name, value in row_of(shape).items()} for shape in part)
        yield buffer.getvalue().encode("utf-8", "replace")
        buffer.seek(0)
        buffer.truncate()


def _cell(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula is marked as text (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _change_row(shape: ChangeShape) -> Row:
    plain = shape.model_dump(mode="json")
    old, new, document, speaker = (plain[name] or {} for name in ("old", "new", "document", "speaker"))
    kept = (
        "id",
        "observed",
        "kind",
        "company",
        "source",
        "score",
        "reason",
        "note",
        "announced",
        "last_seen",
    )
    return {name: plain[name] for name in kept} | {
        "categories": " ".join(plain["categories"]),
        "old_text": old.get("text", ""),
        "old_exception": old.get("exception", ""),
        "new_text": new.get("text", ""),
        "new_exception": new.get("exception", ""),
        **_spoken(speaker),
        **_placed(document),
        "version": document["version"],
        "previous_version": document["previous_version"],
        "link": plain["links"]["change"],
        "evidence": plain["links"]["evidence"],
    }


def _assurance_row(shape: AssuranceShape) -> Row:
    plain = shape.model_dump(mode="json")
    kept = (
        "id", "company", "status", "text", "exception", "score", "since", "first_seen", "until", "last_seen",
        "checked", "source",
    )  # fmt: skip
    return {name: plain[name] for name in kept} | {
        "categories": " ".join(plain["categories"]),
        **_spoken(plain["speaker"]),
        **_placed(plain["document"]),
        "evidence": plain["links"]["evidence"],
    }


def _spoken(speaker: Row) -> Row:
    return {
        "speaker": speaker["name"], "speaker_role": speaker["role"], "attribution": speaker["attribution"],
    }  # fmt: skip


def _placed(document: Row) -> Row:
    return {"document_title": document["title"], "document_url": document["url"]}


async def _send(
    request: web.Request, name: str, media_type: str, chunks: AsyncIterator[bytes]
) -> web.StreamResponse:
    """As a download. What is wrong with the question is said before the first byte."""
    first = await anext(chunks, b"")
    response = web.StreamResponse(
        headers={
            "Content-Type": f"{media_type}; charset=utf-8",
            "Content-Disposition": f'attachment; filename="onrecord-{name}"',
            "Cache-Control": "no-cache",
        }
    )
    await response.prepare(request)
    if request.method == "HEAD":
        return response
    await response.write(first)
    async for chunk in chunks:
        await response.write(chunk)
    return response


def _route(path: str, handler: Any, what: str, tag: str, media_type: str, query: Any) -> Route:
    return Route("GET", path, handler, what, tag, media_type, query=query)


_ALL = "All that the filters let through, as"
ROUTES = (
    _route("/api/v1/changes.csv", export_changes_csv, f"{_ALL} CSV", "changes", CSV, ChangeChoice),
    _route(
        "/api/v1/changes.jsonl", export_changes_jsonl, f"{_ALL} JSON Lines", "changes", LINES, ChangeChoice
    ),
    _route(
        "/api/v1/assurances.csv", export_assurances_csv, f"{_ALL} CSV", "assurances", CSV, AssuranceChoice
    ),
    _route(
        "/api/v1/assurances.jsonl",
        export_assurances_jsonl,
        f"{_ALL} JSON Lines",
        "assurances",
        LINES,
        AssuranceChoice,
    ),
)
