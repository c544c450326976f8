"""`onrecord import git`: a history that somebody else observed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from service.cli.options import progress, read_settings, with_config
from service.cli.program import Refusal
from service.configuration.settings import Settings
from service.looks.gitlog import Blobs, GitError, Revision, history
from service.looks.recall import Recall
from service.looks.replay import CHUNK, GROUP, read_ahead, replay, sights, spec_of
from service.store.errors import StoreError
from service.store.imported import join_imported
from service.store.store import Store, locate


@click.group("import")
def import_() -> None:
    """Bring in histories that were observed elsewhere."""


@import_.command()
@click.argument("repo", type=click.Path(path_type=Path))
@click.option("--glob", default="*/*.md", show_default=True, help="Which paths: Company/Document.md.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only commits from this day on.")
@click.option("--ref", default="", help="Branch or commit; else HEAD.")
@with_config
def git(
    repo: Path, glob: str, since: datetime | None, ref: str, config: Path | None, data_dir: Path | None
) -> None:
    """Replay a git repository of documents (Open Terms Archive's layout); commit dates are observation dates.

    Nobody is alerted. Stopped and called again, it goes on where it was.
    """
    settings = read_settings(config, data_dir=data_dir)
    try:
        found = history(repo, glob=glob, since=since.replace(tzinfo=UTC) if since else None, ref=ref)
        asyncio.run(_import(settings, repo, found))
    except (GitError, StoreError) as error:
        raise Refusal(str(error)) from error


async def _import(settings: Settings, repo: Path, found: dict[str, list[Revision]]) -> None:
    if not found:
        raise GitError(f"{repo}: no document matches")
    store = Store(locate(settings.database, settings.data_dir))
    await asyncio.to_thread(store.open)
    total = sum(len(revisions) for revisions in found.values())
    changes = 0
    try:
        with (
            Blobs(repo) as blobs,
            progress("replaying", total) as bar,
        ):
            for path, revisions in sorted(found.items()):
                recall = Recall()
                for chunk in _chunks(revisions):
                    seen = sights(path, [(r, blobs.read(r.blob) if r.blob else b"") for r in chunk])
                    read_ahead(path, seen, recall)
                    changes += await store.write(replay, path, seen, recall)
                    bar.update(len(chunk))
        for company in sorted({spec_of(path).company for path in found}):
            await store.write(join_imported, company, GROUP)
    finally:
        await store.aclose()
    click.echo(f"{len(found)} documents, {total} versions, {changes} changes of assurances")


def _chunks(revisions: Sequence[Revision]) -> Iterator[Sequence[Revision]]:
    for start in range(0, len(revisions), CHUNK):
        yield revisions[start : start + CHUNK]
