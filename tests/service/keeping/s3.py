"""As much of S3 as is asked of it, on loopback."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import md5

from aiohttp import web

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
_KEY = re.compile(r"<Key>([^<]+)</Key>")


@dataclass
class S3:
    """PUT and GET of whole objects by path, lists, and deleting many at once.

    `age`: how old what is put is said to be.
    """

    objects: dict[str, bytes] = field(default_factory=dict)
    ages: dict[str, timedelta] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    failing: bool = False
    age: timedelta = timedelta()

    @property
    def blobs(self) -> dict[str, bytes]:
        """Without the signs that records leave."""
        return {path: body for path, body in self.objects.items() if "/records/" not in path}

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(f"{request.method} {request.path}")
        if self.failing:
            return web.Response(status=403, text="<Error><Code>AccessDenied</Code></Error>")
        if request.method == "PUT":
            self.objects[request.path] = await request.read()
            self.ages[request.path] = self.age
        if request.method == "POST" and "delete" in request.query:
            return self._delete(request.path, await request.text())
        if "list-type" in request.query:
            return self._list(request.path.rstrip("/"), request.query.get("prefix", ""))
        body = self.objects.get(request.path)
        if body is None:
            return web.Response(status=404, text="<Error><Code>NoSuchKey</Code></Error>")
        headers = {
            "ETag": f'"{md5(body).hexdigest()}"',  # noqa: S324 - S3's own
            "Last-Modified": "Sun, 01 Mar 2026 12:00:00 GMT",
        }
        return web.Response(body=b"" if request.method == "PUT" else body, headers=headers)

    def _list(self, bucket: str, prefix: str) -> web.Response:
        found = "".join(
            f"<Contents><Key>{path.removeprefix(bucket + '/')}</Key><Size>{len(body)}</Size>"
            f"<LastModified>{NOW - self.ages[path]:%Y-%m-%dT%H:%M:%S.000Z}</LastModified><ETag>x</ETag></Contents>"
            for path, body in sorted(self.objects.items())
            if path.startswith(f"{bucket}/{prefix}")
        )
        return _xml(f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>")

    def _delete(self, bucket: str, asked: str) -> web.Response:
        keys = _KEY.findall(asked)
        for key in keys:
            self.objects.pop(f"{bucket.rstrip('/')}/{key}", None)
        gone = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
        return _xml(f"<DeleteResult>{gone}</DeleteResult>")


def _xml(text: str) -> web.Response:
    return web.Response(text=text, content_type="application/xml")
