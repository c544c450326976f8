"""Query parameters: declared once as models, used for reading them and for describing them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, ClassVar, Literal, TypeVar, get_args, get_origin

from aiohttp import web
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)

from service.model import Category
from service.store.history import AssuranceFilter, ChangeFilter
from service.web.problems import Problem

LIMIT_MAX = 500
WORDS_MAX = 16
NAMES_MAX = 50
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIMED = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d.*", re.DOTALL)
_LAST = datetime.max.replace(tzinfo=UTC)
_SPACED_OFFSET = re.compile(r" (?=\d\d:?\d\d$)")

Q = TypeVar("Q", bound="Query")


def _day(value: str) -> date | None:
    return date.fromisoformat(value) if _DATE.fullmatch(value) else None


def _moment(value: str) -> datetime:
    """RFC 3339; without an offset it is UTC. A "+" that arrived as a space is taken for what was meant."""
    # Python also takes weeks, and days without hyphens for midnight.
    known = _SPACED_OFFSET.sub("+", value.upper()) if _TIMED.fullmatch(value) else ""
    try:
        at = datetime.fromisoformat(known)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(
            f"{value!r} is neither a date (2026-11-22) nor a time (2026-11-22T12:00:00Z)"
        ) from error


def day_start(value: Any) -> Any:
    """A date means its first moment, UTC. ValueError for a number: nobody would know what it counts."""
    if isinstance(value, int | float):
        raise ValueError("must be a date or a time, as text")  # noqa: TRY004 - pydantic tells ValueErrors
    if not isinstance(value, str):
        return value
    day = _day(value)
    return datetime.combine(day, time(), UTC) if day else _moment(value)


def day_after(value: Any) -> Any:
    """A date means the first moment of the next day, UTC: up to its end, exclusive."""
    if not isinstance(value, str):
        return value
    day = _day(value)
    if day is None:
        return _moment(value)
    return datetime.combine(day + timedelta(days=1), time(), UTC) if day < date.max else _LAST


def day_end(value: Any) -> Any:
    """A date means its last moment, UTC."""
    if not isinstance(value, str):
        return value
    day = _day(value)
    return datetime.combine(day, time.max, UTC) if day else _moment(value)


def plain(value: str) -> str:
    """Refuse what no name and no text holds: control characters and broken Unicode."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError("is not valid Unicode") from error
    if any(ord(c) < 32 or ord(c) == 127 for c in value):
        raise ValueError("holds a control character")
    return value


def few_words(value: str) -> str:
    """Bound the work of a search."""
    if len(value.split()) > WORDS_MAX:
        raise ValueError(f"at most {WORDS_MAX} words")
    return value


_TIME = WithJsonSchema({"type": "string", "description": "A date, or a time as in RFC 3339."})
Since = Annotated[datetime, BeforeValidator(day_start), _TIME]
Until = Annotated[datetime, BeforeValidator(day_after), _TIME]
AsOf = Annotated[datetime, BeforeValidator(day_end), _TIME]
Name = Annotated[str, StringConstraints(max_length=200), AfterValidator(plain)]
Names = Annotated[tuple[Name, ...], Field(max_length=NAMES_MAX)]
Words = Annotated[Name, AfterValidator(few_words)]
KindName = Literal["new", "withdrawn", "strengthened", "weakened", "figure", "reworded"]


