"""A backup: a copy that was checked before it is called one."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL, Connection

from service.store.copy import close_copy, copy_record
from service.store.errors import StoreError
from service.store.place import FILE_NAME, Place, conninfo, name_of
from service.store.proof import Proof, amount, prove
from service.store.soundness import faults
from service.store.store import Store

PARTIAL = ".partial"
"""What a copy is called until it is whole and checked."""
DUMP, RESTORE = "pg_dump", "pg_restore"
SECRETS = ("password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key")
"""What of a PostgreSQL address nobody else may see."""
SERVICE = "onrecord"
"""The name in a service file that is written for one dump."""

Step = Callable[[str, int, int], None]
"""What is being done, how much of it, out of how much."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished copy. `proof`: what `onrecord verify` says of it; None for a dump, which holds no tables to ask."""

    path: Path
    size: int
    proof: Proof | None


def back_up(place: Place, target: Path, step: Step = lambda _what, _done, _whole: None) -> Backup:
    """Copy the record at `place` to the new file `target`, in use or not; StoreError in one line, and nothing is left.

    A `target` that is a folder gets the file by the name that a data directory wants.
    """
    path = target / FILE_NAME if target.is_dir() else target
    with _new_file(path) as partial:
        proof = None
        if isinstance(place, Path):
            proof = _copy(place, partial, step)
        else:
            _dump(place, partial)
    return Backup(path, path.stat().st_size, proof)


@contextmanager
def _new_file(path: Path) -> Iterator[Path]:
    """A file beside `path` to write into, for nobody else to read; it gets that name when all went well."""
    partial = path.with_name(path.name + PARTIAL)
    if path.exists() or path.is_symlink():
        raise StoreError(f"{path} is there already, and is not overwritten")
    try:
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError as error:
        raise StoreError(
            f"{partial} is there: another backup is at work, or ended early; delete it"
        ) from error
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror or error}") from error
    try:
        yield partial
        _publish(partial, path)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror or error}") from error
    finally:
        for end in ("", "-wal", "-shm", "-journal"):
            partial.with_name(partial.name + end).unlink(missing_ok=True)


def _publish(partial: Path, path: Path) -> None:
    """Give it its name, unless somebody else took that meanwhile; on disk when this returns."""
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    try:
        os.link(partial, path)
    except FileExistsError as error:
        raise StoreError(f"{path} is there already, and is not overwritten") from error
    except OSError:  # a file system without links, such as a USB stick's
        partial.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        with suppress(OSError):  # not every file system can
            os.fsync(folder)
    finally:
        os.close(folder)


def _copy(origin: Path, partial: Path, step: Step) -> Proof:
    copy_record(origin, partial, lambda done, whole: step("copying", done, whole))
    proof: Proof = Store.peek(partial, _check, step)
    close_copy(partial)
    return proof


def _check(connection: Connection, step: Step) -> Proof:
    wrong = faults(connection)
    if wrong:
        raise StoreError(f"the record is damaged, and so is its copy, which is not kept: {wrong[0]}")
    whole, done = amount(connection), 0

    def more(count: int) -> None:
        nonlocal done
        done += count
        step("checking", done, whole)

    return prove(connection, step=more)


# ------------------------------------------------------------------ PostgreSQL


def _dump(place: URL, partial: Path) -> None:
    """By the server's own program, which reads one snapshot, too; then the dump is read through to its end."""
    if shutil.which(DUMP) is None or shutil.which(RESTORE) is None:
        raise StoreError(
            f"{name_of(place)}: there is no {DUMP} here (Debian: apt-get install postgresql-client); "
            f"where there is: {DUMP} --format=custom --file={partial.name.removesuffix(PARTIAL)} {name_of(place)}"
        )
    with _secrets(place) as (address, given):
        _run([DUMP, "--format=custom", f"--file={partial}", f"--dbname={address}"], given, place)
    _run([RESTORE, f"--file={os.devnull}", str(partial)], {}, place)


@contextmanager
def _secrets(place: URL) -> Iterator[tuple[str, dict[str, str]]]:
    """The address as it may stand among a program's arguments, which everybody on the machine can list, and variables,
    which nobody else can, for the rest.

    The password has a variable of its own. Other secrets go by a service file
    (https://www.postgresql.org/docs/current/libpq-pgservice.html), which is gone afterwards.
    """
    query = {name: str(value) for name, value in place.query.items() if name in SECRETS}
    password = query.pop("password", "") or place.password
    given = {"PGPASSWORD": str(password)} if password else {}
    if not query:
        yield conninfo(_without(place)), given
        return
    _check_service(place, query)
    with TemporaryDirectory(prefix="onrecord-") as folder:  # for our eyes only: mode 0700
        file = Path(folder) / "service"
        file.touch(0o600)
        file.write_text(
            "\n".join([f"[{SERVICE}]", *(f"{name}={value}" for name, value in query.items()), ""])
        )
        yield conninfo(_without(place, service=SERVICE)), {**given, "PGSERVICEFILE": str(file)}


def _check_service(place: URL, secrets: Mapping[str, str]) -> None:
    """StoreError where a service file cannot hold them, or there is another already."""
    if "service" in place.query or "PGSERVICE" in os.environ:
        raise StoreError(
            f"{name_of(place)}: names a service, and {', '.join(secrets)} beside it: put that into its service file"
        )
    for name, value in secrets.items():
        if value != value.rstrip() or not value.isprintable():
            raise StoreError(
                f"{name_of(place)}: {name} ends with a space or holds a control character: {DUMP} cannot be given it"
            )


def _without(place: URL, **more: str) -> URL:
    """The address without its secrets. (`URL.set` would keep the password.)"""
    kept = {name: value for name, value in place.query.items() if name not in SECRETS}
    return URL.create(
        place.drivername,
        place.username,
        None,
        place.host,
        place.port,
        place.database,
        query={**kept, **more},
    )


def _run(command: list[str], given: dict[str, str], place: URL) -> None:
    done = subprocess.run(  # noqa: S603 - our own arguments, no shell
        command,
        env={**os.environ, **given},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"{command[0]} ended with {done.returncode}"]
        raise StoreError(f"{name_of(place)}: {said[0]}")
