"""`onrecord poll` run again and again, as cron does, is no restart of the daemon."""

from __future__ import annotations

from typing import Any

PAGE = "<main><h1>Requests</h1><p>We {} users before we disclose their data to a government.</p></main>"
CONFIG = """
[fetch]
allow = ["{host}"]
[deliver]
schedule = []
[[sources]]
name = "requests"
company = "Harborlight"
kind = "page"
url = "{url}/requests"
[[notify]]
kind = "webhook"
url = "{url}/gone"
[[notify]]
kind = "webhook"
url = "{url}/well"
"""


def test_whoever_was_switched_off_stays_so(town: Any, onrecord: Any) -> None:
    onrecord.configure(CONFIG.format(host=town.host, url=town.url))
    town.answers["/gone"] = lambda _: (410, {})
    for words in ("notify", "may notify", "do not notify"):
        town.put("/requests", PAGE.format(words))
        ran = onrecord("poll", "requests")
        assert (ran.returncode, "Traceback" in ran.stderr) == (0, False), ran.stderr
    assert sum(letter.path == "/gone" for letter in town.letters) == 1
    told = [letter.event["type"].rpartition(".")[2] for letter in town.taken("/well")]
    assert told.count("disabled") == 1
    assert told.count("weakened") == 2
