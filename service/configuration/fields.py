"""What the parts of the configuration have in common: their fields' types and checks. Pure."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from service.configuration.durations import parse_duration

Duration = Annotated[float, BeforeValidator(parse_duration), Field(ge=0)]
Positive = Annotated[float, BeforeValidator(parse_duration), Field(gt=0)]


class Part(BaseModel):
    """A table: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def listen_address(value: str) -> tuple[str, int]:
    """Split "HOST:PORT" or "[v6]:PORT"; ValueError names what is wrong."""
    host, colon, port = value.rpartition(":")
    if not colon or not host or not (port.isascii() and port.isdecimal()) or int(port) > 65535:
        raise ValueError(f"{value!r} is not HOST:PORT, such as 127.0.0.1:8080")
    return host.strip("[]"), int(port)


def web_url(value: str) -> str:
    """Accept an absolute http(s) URL with a host; ValueError otherwise."""
    try:
        parts = urlsplit(value.strip())
        _ = parts.port
    except ValueError as error:
        raise ValueError(f"{value!r} is not a URL: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{value!r} is not an http(s) URL")
    if not value.strip().isprintable():
        raise ValueError(f"{value!a} holds characters that no URL can hold")
    return value.strip()


def one_line(value: str) -> str:
    """Text for people on one line; ValueError for control characters, direction marks and broken Unicode."""
    if not value.replace("\u00a0", " ").isprintable():
        raise ValueError(f"{value!a} holds a control character")
    return value
