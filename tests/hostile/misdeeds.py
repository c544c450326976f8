"""Every scenario there is. The modules register theirs when they are imported."""

from tests.hostile import (
    changelings,
    contents,
    exchanges,
    feeds,
    framing,
    handshakes,
    manners,
    oddities,
    permissions,
)
from tests.hostile.registry import MISDEEDS, SAME, Misdeed

__all__ = [
    "MISDEEDS",
    "SAME",
    "Misdeed",
    "changelings",
    "contents",
    "exchanges",
    "feeds",
    "framing",
    "handshakes",
    "manners",
    "oddities",
    "permissions",
]
