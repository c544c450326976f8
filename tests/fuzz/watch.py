"""One target in a process of its own, with a limit on memory and on the time of each input."""

from __future__ import annotations

import argparse
import hashlib
import mmap
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any
from unittest.mock import patch

from tests.fuzz import ledger
from tests.fuzz.mutate import CORPUS, TOKENS, inputs

LONGEST = 5.0
"""Seconds of CPU that one input may take."""
MEMORY = 1 << 30
"""Bytes of address space beyond what the imports took; the same as a worker of the program gets."""
MOST_FAILED = 20
MOST = 1 << 16
"""Bytes of an input made here; larger ones are for `test_growth`."""


class HangError(BaseException):
    """An input took too long. No Exception, so that no target swallows it."""


def _ring(_: int, __: FrameType | None) -> None:
    raise HangError


class Last:
    """The input that is being tried, in a file: a native crash leaves nothing else behind.

    Its length in decimals and a line end, then its bytes. Mapped: opening a file for each input takes
    ten times as long as most targets do.
    """

    def __init__(self, path: Path) -> None:
        path.write_bytes(bytes(MOST + 32))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), 0)

    def put(self, data: bytes) -> None:
        """Before it is tried."""
        said = b"%d\n%b" % (len(data), data[:MOST])
        self._map[: len(said)] = said


def guarded(run: Callable[[bytes], object], keep: Path) -> Callable[[bytes], None]:
    """`run` under the clock; an input that fails is kept, and told."""
    last = Last(keep / "last")

    def one(data: bytes) -> None:
        last.put(data)
        signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
        try:
            run(data)
        except BaseException as error:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            if isinstance(error, KeyboardInterrupt):
                raise
            name = keep / f"{type(error).__name__}-{hashlib.sha256(data).hexdigest()[:12]}"
            name.write_bytes(data)
            sys.stderr.write(f"FOUND {name}\n{_brief(error)}\n")
            raise
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    return one


def _brief(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)[-4:])[-3000:]


def limit() -> None:
    """No more memory than a worker has; a bell for inputs that take too long."""
    signal.signal(signal.SIGVTALRM, _ring)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


class Tally:
    """Feeds a target until its CPU seconds are used up or twenty inputs have failed; goes on after each of them."""

    def __init__(self, one: Callable[[bytes], None], seconds: float) -> None:
        self._one, self._seconds = one, seconds
        self._began = time.process_time()
        self.runs = self.found = 0
        self._seen: set[str] = set()

    @property
    def over(self) -> bool:
        """Whether that is enough."""
        return time.process_time() - self._began > self._seconds or self.found >= MOST_FAILED

    def feed(self, data: bytes) -> None:
        """One input."""
        self.runs += 1
        try:
            self._one(data)
        except (Exception, HangError) as error:
            frames = traceback.extract_tb(error.__traceback__)
            file = frames[-1].filename.rpartition("/")[2]
            self._seen.add(f"{type(error).__name__} at {file}:{frames[-1].lineno}")
            self.found += 1

    def tell(self, name: str, folder: Path) -> None:
        """Write down what was done, and say it in a line, and a line for each place that failed."""
        seconds = time.process_time() - self._began
        line = ledger.add(folder, name, seconds, self.runs, self.found)
        said = (f"{name}: {seconds / 60:.1f} CPU min and {self.runs:,} inputs now, {line.seconds / 60:.1f} and "
                f"{line.inputs:,} in all; {self.found} failed now")  # fmt: skip
        print("\n  ".join([said, *sorted(self._seen)]), flush=True)


def mutating(tally: Tally, name: str, seed: int) -> None:
    """Inputs made without looking where they lead."""
    for data in inputs(name, seed, MOST):
        if tally.over:
            return
        tally.feed(data)


def covering(atheris: Any, tally: Tally, name: str, keep: Path, corpus: Path) -> None:
    """By atheris: inputs that reach new code are kept in `corpus`/`name` and changed further. Never returns."""
    grown = corpus / name
    grown.mkdir(parents=True, exist_ok=True)
    words = keep / "words"
    words.write_text("".join(f'"{_escaped(token)}"\n' for token in TOKENS))
    options = [
        f"-max_len={MOST}",
        "-timeout=600",
        "-rss_limit_mb=2560",
        f"-artifact_prefix={keep}/",
        f"-dict={words}",
        "-verbosity=0",
        "-detect_leaks=0",
    ]

    def one(data: bytes) -> None:
        tally.feed(data)
        if tally.over:  # libFuzzer itself counts seconds of the day only
            tally.tell(name, corpus)
            os._exit(1 if tally.found else 0)

    folders = [str(grown), *([str(CORPUS / name)] if (CORPUS / name).is_dir() else [])]
    atheris.Setup([sys.argv[0], *options, *folders], one)
    atheris.Fuzz()


def _escaped(token: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in token)


def light() -> None:
    """Leave out the encoder's layers: they take nine tenths of the time of all that reads, and do not branch."""
    patch(
        "service.statements.detection.encoder._apply", lambda layer, x, hidden, kept=None: x[:, :kept]
    ).start()


def load(atheris: Any) -> dict[str, Callable[[bytes], object]]:
    """The targets, their code instrumented where atheris is there."""
    if atheris is None:
        found: dict[str, Callable[[bytes], object]] = import_module("tests.fuzz.targets").TARGETS
        return found
    with atheris.instrument_imports(include=["watchers", "service", "notifiers", "feedparser"]):
        return load(None)


def main() -> int:
    """Fuzz one target: python -m tests.fuzz.watch NAME --seconds N [--atheris]."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--atheris", action="store_true")
    parser.add_argument("--keep", type=Path, default=Path("build/fuzz"))
    parser.add_argument("--corpus", type=Path, default=Path("build/fuzz/corpus"))
    asked = parser.parse_args()
    keep = asked.keep / asked.name
    keep.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    atheris = import_module("atheris") if asked.atheris else None
    targets = load(atheris)
    light()
    limit()
    one = guarded(targets[asked.name], keep)
    tally = Tally(one, asked.seconds)
    if atheris is not None:
        covering(atheris, tally, asked.name, keep, asked.corpus)
    mutating(tally, asked.name, asked.seed)
    tally.tell(asked.name, asked.corpus)
    return 1 if tally.found else 0


if __name__ == "__main__":
    raise SystemExit(main())
