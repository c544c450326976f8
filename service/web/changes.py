"""The API on changes and assurances: what happened, and what stands."""

from __future__ import annotations

import asyncio

from aiohttp import web

from service.diff.contradictions import MOST, contradictions
from service.store.dossier import change_dossier
from service.store.history import AssuranceFilter, list_assurances, list_changes
from service.store.terms import parse_terms
from service.web.answers import json_answer
from service.web.cursors import read_part
from service.web.links import Links
from service.web.present import assurance_shape, change_detail, change_shape
from service.web.problems import Problem
from service.web.query import AssuranceQuery, ChangeQuery, ContradictionQuery, read_query
from service.web.routes import Route
from service.web.shapes import AssuranceShape, ChangeDetail, ChangeShape, ContradictionShape, Listing
from service.web.site import site_of


async def list_recorded_changes(request: web.Request) -> web.Response:
    query, site = read_query(request, ChangeQuery), site_of(request)
    page = await read_part(site.store, list_changes, query.filter(), cursor=query.cursor, limit=query.limit)
    links, terms = Links(site.base), parse_terms(query.q)
    items = [change_shape(change, links, terms) for change in page.items]
    return json_answer(request, Listing[ChangeShape](items=items, next=page.next))


async def get_change(request: web.Request) -> web.Response:
    site = site_of(request)
    dossier = await site.store.read(change_dossier, request.match_info["id"])
    if dossier is None:
        raise Problem.missing("change")
    return json_answer(request, change_detail(dossier, Links(site.base)))


async def list_recorded_assurances(request: web.Request) -> web.Response:
    query, site = read_query(request, AssuranceQuery), site_of(request)
    page = await read_part(
        site.store, list_assurances, query.filter(), cursor=query.cursor, limit=query.limit
    )
    links, terms = Links(site.base), parse_terms(query.q)
    items = [assurance_shape(view, links, terms) for view in page.items]
    return json_answer(request, Listing[AssuranceShape](items=items, next=page.next))


async def list_contradictions(request: web.Request) -> web.Response:
    query, site = read_query(request, ContradictionQuery), site_of(request)
    categories = (query.category,) if query.category else ()
    wanted = AssuranceFilter(companies=(query.company,), categories=categories, as_of=query.as_of)
    said = await site.store.read(list_assurances, wanted, limit=MOST)
    found = await asyncio.to_thread(contradictions, said.items)
    links = Links(site.base)
    items = [
        ContradictionShape(
            company=one.promise.company,
            categories=list(one.categories),
            promise=assurance_shape(one.promise, links),
            other=assurance_shape(one.other, links),
        )
        for one in found
    ]
    return json_answer(request, Listing[ContradictionShape](items=items, next=None))


ROUTES = (
    Route(
        "GET",
        "/api/v1/changes",
        list_recorded_changes,
        "What changed, newest first",
        "changes",
        Listing[ChangeShape],
        query=ChangeQuery,
        cached=True,
    ),
    Route(
        "GET",
        "/api/v1/changes/{id}",
        get_change,
        "One change with both texts, the words that differ, and the evidence",
        "changes",
        ChangeDetail,
        cached=True,
        errors=(404,),
    ),
    Route(
        "GET",
        "/api/v1/assurances",
        list_recorded_assurances,
        "What each company says, now or on a day in the past",
        "assurances",
        Listing[AssuranceShape],
        query=AssuranceQuery,
        cached=True,
    ),
    Route(
        "GET",
        "/api/v1/contradictions",
        list_contradictions,
        "What a company says both ways, now or on a day in the past",
        "assurances",
        Listing[ContradictionShape],
        query=ContradictionQuery,
        cached=True,
    ),
)
