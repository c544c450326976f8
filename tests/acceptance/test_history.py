"""Real histories of law-enforcement guidelines, served version by version: each real change arrives once."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from service.app import App
from service.configuration.settings import Settings
from service.diff.normal import fingerprint, normal_form
from service.looks.gitlog import Blobs, Revision, history
from service.statements.sentences import split
from service.store.history import ChangeFilter, list_changes
from watchers.parse import read_document

pytestmark = [pytest.mark.shared, pytest.mark.slow]

EXPECTED = Path(__file__).with_name("history_expected.tsv")
"""Changes that matter, found by reading the documents; told by version, kind and fingerprint."""
DOCUMENTS = (
    "Telegram/Law Enforcement Guidelines.md",
    "Telegram/Privacy Policy.md",
    "Facebook/Law Enforcement Guidelines.md",
    "TikTok/Law Enforcement Guidelines.md",
    "Twitter/Law Enforcement Guidelines.md",
)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    bundle = Path(__file__).resolve().parents[2] / "../shared/data/policy-history.bundle"
    if not bundle.exists():
        pytest.skip("../shared/data/policy-history.bundle is not here")
    target = tmp_path_factory.mktemp("history") / "repo"
    subprocess.run(
        ["git", "clone", "--quiet", "--bare", str(bundle), str(target)], check=True, capture_output=True
    )
    return target


def versions_of(repository: Path, document: str) -> list[tuple[Revision, bytes]]:
    revisions = history(repository, glob=document)[document]
    with Blobs(repository) as blobs:
        return [(revision, blobs.read(revision.blob)) for revision in revisions if revision.blob]


def sentences_of(body: bytes) -> list[str]:
    """What a reader reads, however it is set: every sentence and list item."""
    document = read_document(body, url="http://x.example/x.md", media_type="text/markdown")
    return sorted(normal_form(sentence.text) for sentence in split(document))


@pytest.mark.parametrize("document", DOCUMENTS)
async def test_each_real_change_arrives_once(
    document: str,
    repository: Path,
    world: Any,
    settings: Callable[..., Settings],
) -> None:
    versions = versions_of(repository, document)
    company = document.partition("/")[0]
    source = {"name": "guide", "company": company, "kind": "page", "url": f"{world.url}/guide", "every": "1h"}
    told: list[tuple[int, str, str]] = []
    before: list[str] = []
    async with App(settings([source])) as app:
        for number, (_, body) in enumerate(versions, 1):
            now = sentences_of(body)
            world.put("/guide", body, "text/markdown; charset=utf-8")
            looks = [look async for look in app.patrol.poll(["guide"])]
            assert [look.decision.update.error for look in looks] == [""], number
            seen = len(world.hooks)
            await app.deliverer.dispatch()
            await app.deliverer.drain()
            for hook in world.hooks[seen:]:
                hook.verify()
                told.append(check(hook.data, before, now))
            if now == before:
                assert len(world.hooks) == seen, (
                    f"version {number} is only set otherwise, and yet something was told"
                )
            before = now
        recorded = (await app.store.read(list_changes, ChangeFilter(), limit=500)).items
    assert len({hook.id for hook in world.attempts}) == len(world.attempts)
    sequences = [
        int(hook.event["sequence"]) for hook in world.hooks
    ]  # rewordings have theirs, and are not sent
    assert sequences == sorted(set(sequences))
    assert sorted(c.kind for c in recorded if c.announced and c.kind != "reworded") == sorted(
        k for _, k, _ in told
    )
    for wanted in expected(document):
        assert told.count(wanted) == 1, wanted


def check(data: dict[str, Any], before: list[str], now: list[str]) -> tuple[int, str, str]:
    """What is told must be so: the old words stood there and the new ones stand there now."""
    old, new = (normal_form(data[side]["text"]) if data[side] else None for side in ("old", "new"))
    if old is not None:
        assert old in before or data["document"]["version"] > 2, f"{old!r} did not stand there"
    if new is not None:
        assert new in now, f"{new!r} does not stand there"
    if data["kind"] == "withdrawn":
        assert old not in now, f"{old!r} still stands there"
    if data["kind"] == "new":
        assert new not in before, f"{new!r} stood there before"
    side = data["new"] or data["old"]
    return data["document"]["version"], data["kind"], fingerprint(side["text"])


def expected(document: str) -> list[tuple[int, str, str]]:
    lines = EXPECTED.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(int(version), kind, mark) for name, version, kind, mark in rows if name == document]
