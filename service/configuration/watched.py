"""What is watched, how often: the [defaults] and the [[sources]] tables."""

from __future__ import annotations

from pydantic import Field, field_validator

from service.configuration.fields import Duration, Part, Positive, one_line, web_url
from service.model import GRACE, Role, SourceKind, SourceSpec
from watchers.page import check_selector


class DefaultSettings(Part):
    """What holds for sources that do not say otherwise."""

    every: Positive = 900.0
    slowest: Duration = 0.0
    """To which interval `every` may grow while a source does not change; 0: it does not."""
    confirm: Duration = 3600.0
    failing_after: Duration = 21600.0
    """How long a source has to fail until subscribers are told."""
    grace: Duration = GRACE
    """How long past its promised day a canary may be late until it is told to be overdue."""
    recheck: tuple[Positive, ...] = Field(
        default=(3600.0, 21600.0, 86400.0, 604800.0, 2592000.0), min_length=1
    )
    """When a post is looked at again after it was first read; the last interval repeats."""


class SourceSettings(Part):
    """One [[sources]] table."""

    name: str = Field(min_length=1, max_length=200)
    url: str
    kind: SourceKind
    role: Role = Role.COMPANY
    company: str = Field("", max_length=200)
    group: str = Field("", max_length=200)
    every: Positive | None = None
    slowest: Duration | None = None
    confirm: Duration | None = None
    grace: Duration | None = None
    select: str = ""
    remove: str = ""
    robots: bool = True

    @field_validator("name")
    @classmethod
    def _name(cls, value: str) -> str:
        if not value.isprintable() or "/" in value or value != value.strip():
            raise ValueError(f"{value!r} has a slash, a control character or outer white space")
        return value

    @field_validator("url")
    @classmethod
    def _url(cls, value: str) -> str:
        return web_url(value)

    @field_validator("company", "group")
    @classmethod
    def _line(cls, value: str) -> str:
        return one_line(value)

    @field_validator("select", "remove")
    @classmethod
    def _selector(cls, value: str) -> str:
        if value:
            check_selector(value)
        return value

    def spec(self, defaults: DefaultSettings) -> SourceSpec:
        """Fill in the defaults."""
        return SourceSpec(
            name=self.name,
            url=self.url,
            kind=self.kind,
            role=self.role,
            company=self.company,
            group=self.group,
            every=self.every if self.every is not None else defaults.every,
            slowest=self.slowest if self.slowest is not None else defaults.slowest,
            select=self.select,
            remove=self.remove,
            confirm=self.confirm if self.confirm is not None else defaults.confirm,
            robots=self.robots,
            grace=self.grace if self.grace is not None else defaults.grace,
        )
