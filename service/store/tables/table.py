"""What every table has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import sqlalchemy
from sqlmodel import SQLModel

from service.store.types import UtcTime


class Table(SQLModel):
    """A row of the record; its table for statements is `__table__`, which SQLModel makes but does not declare."""

    if TYPE_CHECKING:
        __table__: ClassVar[sqlalchemy.Table]


def moment(*, null: bool = True, index: bool = False) -> Any:
    """A column for a time."""
    return sqlalchemy.Column(UtcTime, nullable=null, index=index)
