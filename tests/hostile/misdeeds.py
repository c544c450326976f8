"""Every scenario there is. The modules register theirs when they are imported."""

from tests.hostile import contents, exchanges, framing, manners, oddities
from tests.hostile.registry import MISDEEDS, SAME, Misdeed

__all__ = ["MISDEEDS", "SAME", "Misdeed", "contents", "exchanges", "framing", "manners", "oddities"]
