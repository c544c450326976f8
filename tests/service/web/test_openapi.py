"""The description is valid, complete, and says what is answered."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types
from openapi_spec_validator import OpenAPIV31SpecValidator

from service.web.server import ROUTES


async def description(client: Any) -> dict[str, Any]:
    found: dict[str, Any] = await (await client.get("/openapi.json")).json()
    return found


async def test_valid(client: Any) -> None:
    document = await description(client)

    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    assert document["openapi"] == "3.1.0"


async def test_every_route_is_described_and_the_other_way_round(client: Any) -> None:
    app: web.Application = client.server.app
    served = {
        (route.method, route.resource.canonical)
        for route in app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }

    document = await description(client)
    described = {
        (method.upper(), path) for path, operations in document["paths"].items() for method in operations
    }

    assert described == served


async def test_names_of_operations_are_unique(client: Any) -> None:
    document = await description(client)
    names = [op["operationId"] for operations in document["paths"].values() for op in operations.values()]

    assert len(names) == len(set(names))
    assert all(op["summary"] for operations in document["paths"].values() for op in operations.values())


async def test_writing_calls_say_that_they_need_the_token(serve: Any, store: Any) -> None:
    document = await description(await serve(store, token="right-token"))

    assert document["paths"]["/api/v1/sources"]["post"]["security"] == [{"token": []}]
    assert "security" not in document["paths"]["/api/v1/sources"]["get"]


_LISTS = [
    route.path
    for route in ROUTES
    if route.method == "GET"
    and route.path.startswith("/api/")
    and isinstance(route.answer, type)
    and "{" not in route.path
    and route.path != "/api/v1/contradictions"  # has none to show here; its own test has
]


@pytest.mark.parametrize("path", _LISTS)
async def test_answers_are_what_is_described(client: Any, path: str) -> None:
    document = await description(client)
    content = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
    schema = {**content["schema"], "components": document["components"]}
    answer = await (await client.get(path)).json()

    assert answer["items"], path
    Draft202012Validator(schema).validate(answer)


async def test_one_of_each_is_what_is_described(client: Any) -> None:
    document = await description(client)
    change = (await (await client.get("/api/v1/changes?kind=weakened")).json())["items"][0]
    asked = {
        "/api/v1/changes/{id}": change["id"],
        "/api/v1/documents/{id}": change["document"]["id"],
        "/api/v1/documents/{id}/versions": change["document"]["id"],
        "/api/v1/versions/{id}": change["links"]["evidence"].rpartition("/")[2],
        "/api/v1/sources/{name}": change["source"],
    }
    for path, key in asked.items():
        content = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
        answer = await (await client.get(path.replace("{id}", key).replace("{name}", key))).json()
        Draft202012Validator({**content["schema"], "components": document["components"]}).validate(answer)


async def test_a_problem_is_what_is_described(client: Any) -> None:
    document = await description(client)
    schema = {**document["components"]["schemas"]["ProblemShape"], "components": document["components"]}

    for path in ("/api/v1/changes?limit=0", "/api/v1/nothing"):
        Draft202012Validator(schema).validate(await (await client.get(path)).json(content_type=None))
