"""Real histories of law-enforcement guidelines, served version by version: each real change arrives once."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from watchers.parse import read_document

from service.app import App
from service.diff.normal import fingerprint, normal_form
from service.gitlog import Blobs, Revision, history
from service.settings import Settings
from service.store.history import ChangeFilter, list_changes
from service.track import Looked

pytestmark = [pytest.mark.shared, pytest.mark.slow]

EXPECTED = Path(__file__).with_name("history_expected.tsv")
"""document, version, kind and fingerprint of the changed sentence, each read by eye: no text of the documents."""
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


def words_of(body: bytes) -> list[str]:
    """The text as a reader has it, however it is set."""
    document = read_document(body, url="http://x.example/x.md", media_type="text/markdown")
    return [normal_form(block.text) for block in document.blocks]


@pytest.mark.parametrize("document", DOCUMENTS)
async def test_each_real_change_arrives_once(
    document: str,
    repository: Path,
    world: Any,
    settings: Callable[..., Settings],
    running: Callable[[Settings], AbstractAsyncContextManager[App]],
) -> None:
    versions = versions_of(repository, document)
    company = document.partition("/")[0]
    source = {"name": "guide", "company": company, "kind": "page", "url": f"{world.url}/guide", "every": "1h"}
    made = settings([source])
    told: list[tuple[int, str, str]] = []
    quiet_versions: set[int] = set()
    before: list[str] = []
    async with App(made) as app:
        for number, (_, body) in enumerate(versions, 1):
            now = words_of(body)
            if sorted(before) == sorted(now):
                quiet_versions.add(number)
            before = now
            world.put("/guide", body, "text/markdown; charset=utf-8")
            looks: list[Looked] = [looked async for looked in app.patrol.poll(["guide"])]
            assert [look.decision.update.error for look in looks] == [""], number
            seen = len(world.hooks)
            await app.deliverer.dispatch()
            await app.deliverer.drain()
            for hook in world.hooks[seen:]:
                hook.verify()
                side = hook.data["new"] or hook.data["old"]
                told.append((number, hook.data["kind"], fingerprint(side["text"])))
        recorded = (await app.store.read(list_changes, ChangeFilter(), limit=500)).items
    assert len({hook.id for hook in world.attempts}) == len(world.attempts)
    assert [hook.event["sequence"] for hook in world.hooks] == [
        str(n) for n in range(1, len(world.hooks) + 1)
    ]
    assert sorted(c.kind for c in recorded if c.announced and c.kind != "reworded") == sorted(
        k for _, k, _ in told
    )
    assert not [entry for entry in told if entry[0] in quiet_versions]
    assert Counter(told) == expected(document)


def expected(document: str) -> Counter[tuple[int, str, str]]:
    lines = EXPECTED.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return Counter((int(version), kind, mark) for name, version, kind, mark in rows if name == document)
