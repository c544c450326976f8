"""Sources as `[[sources]]` tables: the configuration's own format."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from pydantic import ValidationError

from service.catalogue.errors import CatalogueError
from service.configuration.settings import DefaultSettings, Settings, SourceSettings
from service.model import GRACE, SourceSpec

_UNITS = (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1))
_NOT_IN_TOML = re.compile(r"[\x7f\ud800-\udfff]")
"""What JSON's strings may hold as it is and TOML's may not."""


def read_toml(text: str) -> tuple[SourceSpec, ...]:
    """The sources of a catalogue or a whole configuration, whose other tables are left aside.

    CatalogueError names the line that is not TOML, or the entry and key that cannot be used.
    """
    try:
        document = tomllib.loads(text)
    except (
        ValueError,
        RecursionError,
    ) as error:  # also for numbers of thousands of digits, and brackets as deep
        raise CatalogueError(f"not TOML: {error}") from error
    for key in document:
        if key not in Settings.model_fields:
            raise CatalogueError(f"{key}: unknown key; sources stand in [[sources]] tables")
    tables = document.get("sources", [])
    if not isinstance(tables, list):
        raise CatalogueError("sources: must be [[sources]] tables")
    specs = tuple(read_table(table, f"sources[{i}]") for i, table in enumerate(tables))
    _refuse_twins(specs)
    return specs


def read_table(table: object, where: str, defaults: DefaultSettings | None = None) -> SourceSpec:
    """One checked source; CatalogueError begins with `where` and, if there is one, the source's name."""
    try:
        return SourceSettings.model_validate(table).spec(defaults or DefaultSettings())
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        message = "unknown key" if first["type"] == "extra_forbidden" else str(first["msg"])
        name = table.get("name") if isinstance(table, Mapping) else None
        key = ".".join([f"{where} ({name})" if isinstance(name, str) else where, *map(str, first["loc"])])
        raise CatalogueError(" ".join(f"{key}: {message.removeprefix('Value error, ')}".split())) from error


def write_toml(specs: Iterable[SourceSpec]) -> str:
    """`[[sources]]` tables that `read_toml` reads back as they were."""
    return "\n".join("\n".join(["[[sources]]", *_lines(spec), ""]) for spec in specs)


def _lines(spec: SourceSpec) -> Iterator[str]:
    for key, value in fields_of(spec).items():
        yield f"{key} = {_literal(value)}"


def fields_of(spec: SourceSpec) -> dict[str, str | bool]:
    """What has to be written down of a source, in the order that people read it; empty texts are left out."""
    fields: dict[str, str | bool] = {
        "name": spec.name,
        "company": spec.company,
        "kind": spec.kind.value,
        "role": spec.role.value,
        "group": spec.group,
        "url": spec.url,
        "select": spec.select,
        "remove": spec.remove,
        "every": brief(spec.every),
        "confirm": brief(spec.confirm),
    }
    if spec.slowest:
        fields["slowest"] = brief(spec.slowest)
    if spec.grace != GRACE:
        fields["grace"] = brief(spec.grace)
    if not spec.robots:
        fields["robots"] = False
    return {key: value for key, value in fields.items() if value != ""}


def brief(seconds: float) -> str:
    """The shortest exact form: "6h", "90s", "0.2s"."""
    for unit, size in _UNITS:
        if seconds >= size and seconds % size == 0:
            return f"{int(seconds) // size}{unit}"
    return f"{Decimal(repr(seconds)):f}s"


def _literal(value: str | bool) -> str:
    """JSON's literal, which is TOML's too but for what it leaves unescaped."""
    return _NOT_IN_TOML.sub(_escape, json.dumps(value, ensure_ascii=False))


def _escape(found: re.Match[str]) -> str:
    """TOML has an escape for DEL; a lone surrogate is no text at all."""
    return "\\u007f" if found[0] == "\x7f" else "\ufffd"


def _refuse_twins(specs: Iterable[SourceSpec]) -> None:
    seen: set[str] = set()
    for i, spec in enumerate(specs):
        if spec.name in seen:
            raise CatalogueError(f"sources[{i}]: the name {spec.name!r} is there twice")
        seen.add(spec.name)
