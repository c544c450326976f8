"""The program as somebody gets it: started as a process, with a town on loopback to watch and to tell."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

PROGRAM = Path(sys.executable).with_name("onrecord")
PATIENCE = 60.0
"""Seconds until a wait gives up."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the program answered over HTTP."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def media(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


@dataclass(frozen=True, slots=True)
class Letter:
    """One webhook as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes
    status: int

    @property
    def event(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.body)
        return parsed

    def verified(self, secret: str) -> dict[str, Any]:
        """The event, read by the library that receivers use."""
        Webhook(secret).verify(self.body, self.headers)
        return self.event


@dataclass
class Page:
    """What the town serves at one path."""

    body: bytes
    media: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def welcome(_count: int) -> tuple[int, dict[str, str]]:
    """How a receiver answers that takes everything."""
    return 204, {}


class Town:
    """Pages that change and addresses that take webhooks, served from threads."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: Counter[str] = Counter()
        self.letters: list[Letter] = []
        self.answers: dict[str, Callable[[int], tuple[int, dict[str, str]]]] = {}
        """By path: what is answered to the webhook that is the n-th there."""
        self.changed = threading.Condition()
        town = self

        class Window(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with town.changed:
                    town.asked[self.path] += 1
                    town.changed.notify_all()
                page = town.pages.get(self.path, Page(b"Not here", "text/plain", 404))
                self.reply(page.status, {"Content-Type": page.media, **page.headers}, page.body)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                with town.changed:
                    count = sum(letter.path == self.path for letter in town.letters)
                    status, headers = town.answers.get(self.path, welcome)(count)
                    found = {k.lower(): v for k, v in self.headers.items()}
                    town.letters.append(Letter(self.path, found, body, status))
                    town.changed.notify_all()
                self.reply(status, headers, b"")

            def reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status not in (204, 304):
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Window)
        self.server.daemon_threads = True
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.host}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def put(self, path: str, body: str | bytes, media: str = "text/html; charset=utf-8", **more: Any) -> str:
        self.pages[path] = Page(body.encode() if isinstance(body, str) else body, media, **more)
        return self.url + path

    def until(self, true: Callable[[], Any], patience: float = PATIENCE) -> None:
        """Wait for something that comes true with a request."""
        with self.changed:
            if not self.changed.wait_for(true, patience):
                raise TimeoutError(f"after {patience} s: {self.asked}, {len(self.letters)} letters")

    def polled(self, path: str, times: int = 3) -> None:
        goal = self.asked[path] + times
        self.until(lambda: self.asked[path] >= goal)

    def taken(self, path: str) -> list[Letter]:
        """The letters to one address that it answered with 2xx."""
        return [letter for letter in self.letters if letter.path == path and letter.status < 300]


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    made = Town()
    yield made
    made.server.shutdown()
    made.server.server_close()


class Onrecord:
    """The installed program in a directory of its own; `environ` is all it finds there of ONRECORD_…"""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environ: dict[str, str] = {}
        self.daemon: subprocess.Popen[bytes] | None = None
        self.address = ""

    def __call__(
        self, *arguments: str, given: str | bytes = b"", **environ: str
    ) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        done = subprocess.run(
            [PROGRAM, *arguments],
            cwd=self.home,
            env=self._environment(environ),
            input=given.encode() if isinstance(given, str) else given,
            capture_output=True,
            timeout=120,
            check=False,
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    def _environment(self, more: dict[str, str]) -> dict[str, str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("ONRECORD_")}
        return {**clean, **self.environ, **more}

    def configure(self, text: str, name: str = "onrecord.toml") -> None:
        (self.home / name).write_text(text, encoding="utf-8")

    def start(self, *arguments: str) -> None:
        """Start the daemon and wait until it is ready."""
        with (self.home / "log").open("ab") as log:
            self.daemon = subprocess.Popen(
                [PROGRAM, "run", *(arguments or ("--listen", "127.0.0.1:0"))],
                cwd=self.home,
                env=self._environment({}),
                stdout=subprocess.PIPE,
                stderr=log,
            )
        assert self.daemon.stdout is not None
        line = self.daemon.stdout.readline().decode()
        self.address = line.rpartition("http://")[2].strip().rstrip("/")
        assert self.address, (self.home / "log").read_text()[-2000:]
        self.until(lambda: self.get("/readyz").status == 200)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send the signal; returns the exit code. More than 10 s is a failure."""
        assert self.daemon is not None
        self.daemon.send_signal(number)
        code = self.daemon.wait(timeout=10)
        assert self.daemon.stdout is not None
        self.daemon.stdout.close()
        self.daemon = None
        return code

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        """One request; a `body` that is no bytes goes as JSON. Header names with `_` for `-`."""
        connection = HTTPConnection(self.address, timeout=30)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            sent = {"Content-Type": "application/json", **sent}
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Reply:
        return self.ask("GET", path, **headers)

    def items(self, path: str) -> list[dict[str, Any]]:
        """Every item of a list, page by page to the end."""
        found: list[dict[str, Any]] = []
        glue = "&" if "?" in path else "?"
        answer = self.get(path)
        while True:
            assert answer.status == 200, answer.body
            found += answer.json["items"]
            if not answer.json["next"]:
                return found
            answer = self.get(f"{path}{glue}cursor={answer.json['next']}")

    def until(self, true: Callable[[], Any], patience: float = PATIENCE) -> None:
        """Wait for something that the program has to come to by itself."""
        end = time.monotonic() + patience
        while not true():
            if time.monotonic() > end:
                raise TimeoutError((self.home / "log").read_text()[-2000:])
            time.sleep(0.05)


@pytest.fixture(scope="module")
def onrecord(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Onrecord]:
    made = Onrecord(tmp_path_factory.mktemp("onrecord"))
    yield made
    if made.daemon is not None:
        made.stop(signal.SIGKILL)
