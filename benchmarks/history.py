"""A real history imported: what it costs beside git's own walk over it, and what it takes on disk beside git's pack.

python -m benchmarks.history [BUNDLE]
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

BUNDLE = Path(__file__).resolve().parents[2] / "shared/data/policy-history.bundle"
WALKS = 3


def ratios(say: Callable[[str], None], bundle: Path = BUNDLE) -> None:
    """Print the three ratios; one line says so where there is no bundle."""
    if not bundle.exists():
        say(f"no history at {bundle}: nothing to import")
        return
    with tempfile.TemporaryDirectory() as folder:
        repo, data = Path(folder) / "repo.git", Path(folder) / "data"
        _run(["git", "clone", "--quiet", "--bare", str(bundle), str(repo)])
        _run(["git", "-C", str(repo), "gc", "--quiet", "--aggressive", "--prune=now"])
        ref = _newest(repo)
        walk = min(_run(["git", "-C", str(repo), "log", "-p", "--word-diff", ref]) for _ in range(WALKS))
        whole = _run([sys.executable, "-m", "service", "import", "git", str(repo), "--data-dir", str(data)])
        pack = sum(file.stat().st_size for file in repo.glob("objects/pack/*.pack"))
        say(
            f"import git takes {whole:.1f} CPU seconds, {whole / walk:.1f} times (goal 6) "
            f"what `git log -p --word-diff` takes ({walk:.2f} s)"
        )
        blobs, record = _blobs(data), sum(file.stat().st_size for file in data.iterdir())
        say(
            f"after it: blobs {blobs / pack:.2f} (goal 0.7), the data directory {record / pack:.2f} (goal 3) "
            f"of git's pack of {pack / 1e6:.2f} MB"
        )


def _run(command: Sequence[str]) -> float:
    """User and system seconds of a command and all that it waited for."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} failed: {said.decode(errors='replace').strip()}")
    return used.ru_utime + used.ru_stime


def _newest(repo: Path) -> str:
    """The branch's name: the bundle's HEAD names none."""
    found = subprocess.check_output(
        ["git", "-C", str(repo), "for-each-ref", "--format=%(refname)"], text=True
    )
    return found.split()[0]


def _blobs(data: Path) -> int:
    with sqlite3.connect(data / "onrecord.sqlite") as connection:
        return int(connection.execute("SELECT sum(length(data)) FROM blobs").fetchone()[0])


if __name__ == "__main__":
    ratios(lambda line: print(line, flush=True), *map(Path, sys.argv[1:]))
