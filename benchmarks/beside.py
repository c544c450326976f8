"""Runs a peer beside us, in the environment that `make bench` sets up for them."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".bench" / "bin" / "python"


def peer(*arguments: str) -> float | None:
    """What `benchmarks/peers.py` printed; None where the environment is not there."""
    if not PYTHON.exists():
        return None
    ran = subprocess.run(
        [str(PYTHON), str(ROOT / "benchmarks" / "peers.py"), *arguments],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(ran.stdout.split()[-1])
