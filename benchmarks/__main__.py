"""`python -m benchmarks`: every ratio, one line each."""

from __future__ import annotations

import subprocess
import sys

from benchmarks import changed, deliveries, growth, history, polls, queries, reading, storage
from service.process.logs import configure

FEEDS = 1000


def say(line: str) -> None:
    """One line of the result."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Start the server, measure, stop it."""
    configure(quiet=True)
    reading.feeds(say)
    storage.unchanged(say)
    reading.pages(say)
    reading.sentences(say)
    deliveries.ratios(say)
    queries.ratios(say)
    history.ratios(say)
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.server", str(FEEDS)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        for kind in ("feed", "plain"):
            polls.ratio(port, FEEDS, kind, say)
        changed.ratio(port, say)
        growth.polls(port, say)
        growth.memory(port, say)
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main()
