"""The contract's HTTP and webhooks, kept by one daemon through changes, odd questions and a restart."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote

import pytest

pytestmark = pytest.mark.slow

SECRET = "whsec_" + "c2FsdG1hcnNoIHNhbHRtYXJzaCBzYWx0"
WOLF = "Øresund Wölfe & Søn 株式会社"
FILLER = "Harborlight runs a messaging service. Our offices are in Tern Bay, next to the old mill."
NEVER = (
    "Harborlight has never received a National Security Letter or any other secret order for customer data."
)
NOTICE = "We will notify affected users before we disclose their data to any government agency."
UNLESS = NOTICE.replace("agency.", "agency, unless we are legally prohibited from doing so.")
COURT = "We disclose the content of messages to law enforcement only in response to a valid search warrant."
FIGURE = "In 2024 we received 12 requests for user data from law enforcement."
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def page(*sentences: str) -> str:
    body = "".join(f"<p>{s}</p>" for s in (FILLER, *sentences))
    return (
        f"<html><head><title>Requests</title></head><body><main><h1>Requests</h1>{body}</main></body></html>"
    )


@pytest.fixture(scope="module")
def between(town: Any, onrecord: Any) -> Iterator[float]:
    """The record after one round of changes; gives a moment before it, in seconds since 1970."""
    town.put("/requests", page(NEVER, NOTICE, COURT, FIGURE))
    town.put("/wolf", f"# Requests\n\n{NOTICE}\n\n{COURT}\n", "text/markdown; charset=utf-8")
    town.put("/broken", "oops", status=500)
    onrecord.configure(
        f"""