class Query(BaseModel):
    """The parameters that a call knows; others are refused by name."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
    with_commas: ClassVar[frozenset[str]] = frozenset({"company", "source"})
    """Repeated parameters whose values may hold commas, so that these separate nothing."""


class Paged(Query):
    """What every list takes."""

    limit: int = Field(50, ge=1, le=LIMIT_MAX)
    """Items at most in this answer."""
    cursor: Name = ""
    """The value of next in the part before."""


class LongPaged(Paged):
    """Lists that are short as a whole: all at once, unless asked otherwise."""

    limit: int = Field(LIMIT_MAX, ge=1, le=LIMIT_MAX)
    """Items at most in this answer."""


class ChangeChoice(Query):
    """Which changes."""

    company: Names = ()
    """Name of a company, upper and lower case are the same; repeated: any of them."""
    category: tuple[Category, ...] = ()
    """What it is about; repeated or separated by commas: any of them."""
    kind: tuple[KindName, ...] = ()
    """One or more, repeated or separated by commas."""
    source: Names = ()
    """Name of a source; repeated: any of them."""
    since: Since | None = None
    """Observed then or later."""
    until: Until | None = None
    """Observed before then; a date: up to its end."""
    q: Words = ""
    """Words that the old or the new text holds, all of them; "in quotes" a phrase."""
    sort: Literal["newest", "relevance"] = "newest"
    """With q: relevance puts the best match first."""

    def filter(self) -> ChangeFilter:
        """As the store takes it."""
        return ChangeFilter(
            companies=self.company,
            categories=self.category,
            kinds=self.kind,
            sources=self.source,
            since=self.since,
            until=self.until,
            q=self.q,
            ranked=self.sort == "relevance",
        )


class ChangeQuery(Paged, ChangeChoice):
    """Which changes, part by part."""


class AssuranceChoice(Query):
    """Which assurances."""

    as_of: AsOf | None = None
    """As the record stood then; a date: at its end."""
    company: Names = ()
    """Name of a company, upper and lower case are the same; repeated: any of them."""
    category: tuple[Category, ...] = ()
    """What it is about; repeated or separated by commas: any of them."""
    source: Names = ()
    """Name of a source; repeated: any of them."""
    document: Name = ""
    """Id of a document."""
    status: Literal["current", "withdrawn", "all"] = "current"
    """What stands, what has ended, or both."""
    q: Words = ""
    """Words that the text holds, all of them; "in quotes" a phrase."""
    sort: Literal["company", "relevance"] = "company"
    """company: in the order of company, document and text; relevance (with q): the best match first."""

    def filter(self) -> AssuranceFilter:
        """As the store takes it."""
        return AssuranceFilter(
            companies=self.company,
            categories=self.category,
            sources=self.source,
            document=self.document,
            status="" if self.status == "all" else self.status,
            as_of=self.as_of,
            q=self.q,
            ranked=self.sort == "relevance",
        )


class AssuranceQuery(Paged, AssuranceChoice):
    """Which assurances, part by part."""

    limit: int = Field(100, ge=1, le=LIMIT_MAX)
    """Items at most in this answer."""


class ContradictionQuery(Query):
    """Whose contradictions."""

    company: Annotated[Name, StringConstraints(min_length=1)]
    """Name of the company."""
    as_of: AsOf | None = None
    """As the record stood then; a date: at its end."""
    category: Category | None = None
    """What both sentences are about."""


class DocumentQuery(Paged):
    """Which documents."""

    limit: int = Field(100, ge=1, le=LIMIT_MAX)
    """Items at most in this answer."""
    cursor: Annotated[Name, StringConstraints(pattern=r"^(doc_[0-9A-Z]{26})?$")] = ""
    company: Names = ()
    """Name of a company, upper and lower case are the same; repeated: any of them."""
    source: Names = ()
    """Name of a source; repeated: any of them."""


class VersionQuery(Paged):
    """Which versions of a document."""

    limit: int = Field(100, ge=1, le=LIMIT_MAX)
    """Items at most in this answer."""
    cursor: Annotated[Name, StringConstraints(pattern=r"^[0-9]{0,9}$")] = ""


def read_query(request: web.Request, model: type[Q], *, strict: bool = True) -> Q:
    """The parameters of a request. Problem 400 names the bad one; pages (not `strict`) overlook unknown ones."""
    values: dict[str, Any] = {}
    for name in request.query:
        field = model.model_fields.get(name)
        if field is None:
            if strict:
                known = ", ".join(model.model_fields) or "none"
                raise Problem.parameter(name, f"unknown parameter; this call knows {known}")
            continue
        given = [value for value in request.query.getall(name) if value]
        if get_origin(field.annotation) is tuple:
            whole = name in model.with_commas
            values[name] = given if whole else [part for value in given for part in value.split(",") if part]
        elif len(given) > 1:
            raise Problem.parameter(name, "is given more than once")
        elif given:
            values[name] = given[0]
        elif strict and get_origin(field.annotation) is Literal:
            raise Problem.parameter(name, f"is empty; it may be {' or '.join(get_args(field.annotation))}")
    try:
        return model(**values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise Problem.parameter(str(first["loc"][0]), plain_message(first["msg"])) from error


def plain_message(message: str) -> str:
    """Pydantic's words without its prefix."""
    return message.removeprefix("Value error, ").replace("a valid tuple", "a list")
