"""`onrecord sources`: the catalogue."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from pydantic import ValidationError

from service.catalogue import CatalogueError, load_builtin, read_opml, read_toml, write_opml, write_toml
from service.cli.options import read_settings, with_config
from service.cli.program import FAILED, Refusal
from service.configuration.durations import format_duration
from service.configuration.listening import link_base
from service.configuration.settings import Settings, SourceSettings
from service.model import Role, SourceKind, SourceSpec
from service.store.errors import StoreError
from service.store.store import Place, Store, is_begun, locate
from service.store.watchlist import add_source, retire_source, source_specs, sync_sources
from watchers.errors import WatchError
from watchers.fetch import Fetcher
from watchers.guard import Guard
from watchers.model import FetchRules

T = TypeVar("T")
Where = tuple[Path | None, Path | None]


@click.group()
def sources() -> None:
    """List, add, remove, import, export and test what is watched."""


@sources.command("list")
@with_config
@click.option("--builtin", is_flag=True, help="The catalogue shipped with the program, whatever is watched.")
def list_(config: Path | None, data_dir: Path | None, *, builtin: bool) -> None:
    """Print the sources, one a line, and to a terminal their number."""
    specs = load_builtin() if builtin else _watched(read_settings(config, data_dir=data_dir))
    for spec in specs:
        who = spec.company or spec.role.value
        click.echo(f"{spec.name}\t{who}\t{spec.kind.value}\tevery {format_duration(spec.every)}\t{spec.url}")
    if sys.stderr.isatty():
        click.echo(f"{len(specs)} source{'' if len(specs) == 1 else 's'}", err=True)


@sources.command()
@click.argument("name")
@click.argument("url")
@click.option("--kind", type=click.Choice([k.value for k in SourceKind]), default="page", show_default=True)
@click.option("--role", type=click.Choice([r.value for r in Role]), default="company", show_default=True)
@click.option("--company", default="")
@click.option("--every", default=None, help="Such as 15m or 6h.")
@click.option("--confirm", default=None, help="How long a withdrawal must hold, such as 1h.")
@click.option("--grace", default=None, help="How late a promised statement may be, such as 3d.")
@click.option("--select", default="", help="CSS selector of the text.")
@with_config
def add(name: str, url: str, config: Path | None, data_dir: Path | None, **given: Any) -> None:
    """Watch one more source from now on."""
    settings = read_settings(config, data_dir=data_dir)
    values = {key: value for key, value in given.items() if value is not None}
    try:
        spec = SourceSettings(name=name, url=url, **values).spec(settings.defaults)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise Refusal(
            f"{'.'.join(map(str, first['loc']))}: {str(first['msg']).removeprefix('Value error, ')}"
        ) from error
    _write(settings, lambda store: store.write(add_source, spec, datetime.now(UTC)))
    click.echo(f"{name} is watched from now on")


@sources.command()
@click.argument("name")
@with_config
def remove(name: str, config: Path | None, data_dir: Path | None) -> None:
    """Stop watching a source; what it showed stays on record."""
    settings = read_settings(config, data_dir=data_dir)
    if any(source.name == name for source in settings.sources):
        raise Refusal(f"{name!r} stands in the configuration: take it out there")
    if not _write(settings, lambda store: store.write(retire_source, name)):
        raise Refusal(f"there is no source named {name!r}")
    click.echo(f"{name} is not watched any more")


@sources.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@with_config
def import_(file: Path, config: Path | None, data_dir: Path | None) -> None:
    """Add the sources of an OPML or TOML file; those known by name are left as they are."""
    settings = read_settings(config, data_dir=data_dir)
    try:
        body = file.read_bytes()
        specs = (
            read_toml(body.decode())
            if file.suffix.lower() == ".toml"
            else read_opml(body, every=settings.defaults.every)
        )
    except OSError as error:
        raise Refusal(f"{file}: {error.strerror or error}") from error
    except (CatalogueError, UnicodeDecodeError) as error:
        raise Refusal(f"{file}: {error}") from error

    async def add_all(store: Store) -> int:
        have = {spec.name for spec in await store.read(source_specs)}
        fresh = [spec for spec in specs if spec.name not in have]
        for spec in fresh:
            await store.write(add_source, spec, datetime.now(UTC))
        return len(fresh)

    added = _write(settings, add_all)
    click.echo(f"{added} added, {len(specs) - added} known already")


@sources.command()
@click.option("--format", "form", type=click.Choice(["toml", "opml"]), default="toml", show_default=True)
@with_config
def export(form: str, config: Path | None, data_dir: Path | None) -> None:
    """Print what is watched as TOML ([[sources]] tables) or OPML."""
    specs = _watched(read_settings(config, data_dir=data_dir))
    click.echo(write_toml(specs) if form == "toml" else write_opml(specs).decode(), nl=False)


@sources.command()
@click.argument("names", nargs=-1, metavar="[SOURCE]…")
@with_config
def test(names: tuple[str, ...], config: Path | None, data_dir: Path | None) -> None:
    """Ask every source once from here and say which of them answer. Records nothing."""
    settings = read_settings(config, data_dir=data_dir)
    specs = _watched(settings)
    unknown = set(names) - {spec.name for spec in specs}
    if unknown:
        raise Refusal(f"there is no source named {min(unknown)!r}")
    chosen = [spec for spec in specs if not names or spec.name in names]
    answers = asyncio.run(_ask_all(settings, chosen))
    good = sum(answers)
    click.echo(f"{good} of {len(answers)} answer")
    if answers and not good:
        click.echo("none can be reached from here; `onrecord demo` works without the internet", err=True)
    raise click.exceptions.Exit(0 if good == len(answers) else FAILED)


async def _ask_all(settings: Settings, specs: Sequence[SourceSpec]) -> list[bool]:
    """Which of them answered."""
    fetch = settings.fetch
    guard = Guard(fetch.allow, fetch.ports)
    rules = FetchRules(
        timeout=fetch.timeout,
        max_bytes=int(fetch.max_bytes),
        per_host=fetch.per_host,
        allow=fetch.allow,
        user_agent=fetch.user_agent,
    )
    slots = asyncio.Semaphore(fetch.concurrency)
    async with Fetcher(rules, guard=guard) as fetcher:

        async def one(spec: SourceSpec) -> bool:
            async with slots:
                try:
                    await fetcher.get(spec.url, robots=spec.robots and spec.kind is SourceKind.PAGE)
                except WatchError as error:
                    click.echo(f"{spec.name}\tno\t{error.reason}: {error.message}")
                    return False
            click.echo(f"{spec.name}\tyes")
            return True

        return list(await asyncio.gather(*(one(spec) for spec in specs)))


def _watched(settings: Settings) -> tuple[SourceSpec, ...]:
    """What a daemon with these settings would watch, by name; the record is read if there is one."""
    configured = settings.specs()
    found = {spec.name: spec for spec in (load_builtin() if settings.catalogue else ())}
    place = locate(settings.database, settings.data_dir)
    if is_begun(place):
        added = _peek(place)
        found |= {spec.name: spec for spec in added}
    found |= {spec.name: spec for spec in configured}
    return tuple(found[name] for name in sorted(found))


def _peek(place: Place) -> tuple[SourceSpec, ...]:
    """The sources added by hand, read beside a running daemon."""
    try:
        return Store.peek(place, source_specs, ("added",))
    except StoreError as error:
        raise Refusal(str(error)) from error


def _write(settings: Settings, work: Callable[[Store], Awaitable[T]]) -> T:
    """Open the record, sync it with the configuration, do the work."""

    async def go() -> T:
        store = Store(locate(settings.database, settings.data_dir))
        await asyncio.to_thread(store.open)
        try:
            await store.write(sync_sources, settings.specs(), "config", datetime.now(UTC))
            return await work(store)
        finally:
            await store.aclose()

    try:
        return asyncio.run(go())
    except StoreError as error:
        hint = (
            f" (or use the running daemon: {link_base(settings)}/api/v1/sources)"
            if "in use" in str(error)
            else ""
        )
        raise Refusal(f"{error}{hint}") from error
