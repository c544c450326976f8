"""PGP-clearsigned text (RFC 9580, 7): the signed words are the document, the armour is not."""

from __future__ import annotations

import re

from watchers.clean import clean_text
from watchers.errors import ExtractError
from watchers.model import Document
from watchers.plain import read_plain

BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_END = "-----END PGP SIGNATURE-----"
_HEADER = re.compile(r"^(Hash|Charset|NotDashEscaped|SaltedHash): *(.*)$")


def is_clearsigned(text: str) -> bool:
    """Whether a signed message stands in `text`."""
    return BEGIN in text


def read_clearsigned(text: str, *, url: str = "") -> Document:
    """The signed words; hash names and the signature's own lines as notes. ExtractError if it is cut off."""
    lines = text.replace("\r\n", "\n").split("\n")
    start = next(i for i, line in enumerate(lines) if line.strip() == BEGIN or BEGIN in line)
    notes: list[tuple[str, str]] = []
    at = start + 1
    while at < len(lines) and (header := _HEADER.match(lines[at].strip())):
        notes.append((f"pgp-{header[1].lower()}", clean_text(header[2], limit=100)))
        at += 1
    end = next((i for i in range(at, len(lines)) if lines[i].strip() == _SIGNATURE), None)
    if end is None or not any(line.strip() == _END for line in lines[end:]):
        raise ExtractError(url, "the signed message is cut off before its signature ends", reason="truncated")
    signed = [line[2:] if line.startswith("- ") else line for line in lines[at:end]]
    return Document(url, "", read_plain("\n".join(signed)), "pgp", notes=tuple(notes))
