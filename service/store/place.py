"""Where a record is kept: a SQLite file, or a PostgreSQL database."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL

from service.configuration.databases import SCHEMES, read_address

FILE_NAME = "onrecord.sqlite"

Place = Path | URL


def locate(database: str, data_dir: Path) -> Place:
    """What the setting `database` means: "sqlite", "sqlite:///path" or "postgresql://user:pass@host/db".

    ValueError in one line that holds no password.
    """
    if database.startswith(tuple(f"{scheme}://" for scheme in SCHEMES)):
        return read_address(database)
    given = database.removeprefix("sqlite").removeprefix(":///")
    return Path(given) if given else data_dir / FILE_NAME


def name_of(place: Place) -> str:
    """How messages call it; without user and password."""
    if isinstance(place, Path):
        return str(place)
    host = place.host or str(place.query.get("host", "localhost"))
    return f"postgresql://{host}{f':{place.port}' if place.port else ''}/{place.database}"


def conninfo(place: Place) -> str:
    """A PostgreSQL address as libpq takes it."""
    assert not isinstance(place, Path)  # noqa: S101 - only a server has one
    return place.set(drivername="postgresql").render_as_string(hide_password=False)


def is_begun(place: Place) -> bool:
    """False: there is no such file yet. A server has to be asked."""
    return not isinstance(place, Path) or place.exists()
