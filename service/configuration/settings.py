"""Everything that can be configured. The only place that reads the environment or the configuration file.

TOML first, then `ONRECORD_…` variables (`__` between levels) over it; an unknown key is an error.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import (
    ByteSize,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from service import __version__
from service.configuration.fields import Duration, Part, Positive, listen_address, web_url
from service.configuration.recipients import EmailSettings, Notify, WebhookSettings
from service.configuration.variables import in_json
from service.configuration.watched import DefaultSettings, SourceSettings
from service.model import SourceSpec
from service.secrets.files import SUFFIX, read_keys, read_variables
from service.secrets.keyring import Keyring, split_keys
from watchers.guard import Guard

__all__ = [
    "ConfigError",
    "DefaultSettings",
    "Duration",
    "EmailSettings",
    "Positive",
    "Role",
    "Settings",
    "SourceSettings",
    "WebhookSettings",
    "listen_address",
    "load",
    "web_url",
]

PREFIX = "ONRECORD_"
CONFIG_NAME = "onrecord.toml"

Role = Literal["all", "web", "scheduler", "worker"]
"""The part of one process; parts need a record that processes can share."""


class ConfigError(Exception):
    """The configuration cannot be used; the message is one line that names the file and the key."""


class HttpSettings(Part):
    """Where to serve, who may write, how links begin."""

    listen: str = "127.0.0.1:8080"
    token: SecretStr = SecretStr("")
    public_url: str = ""
    reading: Literal["open", "token"] = "open"
    """Who may read: everybody, or whoever holds a token."""
    cors: tuple[str, ...] = ()
    """Origins whose pages may read the API; "*": all."""
    writes_per_minute: int = Field(default=120, ge=1)
    """Of one token or address; programs on this machine are not counted."""
    hub: str = ""
    """WebSub hub that the feeds name."""

    @field_validator("hub")
    @classmethod
    def _hub(cls, value: str) -> str:
        return web_url(value) if value else ""

    @field_validator("cors")
    @classmethod
    def _cors(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if origin != "*" and web_url(origin).rstrip("/").count("/") != 2:
                raise ValueError(f"{origin!r} is not an origin such as https://example.org")
        return tuple(origin.rstrip("/").lower() for origin in value)

    @field_validator("listen")
    @classmethod
    def _listen(cls, value: str) -> str:
        listen_address(value)
        return value

    @field_validator("public_url")
    @classmethod
    def _public(cls, value: str) -> str:
        return web_url(value).rstrip("/") if value else ""


class FetchSettings(Part):
    """Limits of every request that leaves the house."""

    timeout: Positive = 30.0
    max_bytes: ByteSize = Field(default=ByteSize(10 * 2**20), gt=0)
    per_host: int = Field(default=2, ge=1, le=64)
    allow: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    user_agent: str = f"onrecord/{__version__} (watches public statements on government access to data)"
    concurrency: int = Field(default=64, ge=1, le=1000)

    @field_validator("allow")
    @classmethod
    def _allow(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        Guard(value)
        return value

    @field_validator("user_agent")
    @classmethod
    def _agent(cls, value: str) -> str:
        if not value.isprintable() or not value.strip():
            raise ValueError("must be printable text on one line")
        return value


class DeliverSettings(Part):
    """Retries (Standard Webhooks' table by default) and when to give a subscriber up."""

    schedule: tuple[Positive, ...] = (5.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0, 50400.0, 72000.0, 86400.0)
    timeout: Positive = 20.0
    disable_after: Positive = 432000.0


class HealthSettings(Part):
    """Whom to tell at intervals that the program lives (healthchecks.io's convention); "": nobody."""

    ping: str = ""
    every: Positive = 300.0
    listen: str = ""
    """Where a worker or scheduler, which serves no pages, answers what watches processes; "": nowhere."""

    @field_validator("listen")
    @classmethod
    def _listen(cls, value: str) -> str:
        if value:
            listen_address(value)
        return value

    @field_validator("ping")
    @classmethod
    def _ping(cls, value: str) -> str:
        return web_url(value) if value else ""


class PruneSettings(Part):
    """What `onrecord prune` may give up; without an age, nothing."""

    older_than: Positive | None = None
    keep: int = Field(default=10, ge=1)
    """Newest versions of each document, however old."""


class Settings(BaseSettings):
    """The whole configuration, checked and frozen."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, env_ignore_empty=False
    )

    data_dir: Path = Path("data")
    database: str = "sqlite"
    blobs: str = ""
    """Where stored bytes are kept: "s3://bucket/prefix" or "file:///folder"; "": in the database."""
    catalogue: bool | None = None
    """Watch the built-in catalogue too; by default only when there is no configuration file."""
    workers: int = Field(default=0, ge=0, le=64)
    """Processes that parse and read; 0: one per core, at most four."""
    secret_key: SecretStr = SecretStr("")
    """Encrypts the webhook secrets at rest: base64 of 32 bytes, several of them newest first; "": a file holds it."""
    http: HttpSettings = HttpSettings()
    fetch: FetchSettings = FetchSettings()
    defaults: DefaultSettings = DefaultSettings()
    deliver: DeliverSettings = DeliverSettings()
    health: HealthSettings = HealthSettings()
    prune: PruneSettings = PruneSettings()
    sources: tuple[SourceSettings, ...] = ()
    notify: tuple[Notify, ...] = ()

    SPECIAL: ClassVar[frozenset[str]] = frozenset({"config"})
    """Variables with our prefix that are not settings."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is pydantic-settings'
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - not read
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - not read
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment over file; nothing else is read, but the files that `…_FILE` variables name."""
        if isinstance(env_settings, EnvSettingsSource):
            env_settings.env_vars = in_json(read_variables(env_settings.env_vars), cls, PREFIX.lower())
        return env_settings, init_settings

    @field_validator("data_dir", mode="before")
    @classmethod
    def _folder(cls, value: object) -> object:
        if value == "":
            raise ValueError("names no folder")
        return value

    @field_validator("database")
    @classmethod
    def _database(cls, value: str) -> str:
        scheme = value.partition("://")[0]
        if scheme not in ("postgresql", "postgres"):
            if value == "sqlite" or value.startswith("sqlite:///"):
                return value
            raise ValueError(f'{scheme!r} is neither "sqlite" nor "postgresql://user:pass@host/db"')
        from service.configuration.databases import read_address  # noqa: PLC0415 - loads what a file does without

        read_address(value)
        return value

    @field_validator("blobs")
    @classmethod
    def _blobs(cls, value: str) -> str:
        scheme, _, rest = value.partition("://")
        if value and (scheme not in ("s3", "file") or not rest.strip("/")):
            raise ValueError(f'{value!r} is neither "s3://bucket/prefix" nor "file:///folder"')
        if scheme == "file" and not rest.startswith("/"):
            raise ValueError(f"{value!r} must name a folder from the root on: file:///folder")
        return value.rstrip("/")

    @field_validator("secret_key")
    @classmethod
    def _keys(cls, value: SecretStr) -> SecretStr:
        if text := value.get_secret_value():
            Keyring(split_keys(text), "the keys")
        return value

    @model_validator(mode="after")
    def _unique(self) -> Settings:
        seen: set[str] = set()
        for source in self.sources:
            if source.name in seen:
                raise ValueError(f"sources: the name {source.name!r} is there twice")
            seen.add(source.name)
        return self

    def specs(self) -> tuple[SourceSpec, ...]:
        """The configured sources with defaults filled in."""
        return tuple(source.spec(self.defaults) for source in self.sources)


def load(path: Path | None, **overrides: Any) -> Settings:
    """Read the configuration; ConfigError in one line where it cannot be used.

    `overrides` are command-line options and win over everything; None means not given.
    """
    _refuse_unknown(os.environ)
    given = path or _default_path(os.environ)
    try:
        values = read_keys(_read_toml(given), given.parent) if given else {}
    except ValueError as error:
        raise ConfigError(f"{given}: {error}") from error
    try:
        settings = Settings(**values)
    except ValidationError as error:
        raise ConfigError(_first(error, str(given) if given else "configuration")) from error
    except Exception as error:
        raise ConfigError(f"configuration: {str(error).splitlines()[0]}") from error
    if settings.catalogue is None:
        settings = settings.model_copy(update={"catalogue": given is None})
    return _override(settings, overrides)


def _override(settings: Settings, overrides: Mapping[str, Any]) -> Settings:
    if (data_dir := overrides.get("data_dir")) is not None:
        settings = settings.model_copy(update={"data_dir": Path(data_dir)})
    if (listen := overrides.get("listen")) is not None:
        try:
            http = HttpSettings(**{**settings.http.model_dump(), "listen": listen})
        except ValidationError as error:
            raise ConfigError(_first(error, "--listen")) from error
        settings = settings.model_copy(update={"http": http})
    return settings


def _default_path(env: Mapping[str, str]) -> Path | None:
    if named := env.get(f"{PREFIX}CONFIG"):
        return Path(named)
    here = Path(CONFIG_NAME)
    return here if here.is_file() else None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:  # also for numbers of thousands of digits, brackets as deep
        raise ConfigError(f"{path}: not TOML: {error}") from error


def _refuse_unknown(env: Mapping[str, str]) -> None:
    fields = Settings.model_fields
    for name in env:
        if not name.upper().startswith(PREFIX):
            continue
        top = name[len(PREFIX) :].lower().split("__")[0]
        if top.removesuffix(SUFFIX) not in fields and top not in Settings.SPECIAL:
            raise ConfigError(f"environment: {name} is not a setting")


def _first(error: ValidationError, where: str) -> str:
    details = error.errors(include_url=False)
    first = details[0]
    key = _key(first["loc"])
    if variable := _variable(first["loc"]):
        where, key = "environment", f"{variable}: {key}"
    message = "unknown key" if first["type"] == "extra_forbidden" else str(first["msg"])
    message = message.removeprefix("Value error, ").replace("a valid tuple", "a list")
    if first["type"] in ("literal_error", "enum"):  # the choices are known, so the value is no secret
        message += f", not {str(first['input'])[:60]!r}"
    more = f" (and {len(details) - 1} more)" if len(details) > 1 else ""
    return f"{where}: {key + ': ' if key else ''}{message}{more}"


def _variable(loc: tuple[int | str, ...]) -> str:
    """The variable that a value came from, "" if it came from elsewhere. The environment wins, so it is to blame."""
    given = {name.upper(): name for name in os.environ}
    names = [str(part) for part in loc if isinstance(part, str)]
    for size in range(len(names), 0, -1):
        if found := given.get(PREFIX + "__".join(names[:size]).upper()):
            return found
    return ""


def _key(loc: tuple[int | str, ...]) -> str:
    text = ""
    for part in loc:
        if part in ("webhook", "email", "apprise"):
            continue
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text
