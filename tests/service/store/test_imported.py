"""Statements of imported histories that say the same are one with sightings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from service.looks.gitlog import Revision
from service.looks.recall import Recall
from service.looks.replay import GROUP, replay, sights
from service.store.engine import Database
from service.store.imported import join_imported
from service.store.migrate import upgrade

START = datetime(2024, 5, 1, tzinfo=UTC)
NOTICE = "We will notify you before we disclose your data to law enforcement."
MAY = NOTICE.replace("will", "may")
COURT = "We require a court order before we disclose the content of messages to a government."
FILLER = "\n\n".join(
    f"Our shop number {n} sells tea and salt on weekdays, and wool on Sundays." for n in range(9)
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "onrecord.sqlite")
    database.write_now(upgrade)
    yield database
    database.dispose()


def imported(database: Database, name: str, *versions: tuple[int, str], company: str = "Quillnet") -> None:
    path = f"{company}/{name}.md"
    found = [
        (Revision(path, START + timedelta(days=day), f"{day}"), f"# {name}\n\n{FILLER}\n\n{said}\n".encode())
        for day, said in versions
    ]
    database.write_now(lambda connection: replay(connection, path, sights(path, found), Recall()))


def joined(database: Database, company: str = "Quillnet") -> int:
    return database.write_now(lambda connection: join_imported(connection, company, GROUP))


def stand(database: Database) -> dict[tuple[str, str], str]:
    """By document and words: the document of the lineage that it is a sighting of."""
    query = text(
        "SELECT d.url, w.text, coalesce(o.url, '') AS of FROM wordings w"
        " JOIN assurances a ON a.id = w.assurance_id JOIN documents d ON d.id = w.document_id"
        " LEFT JOIN assurances l ON l.id = a.joined LEFT JOIN documents o ON o.id = l.document_id"
        " WHERE w.until IS NULL AND a.state = 'current' AND w.joined = a.joined"
    )
    rows = database.write_now(lambda connection: connection.execute(query).all())
    return {(row.url.split("/")[1].removesuffix(".md"), row.text): row.of for row in rows}


def test_the_document_that_said_it_first_leads(database: Database) -> None:
    imported(database, "Guide", (9, NOTICE))
    imported(database, "Privacy", (1, f"{NOTICE}\n\n{COURT}"))
    imported(database, "Privacy", (3, NOTICE), company="Harborlight")
    assert joined(database) == 1
    found = stand(database)
    assert found["Guide", NOTICE] == "git:Quillnet/Privacy.md"
    assert found["Privacy", COURT] == ""
    assert sum(bool(of) for of in found.values()) == 1


def test_what_means_something_else_by_now_stands_for_itself_again(database: Database) -> None:
    imported(database, "Privacy", (1, NOTICE))
    imported(database, "Guide", (2, NOTICE))
    joined(database)
    imported(database, "Guide", (2, NOTICE), (5, MAY))
    assert joined(database) == 0
    assert stand(database) == {("Privacy", NOTICE): "", ("Guide", MAY): ""}


def test_what_has_lost_the_one_that_led_leads_itself(database: Database) -> None:
    imported(database, "Privacy", (1, f"{NOTICE}\n\n{COURT}"))
    imported(database, "Guide", (2, NOTICE))
    joined(database)
    imported(database, "Privacy", (1, f"{NOTICE}\n\n{COURT}"), (5, COURT))
    assert joined(database) == 0
    assert stand(database)["Guide", NOTICE] == ""
