"""The commands that need no daemon."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from service import __version__

Onrecord = Callable[..., Any]

NEVER = "Harborlight has never received a National Security Letter."
NOTICE = "We will notify you before we disclose your data to law enforcement"
PAGE = "<html><body><main><h1>Requests</h1><p>{}</p></main></body></html>"
OPML = """<?xml version="1.0"?><opml version="2.0"><body><outline text="News">
<outline type="rss" text="The Saltmarsh Courier" xmlUrl="https://courier.example/rss"/></outline></body></opml>"""


def test_version_and_help(onrecord: Onrecord) -> None:
    assert onrecord("--version").out.strip().endswith(__version__)
    shown = onrecord("--help")
    assert shown.code == 0
    for command in (
        "run",
        "poll",
        "check",
        "diff",
        "detect",
        "compare",
        "import",
        "sources",
        "migrate",
        "demo",
    ):
        assert command in shown.out


def test_check_prints_what_a_document_promises(onrecord: Onrecord, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE.format(f"{NEVER} Our office is in Tern Bay."))
    found = json.loads(onrecord("check", "page.html", "--json", "--company", "Harborlight").out)
    (one,) = found
    assert set(one) == {"text", "company", "speaker", "categories", "exception", "score"}
    assert (one["text"], one["company"], one["exception"]) == (NEVER, "Harborlight", "")
    assert set(one["speaker"]) == {"name", "role", "attribution"}
    assert "never" in one["categories"]
    assert NEVER in onrecord("check", "page.html").out
    assert "\n    " in onrecord("check", "page.html", "--explain").out


def test_check_reads_what_comes_in(onrecord: Onrecord) -> None:
    assert json.loads(onrecord("check", "-", "--json", given=f"{NEVER}\n").out)[0]["text"] == NEVER
    marked = onrecord("check", "-", "--json", given=f"# Requests\n\n- **Law:** {NEVER}\n")
    assert json.loads(marked.out)[0]["text"].endswith(NEVER)
    assert "*" not in json.loads(marked.out)[0]["text"]
    nothing = onrecord("check", "-", given="Our office is in Tern Bay, next to the old mill.\n")
    assert nothing.out == "no assurance found\n"


def test_diff_tells_what_changed(onrecord: Onrecord, tmp_path: Path) -> None:
    (tmp_path / "old.html").write_text(PAGE.format(f"{NOTICE}."))
    (tmp_path / "new.html").write_text(PAGE.format(f"{NOTICE}, unless a court forbids it."))
    (change,) = json.loads(onrecord("diff", "old.html", "new.html", "--json").out)
    assert set(change) == {"kind", "old", "new", "categories", "score", "reason"}
    assert change["kind"] == "weakened"
    assert change["new"]["exception"] == "unless a court forbids it"
    assert "{+, unless a court forbids it+}" in onrecord("diff", "old.html", "new.html").out
    assert "no assurance changed (1" in onrecord("diff", "old.html", "old.html").out


def test_detect_keeps_order_and_ids(onrecord: Onrecord) -> None:
    lines = [
        {"id": "a", "text": NEVER},
        {
            "id": 2,
            "text": "The mill was built in 1870.",
            "heading": "History",
            "prev": "Tern Bay has a mill.",
        },
    ]
    ran = onrecord("detect", given="\n".join(map(json.dumps, lines)) + "\n\n")
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert [f["id"] for f in found] == ["a", 2]
    assert [f["relevant"] for f in found] == [True, False]
    assert set(found[0]) == {"id", "relevant", "score", "categories", "exception"}


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (f"{NOTICE}.", f"{NOTICE}, unless a court forbids it.", "weakened"),
        (f"{NOTICE}, unless a court forbids it.", f"{NOTICE}.", "strengthened"),
        (NEVER, "", "withdrawn"),
        ("", NEVER, "new"),
        ("The mill is old.", "The mill is very old.", "none"),
        (NEVER, NEVER.replace("has never", "never has"), "reworded"),
    ],
)
def test_compare(onrecord: Onrecord, old: str, new: str, kind: str) -> None:
    found = json.loads(onrecord("compare", given=json.dumps({"id": 7, "old": old, "new": new})).out)
    assert found == {"id": 7, "kind": kind, "score": found["score"]}
    assert 0 <= found["score"] <= 1


def test_sources_are_added_listed_exported_and_removed(onrecord: Onrecord, tmp_path: Path) -> None:
    (tmp_path / "onrecord.toml").write_text("catalogue = false\n")
    assert (
        onrecord(
            "sources", "add", "requests", "https://harborlight.example/r", "--company", "Harborlight"
        ).code
        == 0
    )
    again = onrecord("sources", "add", "requests", "https://harborlight.example/r")
    assert (again.code, "requests" in again.err) == (2, True)
    (tmp_path / "feeds.opml").write_text(OPML)
    assert "1 added" in onrecord("sources", "import", "feeds.opml").out
    assert "1 known already" in onrecord("sources", "import", "feeds.opml").out
    listed = onrecord("sources", "list").out
    assert "https://harborlight.example/r" in listed
    assert "https://courier.example/rss" in listed
    assert "[[sources]]" in onrecord("sources", "export").out
    assert "xmlUrl" in onrecord("sources", "export", "--format", "opml").out
    assert onrecord("sources", "remove", "requests").code == 0
    assert onrecord("sources", "remove", "requests").code == 2
    assert "harborlight" not in onrecord("sources", "list").out


def test_the_built_in_catalogue_is_large(onrecord: Onrecord) -> None:
    ran = onrecord("sources", "list", "--builtin")
    assert len(ran.out.splitlines()) >= 150
    assert ran.err == ""


@pytest.mark.parametrize(
    ("target", "said"), [("", "a target is empty"), ("ftp://harborlight.example/", "ftp://")]
)
def test_what_is_no_target_is_named(onrecord: Onrecord, target: str, said: str) -> None:
    ran = onrecord("check", target)
    assert (ran.code, said in ran.err, len(ran.err.splitlines())) == (2, True, 1)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Three versions of one document, and a file that is none."""
    repo = tmp_path / "history"
    repo.mkdir()
    git(repo, "init", "--quiet")
    (repo / "Harborlight").mkdir()
    for day, text in enumerate(
        (f"{NEVER}\n\n{NOTICE}.", f"{NEVER}\n\n{NOTICE}, unless a court forbids it.", NEVER), 1
    ):
        (repo / "Harborlight" / "Privacy Policy.md").write_text(f"# Privacy Policy\n\n{text}\n")
        (repo / "README.md").write_text(str(day))
        commit(repo, day)
    return repo


