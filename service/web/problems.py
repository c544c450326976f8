"""What is answered when a request cannot be served: problem details (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aiohttp import web

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """A request that is answered with an error. `facts` go into the answer beside the detail."""

    def __init__(
        self, status: int, detail: str, *, headers: Mapping[str, str] | None = None, **facts: Any
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.facts = status, detail, facts
        self.headers = dict(headers or {})

    @classmethod
    def parameter(cls, name: str, detail: str) -> Problem:
        """400 for a query parameter."""
        return cls(400, f"{name}: {detail}", parameter=name)

    @classmethod
    def missing(cls, what: str) -> Problem:
        """404; `what` such as "change"."""
        return cls(404, f"There is no such {what}.")


def title_of(status: int) -> str:
    """The status in words."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def problem_response(problem: Problem) -> web.Response:
    """As problem details."""
    body = {
        "type": "about:blank",
        "title": title_of(problem.status),
        "status": problem.status,
        "detail": problem.detail,
        **problem.facts,
    }
    response = web.Response(
        body=json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"),
        status=problem.status,
        content_type=MEDIA_TYPE,
        headers=problem.headers,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def from_http(error: web.HTTPException) -> Problem:
    """What aiohttp raises (unknown path, wrong method, too large) as a problem."""
    headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
    details = {
        404: "There is nothing at this address.",
        405: f"This address takes {error.headers.get('Allow', 'other methods')} only.",
        413: "The body is larger than 64 KiB.",
    }
    return Problem(error.status, details.get(error.status, error.reason), headers=headers)
