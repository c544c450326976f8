"""Ratios inside one run: ours against what it is measured by, on the same machine, minutes apart at most."""

import os

for _library in ("OMP", "OPENBLAS", "MKL"):
    # As the program does before anything imports numpy: threads that wait for a busy core burn the other one.
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")
