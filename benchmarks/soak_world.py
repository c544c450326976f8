"""A thousand sources on loopback that change, and fail in a dozen ways, by a plan that both sides know.

Run as `python -m benchmarks.soak_world`; prints its port. What `/page/N` and `/feed/N` answer follows from N and the
round that `/round/R` has set last. `POST /hook` takes webhooks and fails in some rounds; `/hooks` lists the ids that
it took, `/shown` for each N the versions that it showed in answers without a fault.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
from collections import defaultdict
from random import Random

WINDOW = 3
"""Rounds that a fault lasts."""
SHARE = 0.12
"""Of the windows of a source, those with a fault."""
SPACING = 32
"""Rounds between two changes of one source: longer than any fault and the wait after it."""
HOOK_DOWN = 0.2
FAULTS = (
    "error", "unavailable", "reset", "cut", "garbage", "missing", "empty", "loop", "challenge", "bomb", "unasked",
    "half",
)  # fmt: skip
_CHALLENGE = b"<html><head><title>Just a moment...</title></head><body>Checking your browser.</body></html>"
_FILLER = (
    "Quillnet of district {n} keeps the notes of small choirs, in a cupboard that stands in a dry cellar. "
)


def version(number: int, turn: int) -> int:
    """How often the source has changed by then. A negative round is calm: as the one before it was, without a fault."""
    return ((turn if turn >= 0 else -turn - 1) + 7 * number) // SPACING


def fault(number: int, turn: int) -> str:
    """What is wrong with it, "" for nothing. The first two rounds are good."""
    if turn < 2:
        return ""
    dice = Random(f"{number}/{turn // WINDOW}")  # noqa: S311 -- a plan, no secret
    return dice.choice(FAULTS) if dice.random() < SHARE else ""


def page(number: int, turn: int) -> bytes:
    """A page; its one figure is its version."""
    count = 100 + version(number, turn)
    return (
        f"<!doctype html><html><head><title>Requests {number}</title></head><body><main><h1>Requests</h1>"
        f"<p>{_FILLER.format(n=number) * 3}</p><p>We will notify you before we disclose your data to law enforcement."
        f"</p><p>In 2025 we received {count} requests for user data from government agencies.</p></main></body></html>"
    ).encode()


def feed(number: int, turn: int) -> bytes:
    """A feed of as many posts as it has versions; each says something new."""
    posts = "".join(
        f"<item><title>Report {n}</title><guid isPermaLink='false'>{number}-{n}</guid><description>"
        f"&lt;p&gt;In {1900 + n} we received {200 + n} requests for user data from government agencies.&lt;/p&gt;"
        f"</description></item>"
        for n in range(version(number, turn), -1, -1)
    )
    return f"<rss version='2.0'><channel><title>Choir {number}</title>{posts}</channel></rss>".encode()


class _Answerer(asyncio.Protocol):
    turn = 0
    took: set[str] = set()  # noqa: RUF012 -- shared by all connections, on purpose
    shown: defaultdict[int, set[int]] = defaultdict(set)  # noqa: RUF012 -- as above

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._buffer = transport, b""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].decode("latin-1")
            length = next((int(v) for k, _, v in (x.partition(":") for x in head.split("\r\n")[1:])
                           if k.lower() == "content-length"), 0)  # fmt: skip
            if len(self._buffer) < end + 4 + length:
                return
            self._buffer = self._buffer[end + 4 + length :]
            self._answer(head)

    def _answer(self, head: str) -> None:
        fields = {k.lower(): v.strip() for k, _, v in (x.partition(":") for x in head.split("\r\n")[1:])}
        kind, _, rest = head.split(" ", 2)[1].strip("/").partition("/")
        if kind == "round":
            _Answerer.turn = int(rest)
            self._send(b"ok")
        elif kind == "hook":
            self._hook(fields["webhook-id"])
        elif kind == "hooks":
            self._send(json.dumps(sorted(self.took)).encode())
        elif kind == "shown":
            self._send(json.dumps({n: sorted(versions) for n, versions in self.shown.items()}).encode())
        elif kind in ("page", "feed"):
            self._source(kind, int(rest.partition("/")[0]), fields)
        else:
            self._send(b"", "404 Not Found")

    def _hook(self, id_: str) -> None:
        if Random(f"hook/{self.turn}").random() < HOOK_DOWN:  # noqa: S311 -- a plan, no secret
            self._send(b"", "503 Service Unavailable")
            return
        self.took.add(id_)
        self._send(b"")

    def _source(self, kind: str, number: int, fields: dict[str, str]) -> None:
        trouble, tag = fault(number, self.turn), f'"{number}-{version(number, self.turn)}"'
        body = page(number, self.turn) if kind == "page" else feed(number, self.turn)
        if trouble:
            self._misbehave(trouble, body, number)
        elif fields.get("if-none-match") == tag:
            self._transport.write(f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode())
        else:
            self.shown[number].add(version(number, self.turn))
            self._send(
                body, media="text/html" if kind == "page" else "application/rss+xml", more=f"ETag: {tag}\r\n"
            )

    def _misbehave(self, trouble: str, body: bytes, number: int) -> None:
        write = self._transport.write
        match trouble:
            case "error":
                self._send(b"<p>oops</p>", "500 Internal Server Error")
            case "unavailable":
                self._send(b"", "503 Service Unavailable")
            case "missing":
                self._send(b"<p>gone?</p>", "404 Not Found")
            case "reset":
                self._transport.abort()
            case "cut":
                write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body))
                write(body[: len(body) // 2])
                self._transport.close()
            case "half":
                self._send(body[: len(body) // 3])
            case "garbage":
                self._send(bytes(range(256)) * 20)
            case "empty":
                self._send(b"")
            case "loop":
                self._send(b"", "302 Found", more=f"Location: /page/{number}/{number}\r\n")
            case "challenge":
                self._send(_CHALLENGE)
            case "bomb":
                self._send(gzip.compress(bytes(4 << 20)), more="Content-Encoding: gzip\r\n")
            case _:
                write(b"HTTP/1.1 304 Not Modified\r\n\r\n")

    def _send(self, body: bytes, status: str = "200 OK", media: str = "text/html", more: str = "") -> None:
        self._transport.write(
            f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\n{more}Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )


async def main() -> None:
    """Serve until killed."""
    server = await asyncio.get_running_loop().create_server(_Answerer, "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
