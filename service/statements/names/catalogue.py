"""The companies that are known beforehand: their names, products, domains and towns."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Company:
    """An entry of the catalogue."""

    name: str
    names: tuple[str, ...]
    """Every name of it and of its products."""
    domains: tuple[str, ...]
    places: tuple[str, ...] = ()
    word: bool = False
    """Its name is an ordinary word too."""


@cache
def catalogue() -> tuple[Company, ...]:
    """The companies that are known beforehand."""
    text = files("service.statements.names").joinpath("companies.toml").read_text("utf-8")
    return tuple(
        Company(
            entry["name"],
            (entry["name"], *entry.get("aliases", ()), *entry.get("brands", ())),
            tuple(entry["domains"]),
            tuple(entry.get("places", ())),
            bool(entry.get("word", False)),
        )
        for entry in tomllib.loads(text)["company"]
    )


@cache
def _by_host() -> dict[str, str]:
    return {domain: company.name for company in catalogue() for domain in company.domains}


@cache
def _by_name() -> dict[str, Company]:
    return {name: company for company in reversed(catalogue()) for name in company.names}


@cache
def _by_place() -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for company in catalogue():
        for place in company.places:
            found[place].append(company.name)
    return {place: tuple(names) for place, names in found.items()}


def company_of_host(host: str) -> str:
    """The catalogue's company for a host name or URL, "" if there is none."""
    try:
        bare = (urlsplit(host).hostname or "") if "//" in host else host.split(":", maxsplit=1)[0]
    except ValueError:  # an address that is none
        return ""
    labels = bare.lower().rstrip(".").split(".")
    hosts = _by_host()
    return next((hosts[d] for i in range(len(labels)) if (d := ".".join(labels[i:])) in hosts), "")


def canonical(name: str) -> str:
    """The catalogue's name for a company, its alias or its product; "" where it holds none."""
    company = _by_name().get(name)
    return company.name if company else ""


def companies_at(place: str) -> tuple[str, ...]:
    """Catalogue companies whose home town this is ("Redmond")."""
    return _by_place().get(place, ())


def entry_of(name: str) -> Company | None:
    """The catalogue's entry under this name, alias or product."""
    return _by_name().get(name)
