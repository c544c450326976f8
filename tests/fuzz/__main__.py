"""Fuzz every target for so many minutes of CPU: python -m tests.fuzz [--minutes N] [--corpus DIR] [TARGET…].

By atheris where that is installed, else by changing the corpus without looking where it leads. Inputs that fail are
kept under build/fuzz/TARGET/, those that reached new code under DIR/TARGET/, where the next call goes on. Exit 1 if one
failed. `--ledger DIR` fuzzes nothing and prints what all calls with that DIR came to.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from tests.fuzz.ledger import table
from tests.fuzz.names import NAMES

KEEP = Path("build/fuzz")
NATIVE = "the process died; its input is in"


def main() -> int:
    """One child a target, one after the other."""
    parser = argparse.ArgumentParser()
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    parser.add_argument("--minutes", type=float, default=0.2)
    parser.add_argument("--corpus", type=Path, default=KEEP / "corpus", metavar="DIR")
    parser.add_argument("--ledger", type=Path, metavar="DIR")
    asked = parser.parse_args()
    if asked.ledger:
        print("\n".join(table(asked.ledger, NAMES)))
        return 0
    if unknown := set(asked.targets) - set(NAMES):
        parser.error(f"no such target: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    guided = importlib.util.find_spec("atheris") is not None
    print(f"{'atheris' if guided else 'mutations only (atheris is not installed)'}, "
          f"{asked.minutes:g} CPU min a target", flush=True)  # fmt: skip
    failed = [
        name for name in asked.targets or NAMES if not _fuzz(name, 60 * asked.minutes, guided, asked.corpus)
    ]
    print(f"failed: {', '.join(failed)}; see {KEEP}" if failed else "no crash, no hang")
    return 1 if failed else 0


def _fuzz(name: str, seconds: float, guided: bool, corpus: Path) -> bool:
    """Whether it came through."""
    command = [sys.executable, "-m", "tests.fuzz.watch", name, "--seconds", str(seconds), "--keep", str(KEEP)]
    command += ["--corpus", str(corpus)]
    done = subprocess.run(
        [*command, *(["--atheris"] if guided else [])],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    print(done.stdout.strip() or f"{name}: died", flush=True)
    if done.returncode:
        at = done.stderr.find("FOUND")
        print(
            done.stderr[at:][:2000] if at >= 0 else f"{done.stderr[-1500:]}\n{NATIVE} {KEEP / name / 'last'}"
        )
    return done.returncode == 0


if __name__ == "__main__":
    raise SystemExit(main())
