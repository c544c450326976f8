"""The whole errand of a watcher: 500 pages of which one in a hundred has changed, by us and by urlwatch and webchanges.

`python -m benchmarks.errand [FOLDER…]`: folders with their commands, beside `.bench/bin`. Theirs are run again for each
round, as they are made to be; ours is one round of the daemon, workers included.
"""

from __future__ import annotations

import asyncio
import os
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.beside import PYTHON
from benchmarks.changed import publish, rounds
from service.process.logs import configure

PAGES, CHANGED, ROUNDS = 500, 5, 3
GOAL = 0.25
OPTIONS = {
    "urlwatch": ("--urls", "jobs.yaml", "--config", "c.yaml", "--hooks", "h.py", "--cache", "s.db"),
    "webchanges": ("--jobs", "jobs.yaml", "--config", "c.yaml", "--hooks", "h.py", "--database", "s.db"),
}


async def ours(port: int) -> float:
    """CPU seconds of a round, the best of `ROUNDS`; in each, every change is found and told."""
    took = []
    for seconds, told, looks in await rounds(port, "notice", PAGES, ROUNDS):
        if (told, looks) != (CHANGED, PAGES):
            raise AssertionError(f"{told} events of {CHANGED} changes on {looks} pages")
        took.append(seconds)
    return min(took)


def theirs(command: Path, port: int) -> float:
    """The same of a command that is run for each round."""
    with tempfile.TemporaryDirectory() as folder:
        jobs = (f"name: p{n}\nurl: http://127.0.0.1:{port}/notice/{n}\n" for n in range(PAGES))
        (Path(folder) / "jobs.yaml").write_text("---\n".join(jobs))
        took = []
        for version in range(ROUNDS + 1):
            publish(port, version)
            before = _ended()
            ran = subprocess.run(
                [str(command), *OPTIONS[command.name]],
                cwd=folder,
                env={**os.environ, "HOME": folder, "COLUMNS": "200", "TERM": "dumb"},
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
            )
            took.append(_ended() - before)
            found = set(re.findall(r"CHANGED: (p\d+)", ran.stdout))
            if version and len(found) != CHANGED:
                raise AssertionError(f"{command.name}: {len(found)} of {CHANGED} found: {ran.stdout[-500:]}")
    return min(took[1:])


def _ended() -> float:
    """CPU seconds of ended children so far."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def ratios(port: int, say: Callable[[str], None], *folders: Path) -> None:
    """Measure all that are there."""
    commands = [folder / name for folder in (PYTHON.parent, *folders) for name in OPTIONS]
    best = {one.name: theirs(one, port) for one in commands if one.exists()}
    own = asyncio.run(ours(port))
    said = "".join(f"{name} {took:.2f} s, " for name, took in best.items())
    ratio = (
        f": ratio {own / min(best.values()):.2f} (goal {GOAL})"
        if best
        else " (urlwatch and webchanges are not here)"
    )
    say(f"CPU for {PAGES} pages of which {CHANGED} changed: {said}onrecord {own:.2f} s{ratio}")


def main() -> None:
    """Start the server, measure, stop it."""
    configure(quiet=True)
    command = [sys.executable, "-m", "benchmarks.server", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            ratios(int(server.stdout.readline()), print, *map(Path, sys.argv[1:]))
        finally:
            server.kill()


if __name__ == "__main__":
    main()
