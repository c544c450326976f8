"""Responses: bytes with an entity tag, answered with 304 where the asker has them already."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime

from aiohttp import web
from pydantic import BaseModel

REVALIDATE = "no-cache"
"""May be kept, but is asked about each time."""
PERSONAL = "private, no-cache"
"""The same, but not by a cache that several people share."""
FOREVER = "public, max-age=31536000, immutable"


def answer(
    request: web.Request,
    body: bytes,
    media_type: str,
    *,
    status: int = 200,
    tag: str = "",
    modified: datetime | None = None,
    cache: str = REVALIDATE,
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    """200 with `body`, or 304 (RFC 9110, 13.2.2: If-None-Match first, then If-Modified-Since).

    `tag` is the entity tag without quotes; by default a hash of the body.
    """
    tag = tag or hashlib.sha256(body).hexdigest()[:32]
    known = {"ETag": f'"{tag}"', "Cache-Control": cache}
    if modified is not None:
        known["Last-Modified"] = format_datetime(modified.replace(microsecond=0), usegmt=True)
    if status == 200 and _has(request, tag, modified):
        return web.Response(status=304, headers=known)
    text = media_type.startswith(("text/", "application/atom")) or media_type == "image/svg+xml"
    return web.Response(
        body=body,
        status=status,
        content_type=media_type,
        charset="utf-8" if text else None,
        headers={**(headers or {}), **known},
    )


def json_answer(
    request: web.Request,
    shape: BaseModel,
    *,
    status: int = 200,
    media_type: str = "application/json",
    modified: datetime | None = None,
    cache: str = REVALIDATE,
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    """A shape as JSON, aliases for names, nulls included."""
    body = shape.model_dump_json(by_alias=True).encode("utf-8", "replace")
    return answer(request, body, media_type, status=status, modified=modified, cache=cache, headers=headers)


def has_tag(request: web.Request, tag: str) -> bool:
    """Whether the asker has what `tag` (without quotes) stands for."""
    if "If-None-Match" not in request.headers:
        return False
    return any(etag.value in (tag, "*") for etag in request.if_none_match or ())


def _has(request: web.Request, tag: str, modified: datetime | None) -> bool:
    if "If-None-Match" in request.headers:
        return has_tag(request, tag)
    since = request.if_modified_since
    return modified is not None and since is not None and modified.replace(microsecond=0) <= since
