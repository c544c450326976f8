"""Evidence that others can check, and a record that tells when it was altered: from a replayed history."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

Onrecord = Callable[..., Any]
PAGE = """# Requests from authorities

{}

We publish a report on the requests that we receive from law enforcement twice a year.
"""
NEVER = "Harborlight has never handed the content of its customers to any government."
WEAKER = "Harborlight does not currently hand the content of its customers to any government."


@pytest.fixture
def record(onrecord: Onrecord, tmp_path: Path) -> Path:
    """The data directory of a replayed history of two versions."""
    repo = tmp_path / "history"
    page = repo / "Harborlight" / "Requests.md"
    page.parent.mkdir(parents=True)

    def git(*arguments: str, at: str = "") -> None:
        who = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        when = {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at} if at else {}
        subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments],
            cwd=repo, check=True, capture_output=True, env={**os.environ, **who, **when},
        )  # fmt: skip

    git("init", "-q")
    for day, said in ((1, NEVER), (2, WEAKER)):
        page.write_text(PAGE.format(said), encoding="utf-8")
        git("add", ".")
        git("commit", "-qm", "seen", at=f"2026-05-0{day}T12:00:00Z")
    data = tmp_path / "data"
    assert onrecord("import", "git", str(repo), "--data-dir", str(data)).code == 0
    return data


def change_of(data: Path) -> str:
    with sqlite3.connect(data / "onrecord.sqlite") as connection:
        return str(connection.execute("SELECT id FROM changes WHERE kind = 'weakened'").fetchone()[0])


def test_a_bundle_stands_by_itself(onrecord: Onrecord, record: Path, tmp_path: Path) -> None:
    change, folder = change_of(record), tmp_path / "bundle"
    ran = onrecord("export", "evidence", change, "--output", str(folder), "--data-dir", str(record))
    assert ran.code == 0

    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    about = json.loads((folder / "change.json").read_text())
    assert about["change"]["old"]["text"] == NEVER
    assert about["change"]["new"]["text"] == WEAKER
    for name in ("previous", "current"):
        raw = (folder / "raw" / f"{name}.md").read_bytes()
        assert hashlib.sha256(raw).hexdigest() == about["versions"][name]["sha256"]
    assert about["versions"]["current"]["detector"] >= 1
    for look in about["chain"]:
        data = bytes.fromhex(look["seal_before"]) + look["payload"].encode()
        assert hashlib.sha256(data).digest()[:16].hex() == look["seal"]
    assert change in about["chain"][-1]["payload"]
    assert NEVER in (folder / "README.txt").read_text()

    again = onrecord("export", "evidence", change, "--output", str(folder), "--data-dir", str(record))
    assert again.code == 2


def test_the_archive_is_one_that_public_tools_take(onrecord: Onrecord, record: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    onrecord("export", "evidence", change_of(record), "--output", str(folder), "--data-dir", str(record))
    warc = folder / "evidence.warc.gz"

    checked = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", str(warc)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
    with warc.open("rb") as stream:
        found = [
            (r.rec_type, r.rec_headers.get_header("WARC-Date"), r.content_stream().read())
            for r in ArchiveIterator(stream)
        ]
    assert [kind for kind, _, _ in found] == ["warcinfo", "resource", "resource", "metadata"]
    assert [date for _, date, _ in found[1:3]] == ["2026-05-01T12:00:00Z", "2026-05-02T12:00:00Z"]
    assert [body for _, _, body in found[1:3]] == [
        (folder / "raw" / f"{name}.md").read_bytes() for name in ("previous", "current")
    ]


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        ("UPDATE wordings SET text = 'Harborlight has never said so.'", "link 2 is broken: chg_"),
        ("UPDATE versions SET observed_at = observed_at - 1", "link 1 is broken: ver_"),
        ('UPDATE versions SET headers = \'[["X", "Y"]]\'', "link 1 is broken: ver_"),
        ("UPDATE changes SET kind = 'strengthened'", "link 2 is broken: chg_"),
        ("DELETE FROM marks", "link 1 is broken: the look at Harborlight: Requests"),
        ("UPDATE blobs SET data = substr(data, 1, 20)", "evidence "),
    ],
)
def test_what_was_altered_is_named(onrecord: Onrecord, record: Path, harm: str, told: str) -> None:
    whole = onrecord("verify", "--data-dir", str(record))
    assert whole.code == 0
    assert whole.out.startswith("whole: 2 looks, 3 versions and changes, ")
    noted = whole.out.splitlines()[-1]
    assert onrecord("verify", "--expect", noted, "--data-dir", str(record)).code == 0

    with sqlite3.connect(record / "onrecord.sqlite") as connection:
        connection.execute(harm)
    broken = onrecord("verify", "--data-dir", str(record))
    assert broken.code == 1
    assert broken.out.startswith(told)


def test_what_cannot_be_done_is_said_in_a_line(onrecord: Onrecord, record: Path, tmp_path: Path) -> None:
    data = ("--data-dir", str(record))

    for ran in (
        onrecord("export", "evidence", "chg_none", *data),
        onrecord("verify", "--expect", "12", *data),
        onrecord("verify", "--data-dir", str(tmp_path / "nothing")),
    ):
        assert ran.code == 2
        assert ran.err.count("\n") == 1
