"""What `check` and `diff` read: a URL, a file, or "-" for what comes in."""

from __future__ import annotations

import asyncio
import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

from service.cli.program import Refusal, standard_input
from watchers.errors import WatchError
from watchers.fetch import Fetcher
from watchers.guard import Guard
from watchers.markdown import is_markdown
from watchers.model import Document, Fetched, FetchRules
from watchers.parse import read_any

_MEDIA = {
    ".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml", ".pdf": "application/pdf",
    ".md": "text/markdown", ".markdown": "text/markdown", ".txt": "text/plain", ".asc": "text/plain",
    ".xml": "application/xml", ".rss": "application/rss+xml", ".atom": "application/atom+xml",
    ".json": "application/json",
}  # fmt: skip


def read_target(target: str) -> tuple[Document, ...]:
    """The documents of one target (several if it is a feed); Refusal names what is wrong with it."""
    if not target:
        raise Refusal("a target is empty; name a URL, a file, or - for what comes in")
    try:
        if target.startswith(("http://", "https://")):
            return _read_url(target)
        if "://" in target and not Path(target).exists():
            raise Refusal(f"{target}: only http:// and https:// can be asked; a file is named by its path")
        return _read_file(target)
    except WatchError as error:
        raise Refusal(f"{target}: {error.message}") from error


def _read_file(target: str) -> tuple[Document, ...]:
    if target == "-":
        body = standard_input().read()
        return read_any(body, url="", media_type="text/markdown" if is_markdown(body) else "", name="-")
    path = Path(target)
    try:
        body = path.read_bytes()
    except OSError as error:
        raise Refusal(f"{target}: {error.strerror or error}") from error
    return read_any(
        body, url=path.resolve().as_uri(), media_type=_MEDIA.get(path.suffix.lower(), ""), name=path.name
    )


def _read_url(target: str) -> tuple[Document, ...]:
    fetched = asyncio.run(_fetch(target))
    return read_any(
        fetched.body,
        url=fetched.final_url,
        media_type=fetched.media_type,
        charset=fetched.charset,
        name=urlsplit(fetched.final_url).path.rpartition("/")[2],
    )


async def _fetch(target: str) -> Fetched:
    allow = _typed(target)
    async with Fetcher(FetchRules(allow=allow), guard=Guard(allow)) as fetcher:
        answer = await fetcher.get(target)
    if not isinstance(answer, Fetched):
        raise Refusal(f"{target}: the server says 304 to a request without a condition")
    return answer


def _typed(target: str) -> tuple[str, ...]:
    """A private address that the user typed may be asked; where it redirects to may not."""
    try:
        parts = urlsplit(target)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return ()
    host = parts.hostname or ""
    if host == "localhost":
        return (f"127.0.0.1:{port}", f"[::1]:{port}")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return ()
    return (f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}",)
