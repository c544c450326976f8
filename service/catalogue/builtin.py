"""The catalogue shipped with the program."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from service.catalogue.tables import read_toml
from service.model import SourceSpec


@cache
def load_builtin() -> tuple[SourceSpec, ...]:
    """Every source of catalogue.toml, in the file's order; read once."""
    return read_toml(files("service.catalogue").joinpath("catalogue.toml").read_text("utf-8"))
