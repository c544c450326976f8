"""`onrecord import git` killed in the middle, twice, and called again: as if it had never been stopped."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(sys.executable).with_name("onrecord")
DOCUMENTS, VERSIONS = 2, 130
PATIENCE = 400.0
FILE = "onrecord.sqlite"
NOTICE = "We {} notify you before we disclose your data to law enforcement."
COURT = "We require a court order before we disclose the content of messages to a government."
FILLER = "\n\n".join(
    f"Our shop number {n} sells tea and salt on weekdays, and wool on Sundays." for n in range(6)
)
QUERIES = (
    "SELECT d.url, p.at, p.outcome, p.reason FROM polls p JOIN watches w ON w.id = p.watch_id"
    " JOIN documents d ON d.id = w.document_id ORDER BY 1, 2",
    "SELECT d.url, v.number, v.observed_at, hex(v.raw_hash), hex(v.text_hash) FROM versions v"
    " JOIN documents d ON d.id = v.document_id ORDER BY 1, 2",
    "SELECT d.url, c.kind, c.note, c.reason, c.version, c.observed_at FROM changes c"
    " JOIN documents d ON d.id = c.document_id ORDER BY 1, 6, 2, 4",
    "SELECT d.url, w.text, w.since, w.until, w.position FROM wordings w JOIN documents d ON d.id = w.document_id"
    " ORDER BY 1, 3, 2",
    "SELECT d.url, a.state, a.since, a.withdrawn_at, a.joined != '' FROM assurances a"
    " JOIN documents d ON d.id = a.document_id ORDER BY 1, 3, 2, 4",
)


def git(repo: Path, *arguments: str, day: int = 0) -> None:
    when = f"{1_700_000_000 + 86_400 * day} +0000"
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@a.example", "GIT_COMMITTER_NAME": "a",
           "GIT_COMMITTER_EMAIL": "a@a.example", "GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}  # fmt: skip
    subprocess.run(
        ["git", "-C", str(repo), *arguments], check=True, capture_output=True, env={**os.environ, **who}
    )


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    made = tmp_path / "repo"
    (made / "Quillnet").mkdir(parents=True)
    git(made, "init", "--quiet")
    for day in range(VERSIONS):
        said = NOTICE.format("will" if day % 40 < 20 else "may")
        for number in range(DOCUMENTS):
            text = f"# Policy {number}\n\n{FILLER}\n\nThis is edition {day}.\n\n{said}\n\n{COURT}\n"
            (made / "Quillnet" / f"Policy {number}.md").write_text(text, "utf-8")
        git(made, "add", "-A", day=day)
        git(made, "commit", "--quiet", "-m", f"day {day}", day=day)
    return made


def start(repo: Path, data: Path) -> subprocess.Popen[bytes]:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("ONRECORD_")}
    command = [str(PROGRAM), "import", "git", str(repo), "--data-dir", str(data)]
    return subprocess.Popen(
        command, cwd=repo.parent, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )


def recorded(data: Path, *queries: str) -> list[Any]:
    connection = sqlite3.connect(f"file:{data / FILE}?mode=ro", uri=True)
    try:
        return [connection.execute(query).fetchall() for query in queries]
    finally:
        connection.close()


def versions(data: Path) -> int:
    try:
        return int(recorded(data, "SELECT count(*) FROM versions")[0][0][0])
    except sqlite3.Error:
        return 0


def kill_at(repo: Path, data: Path, goal: int) -> int:
    """Kill it once so many versions are on record; returns how many were."""
    process = start(repo, data)
    try:
        end = time.monotonic() + PATIENCE
        while versions(data) < goal and process.poll() is None:
            assert time.monotonic() < end
            time.sleep(0.01)
        assert process.poll() is None, "it ended before it could be killed"
    finally:
        process.kill()
        process.communicate()
    return versions(data)


@pytest.mark.slow
def test_killed_in_the_middle_and_called_again_it_is_as_if_it_had_not_been(
    repo: Path, tmp_path: Path
) -> None:
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    first = kill_at(repo, killed, 1)
    second = kill_at(repo, killed, first + 60)
    assert 0 < first < second < DOCUMENTS * VERSIONS
    for data in (killed, whole):
        process = start(repo, data)
        said, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, said
    assert versions(whole) == DOCUMENTS * VERSIONS
    assert recorded(killed, *QUERIES) == recorded(whole, *QUERIES)
