"""The description of everything that is served (OpenAPI 3.1), made from the routes and the types they name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from service import __version__
from service.web.problems import MEDIA_TYPE as PROBLEM_TYPE
from service.web.problems import title_of
from service.web.query import Query
from service.web.routes import Route
from service.web.shapes import ProblemShape

Json = dict[str, Any]
_REF = "#/components/schemas/{model}"
_PLACE = re.compile(r"\{(\w+)\}")
_INTRO = """What companies promise about government access to customers' data, every change to it, and the evidence.

Times are RFC 3339 in UTC. Lists come in parts: `next` is the `cursor` of the part that follows. Unknown query
parameters are refused by name. Errors are problem details (RFC 9457)."""


def describe(routes: Sequence[Route], base: str, *, token: bool) -> Json:
    """The document. `token`: whether writing calls need one."""
    schemas, refs, queries = _schemas(routes)
    paths: Json = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, refs, queries, token=token)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "onrecord",
            "version": __version__,
            "description": _INTRO,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": base}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _schemas(
    routes: Iterable[Route],
) -> tuple[Json, dict[type[BaseModel], Json], dict[type[Query], Json]]:
    """Component schemas; a reference for each body and answer; the properties of each query."""
    answers = {r.answer for r in routes if isinstance(r.answer, type)} | {ProblemShape}
    bodies = {r.body for r in routes if r.body}
    queries = {r.query for r in routes if r.query}
    order = sorted(answers, key=lambda m: m.__name__)
    wanted: list[tuple[type[BaseModel], Any]] = [(m, "serialization") for m in order]
    wanted += [(m, "validation") for m in sorted(bodies | queries, key=lambda m: m.__name__)]
    refs, document = models_json_schema(wanted, ref_template=_REF)
    schemas = document["$defs"]
    found = {model: refs[(model, mode)] for model, mode in wanted}
    asked = {model: schemas.pop(found[model]["$ref"].rpartition("/")[2]) for model in queries}
    return schemas, found, asked


def _operation(
    route: Route, refs: dict[type[BaseModel], Json], queries: dict[type[Query], Json], *, token: bool
) -> Json:
    operation: Json = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [route.tag],
        "responses": _responses(route, refs, token=token),
    }
    parameters = [_path_parameter(name) for name in _PLACE.findall(route.path)]
    if route.query:
        parameters += _query_parameters(queries[route.query])
    parameters += [_header(name, what) for name, what in route.headers]
    if parameters:
        operation["parameters"] = parameters
    if route.body:
        content = {"application/json": {"schema": refs[route.body]}}
        operation["requestBody"] = {"required": True, "content": content}
    if route.writes:
        operation["security"] = [{"token": []}] if token else [{}]
    return operation


def _responses(route: Route, refs: dict[type[BaseModel], Json], *, token: bool) -> Json:
    responses: Json = {str(route.status): _success(route, refs)}
    for status in route.also:
        responses[str(status)] = {**_success(route, refs), "description": title_of(status)}
    if route.cached:
        responses["304"] = {"description": "What the asker has is still right"}
    errors = set(route.errors)
    errors |= {400} if route.query or route.body or route.headers else set()
    errors |= ({401, 429} if token else {403}) if route.writes else set()
    told: Json = {PROBLEM_TYPE: {"schema": refs[ProblemShape]}}
    if route.tag == "pages":
        told = {"text/html": {"schema": {"type": "string"}}}
    for status in sorted(errors):
        responses[str(status)] = {"description": title_of(status), "content": told}
    return responses


def _success(route: Route, refs: dict[type[BaseModel], Json]) -> Json:
    response: Json = {"description": title_of(route.status)}
    if route.cached:
        response["headers"] = {"ETag": {"schema": {"type": "string"}}}
    if isinstance(route.answer, str):
        kind = "object" if route.answer.endswith("json") else "string"
        response["content"] = {route.answer: {"schema": {"type": kind}}}
    elif route.answer is not None:
        response["content"] = {"application/json": {"schema": refs[route.answer]}}
    return response


def _path_parameter(name: str) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _header(name: str, what: str) -> Json:
    return {"name": name, "in": "header", "description": what, "schema": {"type": "string"}}


def _query_parameters(schema: Json) -> list[Json]:
    return [_query_parameter(name, prop) for name, prop in schema.get("properties", {}).items()]


def _query_parameter(name: str, given: Json) -> Json:
    prop = {key: value for key, value in given.items() if key != "title"}
    parameter: Json = {"name": name, "in": "query", "required": False}
    if what := prop.pop("description", ""):
        parameter["description"] = what
    parameter["schema"] = _without_null(prop)
    if prop.get("type") == "array":
        parameter |= {"style": "form", "explode": True}
    return parameter


def _without_null(prop: Json) -> Json:
    """A parameter is left out rather than null."""
    if prop.get("default", 0) is None:
        prop = {key: value for key, value in prop.items() if key != "default"}
    kinds = [one for one in prop.get("anyOf", []) if one.get("type") != "null"]
    if len(kinds) == 1:
        return {**{key: value for key, value in prop.items() if key != "anyOf"}, **kinds[0]}
    return prop
