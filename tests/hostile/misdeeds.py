"""Every scenario there is. The modules register theirs when they are imported."""

from tests.hostile import (
    changelings,
    combined,
    contents,
    disguises,
    exchanges,
    feeds,
    framing,
    handshakes,
    manners,
    oddities,
    permissions,
    shifts,
)
from tests.hostile.registry import MISDEEDS, SAME, Misdeed

__all__ = [
    "MISDEEDS",
    "SAME",
    "Misdeed",
    "changelings",
    "combined",
    "contents",
    "disguises",
    "exchanges",
    "feeds",
    "framing",
    "handshakes",
    "manners",
    "oddities",
    "permissions",
    "shifts",
]
