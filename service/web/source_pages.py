"""The pages on what is watched: health at a glance, one source, and the buttons that change the catalogue."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from aiohttp import web

from service.catalogue import CatalogueError, read_opml
from service.model import Role, SourceKind, SourceSpec
from service.store.evidence import list_documents, list_sources
from service.store.looks import Look, recent_looks
from service.store.views import SourceView
from service.store.watchlist import add_source, force, retire_source, source_specs
from service.web.access import may_write
from service.web.answers import REVALIDATE
from service.web.forms import FILE_MAX, Form, Refused, back_to, form_route, taking
from service.web.links import part
from service.web.paper import page_route, print_page
from service.web.problems import Problem
from service.web.site import Site, site_of
from service.web.sources import find_source, watch_source
from watchers.errors import Refused as GuardRefused

IMPORT = "/sources/import"
_LOOKS = 100
"""Of the last so many, those in a row that came to the same are one line."""
_FIELDS = ("name", "url", "kind", "role", "company", "every", "confirm", "grace", "select")
_DONE = {
    "added": "It is watched from now on; its first look is the baseline.",
    "removed": "It is watched no more. What it showed stays on record.",
    "polled": "It is being looked at. Load the page again to see what came of it.",
    "imported": "The list was taken.",
}


@dataclass(frozen=True, slots=True)
class Health:
    """The catalogue at a glance."""

    groups: tuple[tuple[str, tuple[SourceView, ...]], ...]
    """By state, those that need attention first."""
    reasons: tuple[tuple[str, int], ...]
    """Why sources fail, the most common first."""
    total: int
    answered: int
    """How many have answered at least once."""
    failing: int
    waiting: int


def survey(sources: Sequence[SourceView]) -> Health:
    """Sort the catalogue by what needs attention."""
    order = ("failing", "gone", "waiting", "ok")
    groups = tuple((state, tuple(s for s in sources if s.state == state)) for state in order)
    reasons = Counter(s.reason for s in sources if s.state in ("failing", "gone"))
    return Health(
        groups=tuple(group for group in groups if group[1]),
        reasons=tuple(reasons.most_common()),
        total=len(sources),
        answered=sum(s.last_success_at is not None for s in sources),
        failing=sum(s.state in ("failing", "gone") for s in sources),
        waiting=sum(s.state == "waiting" for s in sources),
    )


@dataclass(frozen=True, slots=True)
class Stretch:
    """Looks in a row that came to the same."""

    first: datetime
    last: datetime
    count: int
    outcome: str
    status: int | None
    reason: str


def stretches(looks: Iterable[Look]) -> list[Stretch]:
    """Newest first, as the looks are."""
    rows = (
        (key, list(group))
        for key, group in groupby(looks, lambda look: (look.outcome, look.status, look.reason))
    )
    return [Stretch(group[-1].at, group[0].at, len(group), *key) for key, group in rows]


async def show_sources(request: web.Request) -> web.Response:
    return await _catalogue_page(request)


async def show_source(request: web.Request) -> web.Response:
    """One source: how it fares, its last looks, its documents."""
    return await _source_page(request)


async def _import(site: Site, body: bytes) -> tuple[int, int]:
    if not body:
        raise Problem.parameter("file", "choose an OPML file")
    try:
        specs = await asyncio.to_thread(read_opml, body, every=site.defaults.every)
        for spec in specs:
            site.guard.check_url(spec.url)
    except CatalogueError as error:
        raise Problem.parameter("file", str(error)) from error
    except GuardRefused as error:
        raise Problem.parameter("file", f"{spec.name}: {error}") from error
    have = {spec.name for spec in await site.store.read(source_specs)}
    fresh = [spec for spec in specs if spec.name not in have]
    await _add_all(site, fresh)
    return len(fresh), len(specs) - len(fresh)


async def _add_all(site: Site, specs: Sequence[SourceSpec]) -> None:
    for spec in specs:
        await site.store.write(add_source, spec, site.clock())
    if specs:
        site.poll_now()


async def _catalogue_page(request: web.Request, refused: Refused | None = None) -> web.Response:
    site = site_of(request)
    return await print_page(
        request,
        "sources.html",
        status=refused.problem.status if refused else 200,
        cache="no-store" if refused else REVALIDATE,
        health=survey(await site.store.read(list_sources)),
        ready=site.ready(),
        asks_token=asks_token(request),
        refused=refused,
        given=refused.form.values if refused else {},
        done=_done(request),
        kinds_of_source=[kind.value for kind in SourceKind],
        roles=[role.value for role in Role],
    )


async def _source_page(request: web.Request, refused: Refused | None = None) -> web.Response:
    site = site_of(request)
    found = await find_source(site, request.match_info["name"])
    documents = await site.store.read(list_documents, sources_named=(found.name,), limit=100)
    return await print_page(
        request,
        "source.html",
        status=refused.problem.status if refused else 200,
        cache="no-store" if refused else REVALIDATE,
        source=found,
        looks=stretches(await site.store.read(recent_looks, found.name, _LOOKS)),
        documents=documents,
        asks_token=asks_token(request),
        refused=refused,
        done=_done(request),
    )


def asks_token(request: web.Request) -> bool:
    """Whether forms need a field for the token: nobody types what this machine's own user need not have."""
    return not may_write(request)


def _done(request: web.Request) -> str:
    told = _DONE.get(request.query.get("done", ""), "")
    added, known = request.query.get("added", ""), request.query.get("known", "")
    if told and added.isdecimal() and known.isdecimal():
        return f"{told} {int(added[:6])} added, {int(known[:6])} known already."
    return told


@taking(_catalogue_page)
async def add_by_form(request: web.Request, form: Form) -> web.StreamResponse:
    """Watch one more, as the form describes it."""
    data: dict[str, object] = {name: form.get(name) for name in _FIELDS if form.get(name)}
    spec = await watch_source(site_of(request), data)
    return back_to(site_of(request), f"/sources/{part(spec.name)}?done=added")


@taking(_catalogue_page, limit=FILE_MAX)
async def import_by_form(request: web.Request, form: Form) -> web.StreamResponse:
    """Add the feeds of an OPML file; those known by name are left as they are."""
    added, known = await _import(site_of(request), form.files.get("file", b""))
    return back_to(site_of(request), f"/sources?done=imported&added={added}&known={known}")


@taking(_source_page)
async def poll_by_form(request: web.Request, _form: Form) -> web.StreamResponse:
    """Look at it as soon as possible."""
    site, name = site_of(request), request.match_info["name"]
    if not await site.store.write(force, name, site.clock()):
        raise Problem.missing("source")
    site.poll_now()
    return back_to(site, f"/sources/{part(name)}?done=polled")


@taking(_source_page)
async def remove_by_form(request: web.Request, _form: Form) -> web.StreamResponse:
    """Watch it no more; what it showed stays on record."""
    site, name = site_of(request), request.match_info["name"]
    if not await site.store.write(retire_source, name):
        raise Problem.missing("source")
    return back_to(site, "/sources?done=removed")


ROUTES = (
    page_route("/sources", show_sources, "What is watched, and how it fares"),
    page_route("/sources/{name}", show_source, "One source, its last looks and its documents"),
    form_route("/sources", add_by_form, "Watch one more source"),
    form_route(IMPORT, import_by_form, "Add the feeds of an OPML file"),
    form_route("/sources/{name}/poll", poll_by_form, "Poll a source"),
    form_route("/sources/{name}/remove", remove_by_form, "Stop watching a source"),
)
