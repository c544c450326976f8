"""Values that stand in files of their own (`ONRECORD_HTTP__TOKEN_FILE`, `secret_file`), as containers keep secrets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

SUFFIX = "_file"
KEYS = frozenset({"database", "token", "secret", "secret_key", "smtp", "url"})
"""Keys of the configuration that may be given as KEY_file: they hold passwords, or may."""
MAX_BYTES = 64 * 1024


def read_variables(variables: Mapping[str, str | None]) -> dict[str, str | None]:
    """Replace each variable NAME_file by NAME with what its file says. Lower-case names; ValueError says why not."""
    found = dict(variables)
    for name, path in variables.items():
        plain = name.removesuffix(SUFFIX)
        if not name.startswith("onrecord_") or plain == name or path is None:
            continue
        if plain in variables:
            raise ValueError(f"{plain.upper()} and {name.upper()} are both given")
        del found[name]
        found[plain] = _read(name.upper(), Path(path))
    return found


def read_keys(values: dict[str, Any], beside: Path, at: str = "") -> dict[str, Any]:
    """Replace each KEY_file in the tables by KEY; a relative path begins at `beside`. ValueError names the bad one."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        plain = key.removesuffix(SUFFIX)
        if plain != key and plain in KEYS and isinstance(value, str):
            if plain in values:
                raise ValueError(f"{at}{plain} and {at}{key} are both given")
            found[plain] = _read(f"{at}{key}", beside / value)
        else:
            found[key] = _read_value(value, beside, f"{at}{key}")
    return found


def _read_value(value: Any, beside: Path, at: str) -> Any:
    if isinstance(value, dict):
        return read_keys(value, beside, f"{at}.")
    if isinstance(value, list):
        return [_read_value(one, beside, f"{at}[{n}]") for n, one in enumerate(value)]
    return value


def _read(name: str, path: Path) -> str:
    """The text without the white space around it, which editors and `echo` add."""
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise ValueError(f"{name}: {path}: {why or error}") from error
    if len(text) > MAX_BYTES:
        raise ValueError(f"{name}: {path}: larger than 64 KiB")
    return text.strip()
