"""A PostgreSQL server of our own in a temporary directory, for tests and measurements."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

import psycopg

DEBIAN = Path("/usr/lib/postgresql")
HOW = "there is no PostgreSQL server here: apt-get install postgresql"


class Server:
    """Listens on loopback only. `database()` makes an empty database and gives its address."""

    def __init__(self, programs: Path, folder: Path, owner: str | None) -> None:
        self._programs, self._folder, self._owner = programs, folder, owner
        self.port = _free_port()
        self._numbers = count(1)

    def begin(self) -> None:
        """Make its files and start it."""
        self._run("initdb", "-D", self._data, "-U", "onrecord", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.start()

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {self._folder} -c max_connections=200 -c fsync=off"
        log = str(self._folder / "server.log")
        self._run("pg_ctl", "-D", self._data, "-l", log, "-o", options, "-w", "-t", "60", "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop it: "fast" closes connections, "immediate" is a crash."""
        self._run("pg_ctl", "-D", self._data, "-m", mode, "-w", "stop")

    def database(self, like: str = "") -> str:
        """The address of a new database, empty or a copy of the one at `like`, which nobody may hold open."""
        name, model = f"record{next(self._numbers)}", like.rpartition("/")[2] or "template1"
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {model}".encode())
        return self._url(name)

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def _url(self, database: str) -> str:
        return f"postgresql://onrecord@127.0.0.1:{self.port}/{database}"

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._programs / program), *arguments],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=self._owner,
            cwd="/",
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )


def find_programs() -> Path | None:
    """Where `initdb` and `pg_ctl` are, the newest first; None: nowhere."""
    for folder in [*sorted(DEBIAN.glob("*/bin"), reverse=True), *map(Path, os.get_exec_path())]:
        if all((folder / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
            return folder
    return None


@contextmanager
def serve() -> Iterator[Server]:
    """A running server; LookupError says how to get one where there is none."""
    programs = find_programs()
    owner = _stranger() if os.geteuid() == 0 else None
    if programs is None or owner == "":
        raise LookupError(HOW)
    folder = Path(mkdtemp(prefix="onrecord-pg-"))
    if owner:
        shutil.chown(folder, owner)
    server = Server(programs, folder, owner)
    try:
        server.begin()
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _stranger() -> str:
    """PostgreSQL does not run as root: whom to be instead."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    return ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
