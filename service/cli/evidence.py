"""`onrecord export evidence` and `onrecord verify`: what a third person needs, and whether the record is whole."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from service.bundle import evidence_bundle
from service.cli.options import progress, read_record, with_config
from service.cli.program import FAILED, Refusal
from service.store.chain import SEAL_BYTES, Link
from service.store.errors import StoreError
from service.store.proof import amount, prove
from service.store.store import Store

_LINK = re.compile(rf"(\d{{1,18}}):([0-9a-f]{{{2 * SEAL_BYTES}}})")


@click.group()
def export() -> None:
    """Take things out of the record."""


@export.command()
@click.argument("change")
@click.option("--output", type=click.Path(path_type=Path), help="A new folder; else ./evidence-CHANGE.")
@with_config
def evidence(change: str, output: Path | None, config: Path | None, data_dir: Path | None) -> None:
    """Write all that is on record about CHANGE into a folder: archive, bytes, texts, hashes, and how to check them."""
    place = read_record(config, data_dir)
    folder = output or Path(f"evidence-{change}")
    try:
        bundle = Store.peek(place, evidence_bundle, change)
        folder.mkdir(parents=True)
        for name, data in bundle.files.items():
            target = folder / name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(data)
    except StoreError as error:
        raise Refusal(str(error)) from error
    except OSError as error:
        raise Refusal(f"{folder}: {error.strerror or error}") from error
    click.echo(f"{folder}: {len(bundle.files)} files; README.txt says how to check them")


@click.command()
@click.option("--expect", metavar="LINK:SEAL", help="A link that was written down: it must still be there.")
@click.option("--no-blobs", is_flag=True, help="The chain only, not the stored bytes.")
@with_config
def verify(expect: str | None, config: Path | None, data_dir: Path | None, *, no_blobs: bool) -> None:
    """Check the hash chain and every stored byte; exit 1 names the first broken link."""
    place = read_record(config, data_dir)
    expected = _link(expect) if expect else None
    try:
        length = Store.peek(place, amount, with_blobs=not no_blobs)
        with progress("checking", length) as bar:
            proof = Store.peek(place, prove, expected=expected, with_blobs=not no_blobs, step=bar.update)
    except StoreError as error:
        raise Refusal(str(error)) from error
    if proof.broken:
        click.echo(proof.broken)
        sys.exit(FAILED)
    older = f"; {proof.unsealed} looks are from before the chain" if proof.unsealed else ""
    click.echo(
        f"whole: {proof.links} looks, {proof.things} versions and changes, {proof.blobs} stored texts and bytes{older}"
    )
    click.echo(f"{proof.head.number}:{proof.head.seal.hex()}")


def _link(given: str) -> Link:
    parts = _LINK.fullmatch(given.strip().lower())
    if parts is None:
        raise Refusal(f"--expect: {given!r} is not LINK:SEAL as `onrecord verify` prints it")
    return Link(int(parts[1]), bytes.fromhex(parts[2]))
