"""Readings of invented texts, made of sentences that are statements and of others."""

from __future__ import annotations

from collections.abc import Sequence

from service.model import Category, Change, Comparison, Kind, Reading, Speaker, Statement

PROMISES = (
    "We notify users before we disclose their data to a government.",
    "Harborlight has never received a national security letter.",
    "We may disclose account data to comply with a subpoena.",
    "A search warrant is required for the contents of messages.",
    "Our lawyers review every request and reject those that are overbroad.",
    "Officers can send emergency requests to our portal at any hour.",
    "We publish a transparency report twice a year.",
    "Files are end-to-end encrypted, so that we hold no keys to give away.",
    "Foreign agencies must use a mutual legal assistance treaty.",
    "We preserve records for 90 days on a formal request.",
)
OTHER = (
    "Our offices are in Lisbon.",
    "You can change your plan in the settings.",
    "Thank you for reading this page.",
)


def statement(text: str, position: int, heading: str = "") -> Statement:
    return Statement(
        text, "Harborlight", Speaker(), (Category.LEGAL_PROCESS,), "", 0.9, heading=heading, position=position
    )


def reading(told: Sequence[str], rest: Sequence[str] = OTHER) -> Reading:
    """`told` are statements, `rest` are further sentences of the text."""
    return Reading(tuple(statement(t, k) for k, t in enumerate(told)), (*told, *rest))


def kinds(comparison: Comparison) -> list[Kind]:
    return [change.kind for change in comparison.changes]


def only(comparison: Comparison) -> Change:
    assert len(comparison.changes) == 1, comparison.changes
    return comparison.changes[0]
