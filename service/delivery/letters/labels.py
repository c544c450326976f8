"""Words for people: what the kinds and categories are called in a letter."""

from __future__ import annotations

from types import MappingProxyType

from service.model import Category, Kind

OVERDUE, SIGNATURE, FAILING, RECOVERED, FLOODED = "overdue", "signature", "failing", "recovered", "flooded"
DISABLED, UNDELIVERED = "disabled", "undelivered"

KINDS = MappingProxyType(
    {
        Kind.WITHDRAWN.value: "Withdrawn",
        OVERDUE: "Overdue",
        Kind.WEAKENED.value: "Weakened",
        Kind.NEW.value: "New",
        Kind.FIGURE.value: "New figure",
        Kind.STRENGTHENED.value: "Strengthened",
        Kind.REWORDED.value: "Reworded",
        DISABLED: "Switched off",
        UNDELIVERED: "Undelivered",
        SIGNATURE: "Signature changed",
        FAILING: "Failing",
        RECOVERED: "Recovered",
        FLOODED: "Flooded",
    }
)
"""Most serious first."""
RANKS = MappingProxyType({kind: rank for rank, kind in enumerate(KINDS)})

TOPICS = MappingProxyType(
    {
        Category.DIRECT_ACCESS: "direct access",
        Category.ENCRYPTION: "encryption and keys",
        Category.LEGAL_PROCESS: "required legal process",
        Category.SCOPE_LIMIT: "limits of disclosure",
        Category.CHALLENGE: "contesting requests",
        Category.NOTICE: "notice to users",
        Category.REDIRECT: "redirecting to the customer",
        Category.NEVER: "what it has never done",
        Category.TRANSPARENCY: "transparency reporting",
        Category.VOLUME: "requests received",
        Category.NO_DATA: "data it does not keep",
        Category.DISCLOSURE: "disclosure to authorities",
        Category.EMERGENCY: "emergencies",
        Category.CROSS_BORDER: "foreign authorities",
        Category.PRESERVATION: "preserving data",
        Category.PROCEDURE: "filing of requests",
    }
)
ATTRIBUTIONS = MappingProxyType(
    {"first_party": "in its own words", "quoted": "as quoted", "reported": "as reported by others"}
)
COLOURS = MappingProxyType(
    {"withdrawn": "#b3261e", "overdue": "#b3261e", "weakened": "#b3261e", "strengthened": "#1b6e3c"}
)
PLAIN_COLOUR = "#3b4754"
