"""The installed program among faults: a town to watch and to tell, and a page that makes a promise."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.acceptance.conftest import Onrecord, Town

SECRET = "whsec_" + "c2FsdG1hcnNoIHNhbHRtYXJzaCBzYWx0"
PROMISE = "<p>We notify users before we disclose their data to law enforcement.</p>"
WEAKER = "<p>We notify users before we disclose their data to law enforcement, unless a court forbids it.</p>"
ADDED = "<p>We have never given any government direct access to our servers.</p>"

Begin = Callable[..., Onrecord]


@pytest.fixture
def town() -> Iterator[Town]:
    made = Town()
    made.put("/promise", PROMISE)
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def begin(tmp_path: Path, town: Town) -> Iterator[Begin]:
    """Start the program on the promise, and wait for its baseline. `data`: where the record is to be kept."""
    made = Onrecord(tmp_path)

    def start(data: Path | str = "data", database: str = "sqlite") -> Onrecord:
        made.configure(
            f"""data_dir = "{data}"
database = "{database}"
catalogue = false
workers = 1
[http]
listen = "127.0.0.1:0"
[fetch]
allow = ["{town.host}"]
[defaults]
confirm = "0s"
[deliver]
schedule = ["0.3s", "0.3s", "0.3s", "0.3s", "0.3s", "0.3s", "0.3s", "0.3s", "0.3s"]
[[sources]]
name = "promise"
company = "Harborlight"
kind = "page"
url = "{town.url}/promise"
every = "0.2s"
[[notify]]
kind = "webhook"
url = "{town.url}/hook"
secret = "{SECRET}"
"""
        )
        made.start()
        town.polled("/promise")
        made.until(lambda: made.items("/api/v1/assurances"))
        return made

    yield start
    if made.daemon is not None:
        made.stop(signal.SIGKILL)


@pytest.fixture
def command(tmp_path: Path) -> Onrecord:
    """The program, for commands that end."""
    return Onrecord(tmp_path)


def kinds_told(town: Town) -> list[str]:
    """What arrived, each event once, in order."""
    told = {
        letter.headers["webhook-id"]: letter.verified(SECRET)["data"].get("kind", "")
        for letter in town.taken("/hook")
    }
    return list(told.values())
