"""What servers, shields and hosts put in a page's place under 200."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple


class Impostor(NamedTuple):
    """An answer that is not the document."""

    name: str
    media: str
    body: str


IMPOSTORS = tuple(
    Impostor(**json.loads(line))
    for line in Path(__file__).with_name("impostors.jsonl").read_text("utf-8").splitlines()
)
