"""Column types: compact, ordered and the same on every engine."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, Dialect, Integer, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

from service.model import Category

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ORDER = tuple(Category)


class UtcTime(TypeDecorator[datetime]):
    """An aware datetime as microseconds since 1970 UTC. A naive one is refused: ValueError."""

    impl = BigInteger
    cache_ok = True

    # The processors themselves, not `process_…`, which SQLAlchemy wraps: a look reads and writes eleven of these.

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], int | None]:  # noqa: ARG002 - SQLAlchemy calls it so
        """Python to database."""
        return _bound

    def result_processor(
        self,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy calls it so
        coltype: object,  # noqa: ARG002 - the same
    ) -> Callable[[int | None], datetime | None]:
        """Database to Python."""
        return _read


class CategorySet(TypeDecorator[tuple[Category, ...]]):
    """A set of categories as a bit mask; bit n is the n-th member of `Category`, which is only ever appended to."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: tuple[Category, ...] | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy calls it so
        """Python to database."""
        return None if value is None else category_mask(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Category, ...] | None:  # noqa: ARG002 - SQLAlchemy calls it so
        """Database to Python."""
        return None if value is None else tuple(c for i, c in enumerate(_ORDER) if int(value) >> i & 1)


class Json(TypeDecorator[Any]):
    """Lists as JSON with Python's `Infinity`, which PostgreSQL's own JSON refuses: text there."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column's type on this engine."""
        return dialect.type_descriptor(JSON() if dialect.name == "sqlite" else Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Python to database."""
        return value if dialect.name == "sqlite" else json.dumps(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Database to Python."""
        return value if dialect.name == "sqlite" or value is None else json.loads(value)


def category_mask(categories: tuple[Category, ...]) -> int:
    """Bit mask of `categories`."""
    mask = 0
    for category in categories:
        mask |= 1 << _ORDER.index(category)
    return mask


def to_micros(value: datetime) -> int:
    """Microseconds since 1970 UTC."""
    if value.tzinfo is None:
        raise ValueError(f"naive datetime {value!r}")
    since = value - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def from_micros(value: int) -> datetime:
    """The datetime, UTC, of microseconds since 1970."""
    return _EPOCH + timedelta(0, 0, value)


def _bound(value: datetime | None) -> int | None:
    return None if value is None else to_micros(value)


def _read(value: int | None) -> datetime | None:
    return None if value is None else _EPOCH + timedelta(0, 0, value)
