"""What comes in a request's body: a JSON object of a model, or a problem that names what is wrong."""

from __future__ import annotations

import asyncio
import json
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from service.web.problems import Problem
from service.web.query import plain_message

BODY_SECONDS = 10.0

M = TypeVar("M", bound=BaseModel)


async def read_body(request: web.Request, model: type[M]) -> M:
    """The body as `model`; Problem 400, 408 or 415."""
    return parse_body(await read_json(request), model)


def parse_body(data: dict[str, object], model: type[M]) -> M:
    """`data` as `model`; Problem 400 names the field."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = ".".join(map(str, first["loc"])) or "body"
        message = "unknown key" if first["type"] == "extra_forbidden" else plain_message(first["msg"])
        raise Problem.parameter(name, message) from error


async def read_json(request: web.Request) -> dict[str, object]:
    """A JSON object; Problem 415, 408 or 400 otherwise. Any page can send a plain form, hence the type."""
    if request.content_type != "application/json":
        raise Problem(415, "The body must be JSON, with Content-Type: application/json.")
    try:
        async with asyncio.timeout(BODY_SECONDS):
            data = json.loads(await request.read())
    except TimeoutError as error:
        raise Problem(408, "The body did not come in time.") from error
    except (ValueError, RecursionError) as error:
        raise Problem(400, "The body is not JSON.") from error
    if not isinstance(data, dict):
        raise Problem(400, "The body must be a JSON object.")
    return data
