"""The words that decide what a sentence lets a company do towards a state, read from lexicon.toml."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Any


class Role(StrEnum):
    """What a mention does in its sentence."""

    GIVE = "give"
    """A verb by which a state gets data: disclose, access, retain for it."""
    GUARD = "guard"
    """A verb that protects the person: notify, challenge, encrypt."""
    DEMAND = "demand"
    """A verb that asks something of the authority: require, must serve."""
    WIDE = "wide"
    """Makes its clause cover more: a recipient, a ground, a kind of data, of people, "any"."""
    LIMIT = "limit"
    """Makes its clause cover less: a hedge, a condition, "certain"."""
    GOOD = "good"
    """Speaks for the person wherever it stands."""
    BAD = "bad"
    """Speaks against the person wherever it stands."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One idea and the words for it. `group` names it to a reader: "recipient added: regulators"."""

    id: str
    role: Role
    group: str
    weight: float
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Instrument:
    """A legal instrument or an offence; `rank` grows with what an authority has to show, or with how grave it is."""

    name: str
    rank: float
    pattern: re.Pattern[str]


_VERBS = (Role.GIVE, Role.GUARD, Role.DEMAND)
_GAP = "(?:[a-z'-]+ ){0,4}"


def _compiled(words: list[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})(?!\w)".replace("~", _GAP))


def _concepts(table: dict[str, Any]) -> tuple[Concept, ...]:
    return tuple(
        Concept(f"{group}:{name}", role, group, entry["weight"], _compiled(words))
        for role, group, entry in _groups(table)
        for name, words in entry.items()
        if name not in ("weight", "group")
    )


def _groups(table: dict[str, Any]) -> list[tuple[Role, str, dict[str, Any]]]:
    """A table may join another's group: ideas of one name are then one idea, of different weight by the word."""
    return [
        (role, entry.get("group", name), entry)
        for role in Role
        for name, entry in table.get(role, {}).items()
    ]


def _ranked(table: dict[str, Any]) -> tuple[Instrument, ...]:
    return tuple(Instrument(name, words[0], _compiled(words[1:])) for name, words in table.items())


_TABLE = tomllib.loads(files("service.diff").joinpath("lexicon.toml").read_text("utf-8"))
_CONCEPTS = _concepts(_TABLE)
INSTRUMENTS = _ranked(_TABLE["rank"])
OFFENCES = _ranked(_TABLE["gravity"])
FILLER = frozenset(_TABLE["filler"].split())
SILENT = frozenset(_TABLE["silent"].split())
HEADS = tuple(c for c in _CONCEPTS if c.role in _VERBS)
DEEDS = frozenset(concept.group for concept in HEADS)
"""The groups of the verbs."""
ITEMS = tuple(c for c in _CONCEPTS if c.role not in _VERBS)
SAME = tuple((word, re.compile("|".join(words))) for word, words in _TABLE["same"].items())
"""One word for many of the same sense, in the order in which they are put."""
