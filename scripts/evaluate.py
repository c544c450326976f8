"""Prints what the readers reach on the labelled data beside the repository (`make evaluate`)."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

SHARED = Path(__file__).resolve().parents[2] / "shared"
PARTS = (
    "scripts.evaluate_detector",
    "scripts.evaluate_articles",
    "scripts.evaluate_changes",
    "scripts.evaluate_documents",
)


def main() -> int:
    """Each part's report in turn; without the data one line says so and all is well."""
    if not (SHARED / "data").is_dir():
        sys.stdout.write(f"No labelled data at {SHARED}: nothing to evaluate.\n")
        return 0
    for part in PARTS:
        sys.stdout.write(importlib.import_module(part).report(SHARED).rstrip() + "\n\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
