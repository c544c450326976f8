"""Who speaks in an article: a person or a company, or nobody who speaks for one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks. `company` is "" for everybody who speaks for none."""

    name: str = ""
    role: str = ""
    company: str = ""


OUTSIDER = Voice()


@dataclass(slots=True)
class Person:
    """Somebody who was named. `sex` is what the text lets one know: m, f or ""."""

    voice: Voice
    surname: str
    sex: str = ""
    placed: bool = False
    """The text has said what they are."""
