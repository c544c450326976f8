"""`onrecord poll`: look once, say what came of it, deliver what is owed."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.options import read_settings, with_config
from service.cli.program import FAILED, Refusal
from service.configuration.settings import Settings
from service.decision import Subject
from service.model import Kind, Outcome
from service.process.logs import configure
from service.store.errors import StoreError

if TYPE_CHECKING:
    from service.looks.track import Looked

_WORST = (
    Outcome.ERROR,
    Outcome.REFUSED,
    Outcome.CHANGED,
    Outcome.GONE,
    Outcome.MOVED,
    Outcome.BACKOFF,
    Outcome.OK,
)
_FAILED = (Outcome.ERROR, Outcome.REFUSED, Outcome.GONE)


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]…")
@with_config
@click.option("--verbose", is_flag=True, help="Log every poll.")
def poll(sources: tuple[str, ...], config: Path | None, data_dir: Path | None, *, verbose: bool) -> None:
    """Look once at the named sources, or at all that are due. Exits 1 if one failed."""
    settings = read_settings(config, data_dir=data_dir)
    configure(verbose=verbose)
    try:
        failed = asyncio.run(_poll(settings, sources))
    except StoreError as error:
        raise Refusal(str(error)) from error
    raise click.exceptions.Exit(FAILED if failed else 0)


async def _poll(settings: Settings, names: tuple[str, ...]) -> bool:
    from service.app import App  # noqa: PLC0415 - takes a second, and a wrong setting is said without it

    looks: defaultdict[str, list[Looked]] = defaultdict(list)
    async with App(settings, waking=False) as app:  # cron comes again and again
        async for looked in app.patrol.poll(names):
            looks[looked.watch.source.name].append(looked)
        failed = [_say(name, found) for name, found in sorted(looks.items())]
        if not looks:
            click.echo("nothing is due")
        await app.deliverer.dispatch()
        await app.deliverer.drain()
    return any(failed)


def _say(name: str, looks: list[Looked]) -> bool:
    """One line for the source, one for each change; True if the source failed."""
    main = [look for look in looks if look.watch.subject is not Subject.POST] or looks
    outcome = _outcome(looks, main)
    decision = main[0].decision
    reason = decision.update.error or ""
    posts = sum(look.recorded.posts for look in looks)
    notes = [f"{posts} new posts" if posts != 1 else "1 new post"] if posts else []
    if decision.update.url != main[0].watch.url:
        notes.append(f"moved to {decision.update.url}")
    if reason:
        notes.append(f"{decision.update.reason}: {reason}")
    click.echo(f"{name} OUTCOME={outcome.value}" + (f" ({'; '.join(notes)})" if notes else ""))
    for look in looks:
        for change in look.decision.changes:
            if change.note != "technical":
                side = change.new or change.old
                words = side.text if side else ""
                if change.kind in (Kind.WEAKENED, Kind.STRENGTHENED, Kind.FIGURE) and change.reason:
                    words = f"{words} [{change.reason}]"
                click.echo(f"  {change.kind.value} {change.company}: {words}")
    return outcome in _FAILED or decision.pause is not None


def _outcome(looks: list[Looked], main: list[Looked]) -> Outcome:
    """The source's own outcome, or "changed" where only a post of it changed."""
    own = {look.decision.outcome for look in main}
    for outcome in _WORST:
        if outcome in own:
            found = outcome
            break
    else:
        found = Outcome.UNCHANGED
    posts_changed = any(look.decision.outcome is Outcome.CHANGED for look in looks)
    return Outcome.CHANGED if found in (Outcome.UNCHANGED, Outcome.OK) and posts_changed else found
