"""`make torture`, in twenty rounds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_twenty_kills_lose_nothing() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.torture", "20"],
        cwd=ROOT, capture_output=True, text=True, timeout=1200, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.count("nothing lost") == 5
