"""Lists and tables in environment variables: JSON, or, where a list of plain values is wanted, commas. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel


def in_json(
    variables: Mapping[str, str | None], model: type[BaseModel], prefix: str
) -> dict[str, str | None]:
    """Each variable (lower-case name) that is no plain value as JSON; ValueError names the one that cannot be read."""
    return {
        name: value if value is None or not name.startswith(prefix) else _one(name, value, model, prefix)
        for name, value in variables.items()
    }


def _one(name: str, value: str, model: type[BaseModel], prefix: str) -> str:
    wanted = _wanted(model, name.removeprefix(prefix).split("__"))
    plain_list = get_origin(wanted) is tuple and not _holds_tables(wanted)
    if not plain_list and not _holds_tables(wanted):
        return value
    try:
        found = json.loads(value)
    except (ValueError, RecursionError) as error:
        if plain_list:
            return json.dumps([part.strip() for part in value.split(",") if part.strip()])
        raise ValueError(f"{name.upper()}: not JSON: {str(error).splitlines()[0]}") from error
    return value if isinstance(found, list | dict) or not plain_list else json.dumps([found])


def _wanted(model: type[BaseModel], path: list[str]) -> Any:
    """The type of the field at the end of `path`; None if there is none."""
    wanted: Any = model
    for part in path:
        if not _is_table(wanted) or part not in wanted.model_fields:
            return None
        wanted = wanted.model_fields[part].annotation
    return wanted


def _is_table(wanted: Any) -> bool:
    return isinstance(wanted, type) and issubclass(wanted, BaseModel)


def _holds_tables(wanted: Any) -> bool:
    return _is_table(wanted) or any(_holds_tables(part) for part in get_args(wanted))
