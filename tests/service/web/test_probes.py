"""Liveness, readiness, metrics, and what every answer carries."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from service.store.store import Store
from service.web.metrics import Counters


async def test_alive_and_ready(client: Any) -> None:
    for path, word in (("/healthz", "ok"), ("/readyz", "ready")):
        answer = await client.get(path)
        assert (answer.status, (await answer.json())["status"]) == (200, word)
        assert answer.headers["Cache-Control"] == "no-store"


async def test_not_ready_with_the_reason(serve: Any, store: Store) -> None:
    client = await serve(store, ready=lambda: (False, "polling and delivery do not run"))

    answer = await client.get("/readyz")

    assert answer.status == 503
    assert (await answer.json())["reason"] == "polling and delivery do not run"
    assert (await client.get("/healthz")).status == 200


async def test_a_stuck_loop_is_not_alive(serve: Any, store: Store) -> None:
    client = await serve(store, lag=lambda: 11.0)

    assert (await client.get("/healthz")).status == 503


async def test_a_worker_answers_what_watches_processes_and_nothing_else(serve: Any, store: Store) -> None:
    client = await serve(store, probes=True, ready=lambda: (False, "the record cannot be written"))
    assert (await client.get("/healthz")).status == 200
    readiness = await client.get("/readyz")
    assert (readiness.status, (await readiness.json())["reason"]) == (503, "the record cannot be written")
    assert "onrecord_" in await (await client.get("/metrics")).text()
    for path in ("/", "/api/v1/changes", "/api/v1/stream", "/openapi.json"):
        assert (await client.get(path)).status == 404


async def test_metrics(serve: Any, store: Store) -> None:
    counters = Counters()
    counters.polled("unchanged")
    counters.polled("unchanged")
    counters.changed("weakened")
    counters.delivered("webhook", ok=False)
    client = await serve(store, counters=counters, lag=lambda: 0.25)

    answer = await client.get("/metrics")

    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(await answer.text())
        for sample in family.samples
    }
    assert found["onrecord_polls_total", "unchanged"] == 2
    assert found["onrecord_polls_total", "error"] == 0
    assert found["onrecord_changes_total", "weakened"] == 1
    assert found["onrecord_delivery_attempts_total", "webhook", "false"] == 1
    assert found["onrecord_sources", "ok"] == 3
    assert found["onrecord_sources", "failing"] == 1
    assert found["onrecord_sources", "waiting"] == 1
    states = ("active", "unverified", "disabled", "unsubscribed")
    assert [found["onrecord_subscriptions", state] for state in states] == [1, 0, 0, 0]
    assert found["onrecord_deliveries_pending",] == 4
    assert found["onrecord_oldest_pending_seconds",] == 3 * 86400 + 3 * 3600
    assert found["onrecord_loop_lag_seconds",] == 0.25
    assert found["onrecord_events_sequence",] == 5


@pytest.mark.parametrize(
    "path",
    ["/", "/nothing", "/sources", "/static/style.css", "/api/v1/changes", "/api/v1/nothing", "/readyz"],
)
async def test_security_headers_on_every_answer(client: Any, path: str) -> None:
    headers = (await client.get(path)).headers

    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self' data:")
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Server"] == "onrecord"
    assert "Access-Control-Allow-Origin" not in headers


async def test_errors_for_people_and_for_programs(client: Any) -> None:
    page, problem = await client.get("/nothing"), await client.get("/api/v2/changes")

    assert (page.status, page.content_type) == (404, "text/html")
    assert (problem.status, problem.content_type) == (404, "application/problem+json")
    assert (await client.post("/")).status == 405


async def test_a_record_that_cannot_be_read_is_503(serve: Any, store: Store) -> None:
    client = await serve(store)
    await store.write(lambda connection: connection.exec_driver_sql("ALTER TABLE changes RENAME TO lost"))

    answer = await client.get("/api/v1/changes")

    assert answer.status == 503
    assert "Retry-After" in answer.headers
    assert "sqlite" not in (await answer.text()).lower()


async def test_a_bug_of_ours_tells_strangers_nothing(serve: Any, store: Store) -> None:
    def lag() -> float:
        raise RuntimeError("/srv/onrecord: the password is hunter2")

    client = await serve(store, lag=lag)
    answer = await client.get("/healthz")
    text = await answer.text()

    assert (answer.status, answer.content_type) == (500, "application/problem+json")
    assert "Content-Security-Policy" in answer.headers
    for word in ("hunter2", "/srv", "Traceback", "RuntimeError", "lag"):
        assert word not in text


async def test_a_header_that_never_ends_is_hung_up_on(
    serve: Any, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.web.server.IDLE", 0.2)
    client = await serve(store)
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")

    async with asyncio.timeout(10):
        assert await reader.read() == b""
    writer.close()


@pytest.mark.parametrize(
    "path",
    ["/companies/%ff", "/companies/%ed%a0%80", "/api/v1/sources/%00", "/changes/%2F..%2F", "//x.example/"],
)
async def test_odd_addresses_are_not_found(client: Any, path: str) -> None:
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())

    async with asyncio.timeout(10):
        answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 404 ")
