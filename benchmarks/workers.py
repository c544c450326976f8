"""`python -m benchmarks.workers`: unchanged polls of one and of four workers on one PostgreSQL (Debian: postgresql)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg

from benchmarks.postgres import Server, serve

HOSTS, PER_HOST = 100, 3
SOURCES = HOSTS * PER_HOST
WINDOW = 20.0
"""Seconds in which looks are counted."""
PATIENCE = 600.0


def measure(say: Callable[[str], None]) -> None:
    """Looks a second and CPU a look, everything but the watched server included; a fresh record for each."""
    with serve() as server, _pages() as port:
        for workers in (1, 4):
            rate, spent = _run(server, port, workers)
            say(
                f"PostgreSQL, {workers} worker{'s' if workers > 1 else ''}, {SOURCES} pages on {HOSTS} hosts: "
                f"{rate:,.0f} unchanged polls a second, {spent * 1000:.1f} ms CPU each (database included)"
            )


@contextmanager
def _pages() -> Iterator[int]:
    command = [sys.executable, "-m", "benchmarks.server", "1", "0.0.0.0"]  # noqa: S104 - 127.0.0.1 to 127.0.0.100
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as pages:
        assert pages.stdout is not None
        try:
            yield int(pages.stdout.readline())
        finally:
            pages.kill()


def _run(server: Server, port: int, workers: int) -> tuple[float, float]:
    database = server.database()
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "onrecord.toml"
        config.write_text(_config(database, port, Path(folder)), encoding="utf-8")
        command = [sys.executable, "-m", "service", "run", "--config", str(config), "--role"]
        started: list[subprocess.Popen[bytes]] = []
        try:
            for role in ["scheduler", *["worker"] * workers]:
                quiet = subprocess.DEVNULL
                started.append(subprocess.Popen([*command, role], stdout=quiet, stderr=quiet))
                _until(
                    database, "SELECT to_regclass('polls') IS NOT NULL AND to_regclass('holds') IS NOT NULL"
                )
            _until(database, f"SELECT count(DISTINCT watch_id) >= {SOURCES} FROM polls")  # noqa: S608 - a number
            return _count(database, server, [psutil.Process(one.pid) for one in started])
        finally:
            for one in started:
                one.terminate()
            for one in started:
                one.wait()


def _until(database: str, question: str) -> None:
    """Wait until the record says yes."""
    deadline = time.monotonic() + PATIENCE
    while not _one(database, question):
        if time.monotonic() > deadline:
            raise TimeoutError(question)
        time.sleep(1)


def _count(database: str, server: Server, processes: list[psutil.Process]) -> tuple[float, float]:
    looks = "SELECT count(*) FROM polls"
    before, spent, began = _one(database, looks), _spent(server, processes), time.monotonic()
    time.sleep(WINDOW)
    done = _one(database, looks) - before
    return done / (time.monotonic() - began), (_spent(server, processes) - spent) / done


def _one(database: str, query: str) -> int:
    with psycopg.connect(database, autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
    return int(row[0]) if row is not None else 0


def _spent(server: Server, processes: list[psutil.Process]) -> float:
    """CPU seconds of these, their children and the database so far."""
    roots = [
        *processes,
        *(
            one
            for one in psutil.process_iter(["name", "cmdline"])
            if one.info["name"] == "postgres" and str(server.port) in (one.info["cmdline"] or ())
        ),
    ]
    total = 0.0
    for one in {*roots, *(child for root in roots for child in root.children(recursive=True))}:
        with suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def _config(database: str, port: int, folder: Path) -> str:
    sources = "".join(
        f'[[sources]]\nname = "s{n}"\ncompany = "Quillnet"\nkind = "page"\nrobots = false\n'
        f'url = "http://127.0.0.{n % HOSTS + 1}:{port}/tiny/{n}"\n'
        for n in range(SOURCES)
    )
    return (
        f'data_dir = "{folder / "data"}"\ndatabase = "{database}"\nworkers = 1\n'
        f'[fetch]\nallow = ["127.0.0.0/8"]\n[defaults]\nevery = "0.1s"\n{sources}'
    )


def main() -> None:
    """Print one line a number of workers."""
    measure(lambda line: print(line, flush=True))


if __name__ == "__main__":
    main()
