"""Bring a database to this program's shape, by itself, before anything else touches it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import migrations
from service.store.errors import StoreError


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


@cache
def head_revision() -> str:
    """The newest shape that this program knows. To find it, all migrations are loaded: once is enough."""
    return str(ScriptDirectory.from_config(alembic_config()).get_current_head())


def current_revision(connection: Connection) -> str:
    """The shape that the database has, "" before the first."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def upgrade(connection: Connection) -> tuple[str, str]:
    """Migrate to the newest shape; returns the revisions before and after.

    StoreError if the database was written by a newer version: nothing is touched then.
    """
    head, current = head_revision(), current_revision(connection)
    if current == head:
        return current, head
    script = ScriptDirectory.from_config(alembic_config())
    known = {revision.revision for revision in script.walk_revisions()}
    if current and current not in known:
        raise StoreError(
            f"the database has schema {current}, made by a newer onrecord; this one knows {head}: upgrade the program"
        )
    command.upgrade(alembic_config(connection), "head")
    return current, head
