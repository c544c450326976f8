"""What one look at the world leads to. Pure.

Here stand the frozen values that storage gives to a decision and takes back; `decide` is where to begin reading.
"""

from service.decision.look import Failed, FeedSeen, Hub, Matched, Same, Seen, Shown
from service.decision.state import DocumentState, Moment, Subject, Swing, Unsettled, Watch
from service.decision.writes import (
    RETURNED,
    Adopt,
    Alert,
    AssuranceWrite,
    Begin,
    ChangeRecord,
    Continue,
    Decision,
    EditedPost,
    Flood,
    Keep,
    Miss,
    NewPost,
    NewVersion,
    Part,
    Pass,
    Release,
    WatchUpdate,
    Withdraw,
)

__all__ = [
    "RETURNED",
    "Adopt",
    "Alert",
    "AssuranceWrite",
    "Begin",
    "ChangeRecord",
    "Continue",
    "Decision",
    "DocumentState",
    "EditedPost",
    "Failed",
    "FeedSeen",
    "Flood",
    "Hub",
    "Keep",
    "Matched",
    "Miss",
    "Moment",
    "NewPost",
    "NewVersion",
    "Part",
    "Pass",
    "Release",
    "Same",
    "Seen",
    "Shown",
    "Subject",
    "Swing",
    "Unsettled",
    "Watch",
    "WatchUpdate",
    "Withdraw",
]
