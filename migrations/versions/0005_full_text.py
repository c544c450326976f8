"""Full text search on SQLite: what changes and wordings say, indexed in the transaction that records them.

Revision: 0005, after 0004
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_CATEGORIES = 32
_TOKENIZE = "tokenize = 'unicode61 remove_diacritics 2'"

# Facets are words no text holds, so that one lookup answers text and filters together (service/store/search.py).
_FACETS = (
    "'kind' || c.kind || ' source' || c.source_id || ' company' || lower(hex(c.company))"
    " || CASE WHEN c.note = 'technical' THEN ' technical' ELSE '' END"
    + "".join(
        f" || CASE WHEN c.categories & {1 << n} THEN ' category{n}' ELSE '' END" for n in range(_CATEGORIES)
    )
)
_WORDS = (
    "coalesce((SELECT text FROM wordings WHERE id = c.old_wording), '') || char(10) ||"
    " coalesce((SELECT text FROM wordings WHERE id = c.new_wording), '')"
)
# Milliseconds and 20 bits for those within one: in this order newest first is a walk backwards.
_SLOT = "max(c.observed_at / 1000, 0) * 1048576"

# ruff: noqa: S608 - put together from the constants above
_TRIGGERS = (
    f"""CREATE TRIGGER changes_searchable AFTER INSERT ON changes BEGIN
    INSERT INTO change_keys (key, change_id)
      SELECT coalesce((SELECT max(key) + 1 FROM change_keys WHERE key >= {_SLOT} AND key < {_SLOT} + 1048576), {_SLOT}),
             c.id FROM changes c WHERE c.id = new.id;
    INSERT INTO change_text (rowid, words, facets)
      SELECT k.key, {_WORDS}, {_FACETS} FROM changes c JOIN change_keys k ON k.change_id = c.id WHERE c.id = new.id;
    END""",
    """CREATE TRIGGER wordings_searchable AFTER INSERT ON wordings BEGIN
    INSERT INTO wording_text (rowid, words) VALUES (new.id, new.text);
    END""",
)
_FILL = (
    f"""INSERT INTO change_keys (key, change_id)
      SELECT slot + row_number() OVER (PARTITION BY slot ORDER BY id) - 1, id
      FROM (SELECT {_SLOT} AS slot, c.id AS id FROM changes c)""",
    f"""INSERT INTO change_text (rowid, words, facets)
      SELECT k.key, {_WORDS}, {_FACETS} FROM change_keys k JOIN changes c ON c.id = k.change_id ORDER BY k.key""",
    "INSERT INTO wording_text (rowid, words) SELECT id, text FROM wordings ORDER BY id",
)


def upgrade() -> None:
    """Go to this shape. Another engine searches with its own means and needs none of this."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    for statement in (
        "CREATE TABLE change_keys (key INTEGER PRIMARY KEY, change_id VARCHAR NOT NULL UNIQUE)",
        f"CREATE VIRTUAL TABLE change_text USING fts5(words, facets, content = '', {_TOKENIZE})",
        f"CREATE VIRTUAL TABLE wording_text USING fts5(words, content = '', {_TOKENIZE})",
        *_FILL,
        *_TRIGGERS,
    ):
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    """Go back."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    for statement in (
        "DROP TRIGGER changes_searchable",
        "DROP TRIGGER wordings_searchable",
        "DROP TABLE change_text",
        "DROP TABLE wording_text",
        "DROP TABLE change_keys",
    ):
        connection.exec_driver_sql(statement)