def commit(repo: Path, day: int) -> None:
    git(repo, "add", ".")
    git(repo, "commit", "--quiet", "-m", "a version", day=day)


def git(repo: Path, *arguments: str, day: int = 1) -> None:
    stamp = f"2025-03-{day:02}T12:00:00+00:00"
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(
        ["git", "-C", str(repo), "-c", "user.name=n", "-c", "user.email=n@x.example", *arguments],
        check=True,
        capture_output=True,
        env={**os.environ, **alone, "GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp},
    )


def test_import_git_replays_and_goes_on_where_it_was(onrecord: Onrecord, repository: Path) -> None:
    ran = onrecord("import", "git", str(repository))
    assert (ran.out.strip(), ran.err) == ("1 documents, 3 versions, 2 changes of assurances", "")
    assert onrecord("import", "git", str(repository)).out.strip().endswith("0 changes of assurances")


def test_import_git_keeps_what_was_committed_in_one_second(onrecord: Onrecord, repository: Path) -> None:
    page = repository / "Harborlight" / "Privacy Policy.md"
    for text in (f"{NOTICE}.", f"{NOTICE}, unless a court forbids it."):
        page.write_text(f"# Privacy Policy\n\n{NEVER}\n\n{text}\n")
        commit(repository, day=9)
    assert "5 versions, 4 changes" in onrecord("import", "git", str(repository)).out


def test_import_git_names_what_is_wrong(onrecord: Onrecord, tmp_path: Path) -> None:
    nothing = onrecord("import", "git", str(tmp_path))
    assert nothing.code == 2
    assert "not a git repository" in nothing.err


def test_subscriptions_need_a_record(onrecord: Onrecord) -> None:
    ran = onrecord("subscriptions")
    assert (ran.code, "no record" in ran.err) == (2, True)
