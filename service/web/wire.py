"""The server under the application, and its answers to what never becomes a request of it."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import web
from aiohttp.http_exceptions import LineTooLong

from service.web.problems import Problem, problem_response

LINE_MAX = 1 << 18
"""Bytes of a request line: a list of filters as long as is taken fits, however it is encoded."""
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def make_runner(app: web.Application) -> web.AppRunner:
    """What serves an app to strangers: request lines as long as the longest list of filters that is taken."""
    return _Runner(app, access_log=None, handle_signals=False, shutdown_timeout=2, max_line_size=LINE_MAX)


def secure(response: web.StreamResponse) -> None:
    """The headers that all answers carry; `Server` does not tell of what we are made."""
    for name, value in SECURITY.items():
        response.headers.setdefault(name, value)
    response.headers["Server"] = "onrecord"


class _Protocol(web.RequestHandler):
    """One connection. What is no HTTP is told so like any other error; the application never sees it."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        super().handle_error(
            request, status, exc, message
        )  # which logs it, and raises if half an answer is out
        response = problem_response(Problem(status, _detail(status, exc)))
        secure(response)
        response.force_close()
        return response


def _detail(status: int, exc: BaseException | None) -> str:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "Something went wrong here; it has been logged."
    if isinstance(exc, LineTooLong):
        return "A line of the request is too long."
    return "The request cannot be read as HTTP, or has too many headers."


class _Server(web.Server):
    def __call__(self) -> web.RequestHandler:
        return _Protocol(self, loop=self._loop, **self._kwargs)


class _Runner(web.AppRunner):
    """An application's own server, but for what it makes of a connection: aiohttp has no setting for that."""

    __slots__ = ()

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return _Server(
            made.request_handler, request_factory=made.request_factory, loop=made._loop, **made._kwargs
        )
