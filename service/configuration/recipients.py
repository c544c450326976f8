"""Who is told what: the [[notify]] tables. The same filters hold for subscriptions made over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, field_validator

from notifiers.chat import ChatTransport
from notifiers.email import parse_smtp
from notifiers.mailbox import parse_mailbox
from notifiers.signing import check_secret
from service.configuration.fields import Part, web_url
from service.model import DEFAULT_KINDS, OPERATIONAL_KINDS, RECORDED_KINDS, Category

KIND_NAMES = tuple(k.value for k in RECORDED_KINDS) + OPERATIONAL_KINDS


def known_kind(value: str) -> str:
    """Refuse what is no kind of event: ValueError."""
    if value not in KIND_NAMES:
        raise ValueError(f"{value!r} is none of {', '.join(KIND_NAMES)}")
    return value


KindOfEvent = Annotated[str, AfterValidator(known_kind)]


class Filters(Part):
    """Which events a subscriber wants."""

    kinds: tuple[str, ...] = DEFAULT_KINDS
    companies: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    sources: tuple[str, ...] = ()
    min_score: float = Field(default=0.0, ge=0, le=1)

    @field_validator("kinds")
    @classmethod
    def _kinds(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """An empty list is no filter, as with companies and categories."""
        return tuple(map(known_kind, value)) or DEFAULT_KINDS


class WebhookSettings(Filters):
    """A [[notify]] table of kind webhook."""

    kind: Literal["webhook"]
    url: str
    secret: SecretStr | None = None

    @field_validator("url")
    @classmethod
    def _url(cls, value: str) -> str:
        return web_url(value)

    @field_validator("secret")
    @classmethod
    def _secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            check_secret(value.get_secret_value())
        return value


class EmailSettings(Filters):
    """A [[notify]] table of kind email."""

    kind: Literal["email"]
    to: tuple[str, ...] = Field(min_length=1)
    sender: str = Field(alias="from")
    smtp: SecretStr
    digest: Literal["none", "hourly", "daily"] = "none"

    @field_validator("to")
    @classmethod
    def _to(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            parse_mailbox(address)
        return value

    @field_validator("sender")
    @classmethod
    def _sender(cls, value: str) -> str:
        parse_mailbox(value)
        return value

    @field_validator("smtp")
    @classmethod
    def _smtp(cls, value: SecretStr) -> SecretStr:
        parse_smtp(value.get_secret_value())
        return value


class AppriseSettings(Filters):
    """A [[notify]] table of kind apprise: one URL in apprise's notation."""

    kind: Literal["apprise"]
    url: SecretStr

    @field_validator("url")
    @classmethod
    def _url(cls, value: SecretStr) -> SecretStr:
        ChatTransport(value.get_secret_value(), timeout=1)
        return value


Notify = Annotated[WebhookSettings | EmailSettings | AppriseSettings, Field(discriminator="kind")]
