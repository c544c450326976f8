"""Indexes from which lists are read in order, and which hold what the filters ask.

Revision: 0018, after 0017
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_SHAPE = Mapping[str, Sequence[str]]
_AFTER: _SHAPE = {
    "ix_changes_company": ("company", "observed_at", "id", "note"),
    "ix_changes_source": ("source_id", "observed_at", "id"),
    "ix_changes_kind": ("kind", "observed_at", "id"),
    "ix_wordings_company": (
        "company", "document_id", "position", "id", "since", "until", "categories", "joined",
    ),
}  # fmt: skip
_BEFORE: _SHAPE = {
    "ix_changes_company": ("company", "note", "observed_at"),
    "ix_changes_source": ("source_id", "observed_at"),
    "ix_changes_kind": ("kind", "observed_at"),
    "ix_wordings_company": ("company", "document_id", "position", "id"),
}


def upgrade() -> None:
    """Go to this shape."""
    _rebuild(_AFTER)
    ended = sa.text("state = 'withdrawn'")
    op.create_index(
        "ix_assurances_withdrawn", "assurances", ["company"], sqlite_where=ended, postgresql_where=ended
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_assurances_withdrawn", "assurances")
    _rebuild(_BEFORE)


def _rebuild(indexes: _SHAPE) -> None:
    for name, columns in indexes.items():
        table = name.split("_")[1]
        op.drop_index(name, table)
        op.create_index(name, table, list(columns))
