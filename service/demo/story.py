"""The demo's story as it is shipped: an invented company's pages, step by step, and what should be noticed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Resource:
    """What is served at a path from a step on. {base} in `body` stands for the server's address."""

    path: str
    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What a step must lead to, by `data.kind`. `old`, `new`, `speaker`: words it must contain, "" for any or none."""

    kind: str
    company: str
    old: str = ""
    new: str = ""
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Something happens on a day of the story: these resources take the place of what was there."""

    title: str
    date: date
    resources: tuple[Resource, ...]
    expected: tuple[Expected, ...]


@cache
def load_story() -> tuple[Step, ...]:
    """The steps in order; the first is what is there to begin with."""
    return tuple(_step(table) for table in _manifest()["steps"])


def load_sources() -> tuple[dict[str, Any], ...]:
    """What is watched, as `[[sources]]` tables whose `url` is a path."""
    return tuple(dict(table) for table in _manifest()["sources"])


@cache
def _manifest() -> dict[str, Any]:
    return tomllib.loads(_file("story.toml").decode())


def _file(name: str) -> bytes:
    return files("service.demo").joinpath("story", *name.split("/")).read_bytes()


def _step(table: Mapping[str, Any]) -> Step:
    return Step(
        title=table["title"],
        date=table["date"],
        resources=tuple(Resource(r["path"], _file(r["file"]), r["type"]) for r in table["resources"]),
        expected=tuple(_expected(e) for e in table.get("expected", ())),
    )


def _expected(table: Mapping[str, str]) -> Expected:
    words = {key: table.get(key, "") for key in ("old", "new", "speaker")}
    return Expected(table["kind"], table["company"], **words)
