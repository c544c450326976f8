"""`onrecord backup`, `onrecord doctor` and `onrecord prune`: keeping the record."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from service.cli.options import read_record, read_settings, with_config
from service.cli.program import FAILED, Refusal
from service.configuration.durations import parse_duration
from service.keeping.backup import back_up
from service.keeping.clearing import Strays, clear_strays, find_strays
from service.keeping.examination import State, examine_record
from service.keeping.sweep import Sweep
from service.store.encryption import key_origin
from service.store.errors import StoreError
from service.store.proof import Proof


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@with_config
def backup(target: Path, config: Path | None, data_dir: Path | None) -> None:
    """Copy the record to the new file TARGET, or into the folder TARGET, while it is in use; the copy is checked.

    Of a PostgreSQL database TARGET is a dump by pg_dump. Exit 1: the copy is kept, but the record is not what was
    sealed (see `onrecord verify`).
    """
    place, settings = read_record(config, data_dir), read_settings(config, data_dir=data_dir)
    try:
        made = back_up(place, target, _progress)
    except StoreError as error:
        raise Refusal(str(error)) from error
    click.echo(f"{made.path}: {made.size} bytes, {_worth(made.proof)}")
    if key := key_origin(settings.secret_key.get_secret_value(), place, settings.data_dir):
        click.echo(f"{key}: the key of the secrets in it, and not in it: keep a copy somewhere else")
    if made.proof is not None and made.proof.broken:
        sys.exit(FAILED)
    if made.proof is not None:
        click.echo(f"{made.proof.head.number}:{made.proof.head.seal.hex()}")


def _worth(proof: Proof | None) -> str:
    if proof is None:
        return "read back; restore it with pg_restore"
    if proof.broken:
        return f"a true copy of a record that is broken: {proof.broken}"
    return f"whole: {proof.links} looks, {proof.blobs} stored texts and bytes"


@click.command()
@click.option("--quick", is_flag=True, help="Leave out what reads every page and all stored bytes.")
@click.option(
    "--fix",
    is_flag=True,
    help="Remove bytes that nothing refers to, here and on a storage, and release what hangs.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@with_config
def doctor(config: Path | None, data_dir: Path | None, *, quick: bool, fix: bool, as_json: bool) -> None:
    """Say how the record and its work are, a line for each check; beside a daemon or without.

    Exit 1: something needs somebody. Sources that fail are noted only: that is their servers' business.
    """
    place, blobs = read_record(config, data_dir), read_settings(config, data_dir=data_dir).blobs
    found = []
    for finding in examine_record(place, datetime.now(UTC), quick=quick, fix=fix, blobs=blobs):
        found.append(finding)
        if not as_json:
            done = f"; {finding.fixed}" if finding.fixed else ""
            click.echo(f"{finding.state:8}{finding.check}: {finding.detail}{done}")
    well = all(finding.state is not State.TROUBLE for finding in found)
    if as_json:
        checks = [asdict(finding) for finding in found]
        click.echo(json.dumps({"ok": well, "checks": checks}, ensure_ascii=False))
    sys.exit(0 if well else FAILED)


@click.command()
@click.option("--older-than", metavar="AGE", help="Such as 365d; else [prune] older_than.")
@click.option(
    "--keep", type=click.IntRange(1), metavar="N", help="Newest versions of each document that stay; else 10."
)
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
@with_config
def prune(
    config: Path | None, data_dir: Path | None, older_than: str | None, keep: int | None, *, dry_run: bool
) -> None:
    """Give up the bytes of old versions that show no change, beside a running daemon or without one.

    Versions that a change, an assurance or anything else on record refers to stay, and so do their neighbours, and the
    first of each document. What goes leaves its row with its hashes, and the hash chain holds. Objects on a storage
    that nothing on record refers to are deleted there, unless other records use it too.
    """
    settings = read_settings(config, data_dir=data_dir)
    policy = settings.prune
    age = _age(older_than) if older_than is not None else policy.older_than
    if age is None:
        raise Refusal("how old may it be? Say --older-than 365d, or set [prune] older_than")
    place, now = read_record(config, data_dir), datetime.now(UTC)
    sweep = Sweep(
        place, before=now - timedelta(seconds=age), keep=keep or policy.keep, now=now, dry_run=dry_run
    )
    try:
        for cut in sweep.run():
            for one in cut.versions:
                click.echo(
                    f"{one.source} {one.url}: version {one.number} of {one.observed_at:%Y-%m-%d}, {one.id}"
                )
        total = sweep.total
        click.echo(
            f"{'would prune' if dry_run else 'pruned'} {total.versions} versions, {total.attempts} attempts,"
            f" {total.orphans} orphans: {total.freed} bytes freed"
        )
        for strays in (find_strays if dry_run else clear_strays)(place, settings.blobs, now):
            click.echo(_told(strays, dry_run=dry_run))
    except StoreError as error:
        raise Refusal(str(error)) from error


def _told(strays: Strays, *, dry_run: bool) -> str:
    if strays.shared:
        return f"{strays.url}: other records use it too (their names are under records/), nothing is deleted there"
    word = "would delete" if dry_run else "deleted"
    return f"{strays.url}: {word} {strays.found.number} objects that nothing refers to, {strays.found.size} bytes"


def _age(given: str) -> float:
    try:
        return parse_duration(given)
    except ValueError as error:
        raise Refusal(f"--older-than: {error}") from error


def _progress(what: str, done: int, whole: int) -> None:
    """Somebody who watches is told how far it is."""
    if sys.stderr.isatty():
        click.echo(f"\r{what} {100 * done // max(whole, 1):3d} %{' ' * 8}", nl=done >= whole, err=True)
