"""One statement in many places: sightings, moves between pages, and by what copies are found.

Revision: 0015, after 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.sightings.traces import traces
from service.store.types import UtcTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

CHUNK = 1000


def upgrade() -> None:
    """Go to this shape; what is on record of watched sources can be found by its copies from now on."""
    for table, column in (("assurances", "joined"), ("assurances", "held"), ("wordings", "joined")):
        op.add_column(table, sa.Column(column, sa.String(), nullable=False, server_default=""))
    op.add_column("assurances", sa.Column("held_at", UtcTime(), nullable=True))
    op.add_column("changes", sa.Column("moved_from", sa.String(), nullable=True))
    for column in ("joined", "held"):
        given = sa.text(f"{column} <> ''")
        op.create_index(
            f"ix_assurances_{column}", "assurances", [column], sqlite_where=given, postgresql_where=given
        )
    op.create_table(
        "traces",
        sa.Column("trace", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("wording_id", sa.Integer(), primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    """Imported histories leave no traces: nobody looks at them, so nothing can be said to stand there."""
    after = 0
    query = sa.text(
        "SELECT w.id, w.company, w.text FROM wordings w JOIN documents d ON d.id = w.document_id"
        " JOIN sources s ON s.id = d.source_id WHERE s.origin <> 'import' AND w.id > :after ORDER BY w.id LIMIT :chunk"
    )
    put = sa.text("INSERT INTO traces (trace, wording_id) VALUES (:trace, :wording)")
    while rows := connection.execute(query, {"after": after, "chunk": CHUNK}).all():
        after = rows[-1].id
        found = [
            {"trace": trace, "wording": row.id} for row in rows for trace in traces(row.company, row.text)
        ]
        if found:
            connection.execute(put, found)


def downgrade() -> None:
    """Go back; sightings stand for themselves then."""
    op.drop_table("traces")
    for column in ("joined", "held"):
        op.drop_index(f"ix_assurances_{column}", "assurances")
    for table, column in (
        ("assurances", "joined"),
        ("assurances", "held"),
        ("assurances", "held_at"),
        ("wordings", "joined"),
        ("changes", "moved_from"),
    ):
        op.drop_column(table, column)
