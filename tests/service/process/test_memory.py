"""What large bodies took is given back when they are gone, whatever small things were made meanwhile."""

from __future__ import annotations

import subprocess
import sys

import pytest

_BODIES = """
import psutil
from service.process.memory import settle_memory

def held():
    return psutil.Process().memory_full_info().uss

def bodies():
    b"".join([b"x" * (8 << 20)])
    large, small = [], []
    for _ in range(20):
        large.append(b"x" * (4 << 20))
        small.append(b"x" * 100_000)
    return small

settle_memory()
before = held()
kept = bodies()
print(held() - before >> 20)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the allocator of another system")
def test_bodies_that_are_gone_take_no_memory() -> None:
    said = subprocess.run([sys.executable, "-c", _BODIES], capture_output=True, text=True, check=True)
    assert int(said.stdout) < 8, f"{said.stdout.strip()} MiB of 80 are still held"