[fetch]
allow = ["{town.host}"]
[defaults]
every = "0.3s"
confirm = "0s"
[deliver]
schedule = ["0.2s", "0.2s"]
[[sources]]
name = "requests"
company = "Harborlight"
kind = "page"
url = "{town.url}/requests"
[[sources]]
name = "wölfe"
company = "{WOLF}"
kind = "page"
url = "{town.url}/wolf"
[[sources]]
name = "broken"
company = "Quillnet"
kind = "page"
url = "{town.url}/broken"
[[notify]]
kind = "webhook"
url = "{town.url}/hook"
secret = "{SECRET}"
"""
    )
    town.answers["/hook"] = lambda count: (503 if count == 0 else 204, {})
    onrecord.start()
    town.polled("/requests")
    town.polled("/wolf")
    onrecord.until(lambda: len(onrecord.items("/api/v1/assurances")) == 6)
    moment = time.time()
    town.put("/requests", page(UNLESS, COURT, FIGURE.replace("12", "31")))
    town.put("/wolf", f"# Requests\n\n{COURT}\n\nWe will challenge every order in court.\n", "text/markdown")
    town.until(lambda: len(town.taken("/hook")) >= 5)
    onrecord.until(lambda: len(onrecord.items("/api/v1/changes")) == 5)
    yield moment
    assert onrecord.stop() == 0


@pytest.mark.usefixtures("between")
def test_webhooks_are_cloud_events_signed_and_in_order(town: Any, onrecord: Any) -> None:
    first, second = town.letters[0], town.letters[1]
    assert (first.status, first.headers["webhook-id"], first.body) == (
        503,
        second.headers["webhook-id"],
        second.body,
    )
    events = [letter.verified(SECRET) for letter in town.taken("/hook")]
    assert [event["sequence"] for event in events] == ["1", "2", "3", "4", "5"]
    for letter, event in zip(town.taken("/hook"), events, strict=True):
        assert letter.headers["content-type"].startswith("application/cloudevents+json")
        assert letter.headers["webhook-id"] == event["id"]
        assert event["specversion"] == "1.0"
        assert event["datacontenttype"] == "application/json"
        assert MOMENT.fullmatch(event["time"])
        data = event["data"]
        assert event["type"] == f"onrecord.assurance.{data['kind']}"
        assert event["subject"] == data["company"]
        assert event["source"] in ("/sources/requests", f"/sources/{quote('wölfe')}")
        assert set(data["speaker"]) == {"name", "role", "attribution"}
        assert {"url", "title", "published", "observed", "version", "previous_version"} <= set(
            data["document"]
        )
        assert (data["old"] is None) == (data["kind"] == "new")
        assert (data["new"] is None) == (data["kind"] == "withdrawn")
        assert data["links"]["change"].startswith(f"http://{onrecord.address}/")
        assert data["links"]["evidence"].startswith(f"http://{onrecord.address}/")
    weak = next(event["data"] for event in events if event["data"]["kind"] == "weakened")
    assert weak["old"] == {"text": NOTICE, "exception": ""}
    assert weak["new"] == {"text": UNLESS, "exception": "unless we are legally prohibited from doing so"}


@pytest.mark.usefixtures("between")
@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("", 5),
        ("kind=new", 1),
        ("kind=withdrawn&kind=new", 3),
        ("kind=withdrawn,new", 3),
        ("company=HARBORLIGHT", 3),
        (f"company={quote(WOLF)}", 2),
        (f"company={quote(WOLF)}&kind=new", 1),
        ("company=nobody", 0),
        ("company=", 5),
        ("category=notice", 2),
        ("category=never&kind=withdrawn&company=harborlight", 1),
        (f"source={quote('wölfe')}", 2),
        ("since=2000-01-01", 5),
        ("until=2000-01-01", 0),
        ("since=2000-01-01&until=1999-01-01", 0),
        ("since=9999-12-31", 0),
        ("until=9999-12-31", 5),
        ("since=2000-01-01T00:00:00%2B05:30", 5),
        ("q=challenge%20court", 1),
        ("q=%22", 0),
        ("limit=500", 5),
    ],
)
def test_filters_of_changes(onrecord: Any, question: str, count: int) -> None:
    everything = onrecord.items(f"/api/v1/changes?{question}")
    assert len(everything) == count
    assert [c["observed"] for c in everything] == sorted((c["observed"] for c in everything), reverse=True)
    if "limit" not in question:
        one_by_one = onrecord.items(f"/api/v1/changes?{question}&limit=1")
        assert [c["id"] for c in one_by_one] == [c["id"] for c in everything]


@pytest.mark.usefixtures("between")
@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/api/v1/changes?limit=0", "limit"),
        ("/api/v1/changes?limit=501", "limit"),
        ("/api/v1/changes?limit=many", "limit"),
        ("/api/v1/changes?cursor=zzz", "cursor"),
        ("/api/v1/changes?kind=newer", "kind"),
        ("/api/v1/changes?category=nope", "category"),
        ("/api/v1/changes?since=yesterday", "since"),
        ("/api/v1/changes?since=2026-13-01", "since"),
        ("/api/v1/changes?colour=red", "colour"),
        ("/api/v1/changes?q=%00", "q"),
        ("/api/v1/assurances?as_of=now", "as_of"),
        ("/api/v1/assurances?as_of=20261125", "as_of"),
        ("/api/v1/assurances?as_of=2026-W48-3", "as_of"),
        ("/api/v1/assurances?status=old", "status"),
        ("/feeds/changes.atom?kind=newer", "kind"),
        ("/api/v1/documents?limit=-1", "limit"),
    ],
)
def test_wrong_parameters_are_named(onrecord: Any, path: str, parameter: str) -> None:
    answer = onrecord.get(path)
    assert (answer.status, answer.media) == (400, "application/problem+json")
    assert answer.json["parameter"] == parameter
    assert answer.json["status"] == 400


def test_as_of(onrecord: Any, between: float) -> None:
    def said(question: str) -> set[str]:
        return {one["text"] for one in onrecord.items(f"/api/v1/assurances?{question}")}

    def at(seconds: float, offset: str) -> str:
        return "as_of=" + quote(time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".999999{offset}")

    now = {UNLESS, COURT, FIGURE.replace("12", "31"), "We will challenge every order in court."}
    then = {NEVER, NOTICE, COURT, FIGURE}
    assert said("") == said("status=current") == said("as_of=2100-01-01") == now
    assert said(at(between - 1, "Z")) == said(at(between - 1 + 5400, "+01:30")) == then
    assert said(at(between - 1 - 7200, "-02:00")) == then
    assert said("as_of=1969-01-01") == said("as_of=0001-01-01") == set()
    assert said("status=withdrawn") == {NEVER, NOTICE}
    assert said(at(between - 1, "Z") + "&status=withdrawn") == set()
    assert said(at(between - 1, "Z") + f"&company={quote(WOLF)}&category=notice") == {NOTICE}


@pytest.mark.usefixtures("between")
def test_every_version_keeps_its_evidence(town: Any, onrecord: Any) -> None:
    documents = onrecord.items("/api/v1/documents?limit=1")
    assert {d["company"] for d in documents} >= {"Harborlight", WOLF}
    (one,) = [d for d in documents if d["source"] == "requests"]
    newest, oldest = onrecord.items(f"/api/v1/documents/{one['id']}/versions?limit=1")
    raw = onrecord.get(f"/api/v1/versions/{newest['id']}/raw")
    assert raw.body == town.pages["/requests"].body
    assert hashlib.sha256(raw.body).hexdigest() == newest["sha256"]
    assert NEVER.encode() in onrecord.get(f"/api/v1/versions/{oldest['id']}/raw").body
    text = onrecord.get(f"/api/v1/versions/{oldest['id']}/text")
    assert (text.media, NEVER in text.body.decode()) == ("text/plain", True)
    assert onrecord.ask("HEAD", f"/api/v1/versions/{newest['id']}/raw").body == b""
    assert onrecord.get(f"/api/v1/versions/{newest['id']}").json["id"] == newest["id"]


@pytest.mark.usefixtures("between")
def test_one_change_with_its_differences(onrecord: Any) -> None:
    (weak,) = onrecord.items("/api/v1/changes?kind=weakened")
    found = onrecord.get(f"/api/v1/changes/{weak['id']}").json
    parts = found["diff"]
    assert "".join(p["text"] for p in parts if p["op"] != "insert") == NOTICE == found["old"]["text"]
    assert "".join(p["text"] for p in parts if p["op"] != "delete") == UNLESS == found["new"]["text"]
    path = found["links"]["evidence"].partition(onrecord.address)[2]
    assert onrecord.get(path).status == 200


@pytest.mark.usefixtures("between")
@pytest.mark.parametrize(
    ("path", "media"),
    [
        ("/", "text/html"),
        ("/sources", "text/html"),
        ("/companies", "text/html"),
        (f"/companies/{quote(WOLF, safe='')}", "text/html"),
        ("/feeds/changes.atom", "application/atom+xml"),
        ("/feeds/changes.json", "application/feed+json"),
        ("/feeds/changes.json?kind=new&company=harborlight", "application/feed+json"),
        ("/api/v1/companies", "application/json"),
        ("/api/v1/sources", "application/json"),
        ("/api/v1/subscriptions", "application/json"),
        ("/healthz", "application/json"),
        ("/readyz", "application/json"),
        ("/metrics", "text/plain"),
        ("/openapi.json", "application/json"),
    ],
)
def test_addresses_answer_get_and_head_and_name_what_they_take(onrecord: Any, path: str, media: str) -> None:
    got, head = onrecord.get(path), onrecord.ask("HEAD", path)
    assert (got.status, got.media) == (head.status, head.media) == (200, media)
    assert head.body == b""
    wrong = onrecord.ask("PATCH", path)
    assert wrong.status == 405
    assert {"GET", "HEAD"} <= set(wrong.headers["allow"].split(","))


@pytest.mark.usefixtures("between")
@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/changes/chg_x",
        "/api/v1/versions/x/raw",
        "/api/v1/documents/%20/versions",
        "/api/v1/sources/nix",
        "/api/v1/subscriptions/nix/deliveries",
        "/api/v1/nix",
        "/api/v2/changes",
    ],
)
def test_what_is_not_there_is_a_problem(onrecord: Any, path: str) -> None:
    answer = onrecord.get(path)
    assert answer.status == 404
    if path.startswith("/api/v1/"):
        assert (answer.media, answer.json["status"]) == ("application/problem+json", 404)


@pytest.mark.usefixtures("between")
def test_health_of_each_source(onrecord: Any) -> None:
    found = {one["name"]: one for one in onrecord.items("/api/v1/sources")}
    assert found["broken"]["last_success"] is None
    assert "500" in found["broken"]["last_error"]
    assert MOMENT.fullmatch(found["requests"]["last_success"])
    assert all(MOMENT.fullmatch(one["next_poll"]) for one in found.values())


@pytest.mark.usefixtures("between")
def test_sources_come_and_go(town: Any, onrecord: Any) -> None:
    town.put("/more", page(COURT))
    given = {"name": "mehr", "kind": "page", "url": f"{town.url}/more", "company": "Zwölf", "every": "1h"}
    assert onrecord.ask("POST", "/api/v1/sources", given).status == 201
    assert onrecord.ask("POST", "/api/v1/sources", given).status == 409
    town.until(lambda: town.asked["/more"] == 1)
    onrecord.until(lambda: onrecord.get("/api/v1/sources/mehr").json["last_success"])
    assert onrecord.ask("POST", "/api/v1/sources/mehr/poll").status == 202
    town.until(lambda: town.asked["/more"] == 2)
    for wrong in ({"url": "file:///etc/passwd"}, {"url": "http://127.0.0.1:1/"}, {"name": "a/b"}, {"x": 1}):
        refused = onrecord.ask("POST", "/api/v1/sources", {**given, "name": "w", **wrong})
        assert (refused.status, refused.json["parameter"]) == (400, next(iter(wrong)))
    assert onrecord.ask("DELETE", "/api/v1/sources/mehr").status == 204
    assert onrecord.ask("DELETE", "/api/v1/sources/mehr").status == 404
    assert onrecord.items("/api/v1/assurances?company=zw%C3%B6lf"), "what it showed stays on record"


@pytest.mark.usefixtures("between")
def test_a_subscription_from_the_making_to_the_end(town: Any, onrecord: Any) -> None:
    path = "/api/v1/subscriptions"
    town.answers["/sub"] = lambda count: (500 if count == 1 else 204, {})
    made = onrecord.ask("POST", path, {"url": f"{town.url}/sub", "companies": ["zwölf"], "kinds": ["new"]})
    assert made.status == 201
    secret, at = made.json["secret"], f"{path}/{made.json['id']}"
    assert secret.startswith("whsec_")
    assert town.taken("/sub")[0].verified(secret)["type"] == "onrecord.test"
    assert secret.encode() not in onrecord.get(at).body + onrecord.get(path).body
    town.put("/zwoelf", page(COURT))
    source = {"name": "zwölf", "kind": "page", "url": f"{town.url}/zwoelf", "company": "Zwölf"}
    assert onrecord.ask("POST", "/api/v1/sources", source).status == 201
    onrecord.until(lambda: onrecord.get(f"/api/v1/sources/{quote('zwölf')}").json["last_success"])
    town.put("/zwoelf", page(COURT, NEVER.replace("Harborlight", "Zwölf")))
    town.until(lambda: len(town.taken("/sub")) == 2)
    event = town.taken("/sub")[1].verified(secret)
    assert (event["subject"], event["data"]["kind"]) == ("Zwölf", "new")
    onrecord.until(lambda: onrecord.items(f"{at}/deliveries")[0]["state"] == "delivered")
    (delivery,) = onrecord.items(f"{at}/deliveries")
    assert len(delivery["attempts"]) == 2
    assert onrecord.ask("POST", f"{path}/deliveries/{delivery['id']}/retry").status in (200, 202)
    town.until(lambda: len(town.taken("/sub")) == 3)
    assert town.taken("/sub")[2].body == town.taken("/sub")[1].body
    assert onrecord.ask("POST", f"{at}/test").json["delivered"] is True
    assert onrecord.ask("DELETE", at).status == 204
    assert onrecord.get(at).status == onrecord.ask("POST", f"{at}/test").status == 404
    assert onrecord.ask("DELETE", f"/api/v1/sources/{quote('zwölf')}").status == 204


@pytest.mark.usefixtures("between")
@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"url": 5},
        {"url": "gopher://x"},
        {"url": "http://169.254.169.254/"},
        {"url": "http://127.0.0.1:1/"},
        {"url": "https://x.example/", "kinds": ["newer"]},
        {"url": "https://x.example/", "categories": "notice"},
        {"url": "https://x.example/", "colour": 1},
    ],
)
def test_wrong_subscriptions_are_refused(onrecord: Any, wrong: dict[str, Any]) -> None:
    answer = onrecord.ask("POST", "/api/v1/subscriptions", wrong)
    assert (answer.status, answer.media) == (400, "application/problem+json")
    assert "tuple" not in answer.json["detail"]


@pytest.mark.usefixtures("between")
def test_the_stream_resumes(onrecord: Any) -> None:
    connection = HTTPConnection(onrecord.address, timeout=30)
    connection.request("GET", "/api/v1/stream", headers={"Last-Event-ID": "3"})
    answer = connection.getresponse()
    assert answer.headers.get_content_type() == "text/event-stream"
    lines: list[str] = []
    while sum(line.startswith("data: ") for line in lines) < 2:
        lines.append(answer.readline().decode().rstrip("\n"))
    connection.close()
    assert [line for line in lines if line.startswith("id: ")][:2] == ["id: 4", "id: 5"]
    event = json.loads(next(line for line in lines if line.startswith("data: "))[6:])
    assert (event["sequence"], event["specversion"]) == ("4", "1.0")


@pytest.mark.usefixtures("between")
def test_everything_is_described(onrecord: Any) -> None:
    paths = onrecord.get("/openapi.json").json["paths"]
    for path in ("/api/v1/changes", "/api/v1/assurances", "/api/v1/stream", "/feeds/changes.atom", "/readyz"):
        assert path in paths


@pytest.mark.usefixtures("between")
def test_a_restart_changes_no_id_and_tells_nothing_twice(town: Any, onrecord: Any) -> None:
    """Last: the daemon of this module is another one from here on."""
    lists = ("changes", "assurances?status=all", "documents", "subscriptions")
    before = [[one["id"] for one in onrecord.items(f"/api/v1/{path}")] for path in lists]
    told = len([letter for letter in town.letters if letter.path == "/hook"])
    assert onrecord.stop() == 0
    onrecord.start()
    town.polled("/requests")
    town.polled("/wolf")
    assert [[one["id"] for one in onrecord.items(f"/api/v1/{path}")] for path in lists] == before
    assert len([letter for letter in town.letters if letter.path == "/hook"]) == told
