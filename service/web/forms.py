"""What browsers send when a button is pressed. No cookie says who is asking: the token comes with the form."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps

from aiohttp import web
from aiohttp.http import HttpProcessingError

from service.web.access import GRANT, check_own_page, check_writer, offer_token
from service.web.bodies import BODY_SECONDS
from service.web.callers import granted
from service.web.paper import HTML
from service.web.problems import Problem
from service.web.routes import Handler, Route
from service.web.site import Site

FILE_MAX = 2 * 2**20
"""Bytes of a form with a file in it."""
_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, slots=True)
class Form:
    """Fields by name: the first value, all values, files."""

    values: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """The value, without outer white space; "" where there is none."""
        return self.values.get(name, "").strip()


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that could not be taken: what was wrong, and what it held, for the page to show it again."""

    problem: Problem
    form: Form


async def read_form(request: web.Request, *, limit: int | None = None) -> Form:
    """The form; Problem 400, 408, 413 or 415. `limit`: bytes, where more than the usual 64 KiB are taken."""
    if request.content_type not in _TYPES:
        raise Problem(415, "The body must be a form.")
    asked = request.clone(client_max_size=limit) if limit else request
    try:
        async with asyncio.timeout(BODY_SECONDS):
            data = await asked.post()
    except TimeoutError as error:
        raise Problem(408, "The form did not come in time.") from error
    except (ValueError, LookupError, HttpProcessingError) as error:
        raise Problem(400, "The form cannot be read.") from error
    texts: dict[str, list[str]] = {}
    files: dict[str, bytes] = {}
    for name, value in data.items():
        if isinstance(value, web.FileField):
            with value.file as file:
                files[name] = file.read()
        elif isinstance(value, str):
            texts.setdefault(name, []).append(value)
    return Form(
        {name: found[0] for name, found in texts.items()},
        {name: tuple(found) for name, found in texts.items()},
        files,
    )


Take = Callable[[web.Request, Form], Awaitable[web.StreamResponse]]
Show = Callable[[web.Request, Refused], Awaitable[web.StreamResponse]]


def taking(show: Show, *, limit: int | None = None) -> Callable[[Take], Handler]:
    """A handler that hands on a form once it is read and its sender may write; what is refused, then or later, is told
    on the page that `show` makes. `limit`: as for `read_form`.
    """

    def around(take: Take) -> Handler:
        @wraps(take)
        async def handle(request: web.Request) -> web.StreamResponse:
            form = Form()
            try:
                form = await read_form(request, limit=limit)
                await check_form(request, form)
                return await take(request, form)
            except Problem as problem:
                return await show(request, Refused(problem, form))

        return handle

    return around


def form_route(path: str, handler: Handler, summary: str, status: int = 200) -> Route:
    """A form of a page. `status`: of the page that is seen once it was taken."""
    return Route(
        "POST",
        path,
        handler,
        f"{summary} (a form with the token in it)",
        "pages",
        HTML,
        status=status,
        errors=(401, 403, 404, 408, 409, 413, 415, 429),
    )


async def check_form(request: web.Request, form: Form) -> None:
    """Problem 401, 403 or 429 unless whoever pressed the button may write, on a page of ours: a browser adds a
    password that it has learnt (Basic) to other sites' forms as well.
    """
    check_own_page(request)
    token = form.get("token")
    if token:
        offer_token(request, token)
        request[GRANT] = await granted(request, token)
    check_writer(request)


def back_to(site: Site, path: str) -> web.Response:
    """Where a browser goes on by GET after a form was taken, so that loading again sends nothing again."""
    return web.Response(status=303, headers={"Location": f"{site.root}{path}", "Cache-Control": "no-store"})
