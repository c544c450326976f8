"""A server that wants no requests for a while is left alone, whoever asks and however often the program starts."""

from __future__ import annotations

from typing import Any

import pytest

CONFIG = """
[fetch]
allow = ["{host}"]
[[sources]]
name = "requests"
company = "Harborlight"
kind = "page"
url = "{url}/requests"
every = "0.1s"
robots = false
[[sources]]
name = "another"
company = "Harborlight"
kind = "page"
url = "{url}/another"
robots = false
[[sources]]
name = "missing"
company = "Harborlight"
kind = "page"
url = "{url}/missing"
robots = false
"""


@pytest.mark.parametrize("status", [429, 503])
def test_a_pause_outlives_the_program_and_holds_for_the_host(town: Any, onrecord: Any, status: int) -> None:
    onrecord.configure(CONFIG.format(host=town.host, url=town.url))
    place = ("--data-dir", f"data-{status}")
    gone = onrecord("poll", "missing", *place)
    assert (gone.returncode, gone.stdout.startswith("missing OUTCOME=gone (")) == (1, True)
    town.put("/requests", "Busy.", status=status, headers={"Retry-After": "3600"})
    asked = town.asked["/requests"] + 1
    first = onrecord("poll", "requests", *place)
    assert (first.returncode, "requests OUTCOME=backoff (" in first.stdout) == (1, True), first.stdout
    assert str(status) in first.stdout
    again = onrecord("poll", "requests", "another", *place)
    assert again.stdout.count("OUTCOME=backoff (") == 2, again.stdout
    assert (again.returncode, town.asked["/requests"], town.asked["/another"]) == (0, asked, 0)
