"""What fuzzing has come to: CPU time, inputs and failures of each target, in a file beside the inputs that are kept."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

FILE = "ledger.json"
LOCK = ".ledger.lock"


@dataclass(frozen=True, slots=True)
class Line:
    """One target: CPU seconds, inputs and those that failed; `since`: CPU seconds since one failed."""

    seconds: float = 0.0
    inputs: int = 0
    failed: int = 0
    since: float = 0.0

    def plus(self, seconds: float, inputs: int, failed: int) -> Self:
        """With another run."""
        since = 0.0 if failed else self.since + seconds
        return type(self)(self.seconds + seconds, self.inputs + inputs, self.failed + failed, since)


def read(folder: Path) -> dict[str, Line]:
    """The lines by target; none where there is no ledger."""
    path = folder / FILE
    if not path.exists():
        return {}
    found: Mapping[str, Mapping[str, float]] = json.loads(path.read_text())
    return {
        name: Line(line["seconds"], int(line["inputs"]), int(line["failed"]), line["since"])
        for name, line in found.items()
    }


def add(folder: Path, name: str, seconds: float, inputs: int, failed: int) -> Line:
    """Write a run down; the target's line with it. Runners side by side wait for each other."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lines = read(folder)
        lines[name] = line = lines.get(name, Line()).plus(seconds, inputs, failed)
        draft = folder / f"{FILE}.new"
        draft.write_text(json.dumps({name: asdict(line) for name, line in sorted(lines.items())}, indent=1))
        draft.replace(folder / FILE)
    return line


def table(folder: Path, names: Iterable[str]) -> Iterator[str]:
    """A line for each target, and their sum."""
    lines = read(folder)
    rows = [(name, lines.get(name, Line())) for name in names]
    every = [line for _, line in rows]
    rows.append(("all", Line(sum(e.seconds for e in every), sum(e.inputs for e in every),
                             sum(e.failed for e in every), min(e.since for e in every))))  # fmt: skip
    yield f"{'target':12}{'CPU min':>9}{'inputs':>12}{'failed':>8}{'CPU min since':>15}"
    for name, line in rows:
        yield f"{name:12}{line.seconds / 60:9.1f}{line.inputs:12,}{line.failed:8}{line.since / 60:15.1f}"
