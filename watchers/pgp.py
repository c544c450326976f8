"""PGP-clearsigned text (RFC 9580, 7): the signed words are the document, the armour is not.

Who signed is read out of the signature packets, as they name the key themselves (RFC 9580, 5.2.3.12 and 5.2.3.35).
Nothing is verified: anybody can write any key's name into a packet.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from pysequoia.packet import Packet, PacketPile, Tag

from watchers.clean import clean_text
from watchers.errors import ExtractError
from watchers.model import Document
from watchers.plain import read_plain

BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_END = "-----END PGP SIGNATURE-----"
_HEADER = re.compile(r"^(Hash|Charset|NotDashEscaped|SaltedHash): *(.*)$")
_BLOCKS = 8
"""Signature blocks of one document that are read, and the letters that one may have."""
_BLOCK_LETTERS = 100_000
KEY_NOTE = "pgp-key"
"""A note of a document: the fingerprint or key id, in capital hexadecimal digits, that a signature names."""


def is_clearsigned(text: str) -> bool:
    """Whether a signed message stands in `text`."""
    return BEGIN in text


def read_clearsigned(text: str, *, url: str = "") -> Document:
    """The signed words; hash and key names as notes, not the signature's own lines. ExtractError if it is cut off."""
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
    notes += key_notes(text)
    return Document(url, "", read_plain("\n".join(signed)), "pgp", notes=tuple(notes))


def key_notes(text: str) -> tuple[tuple[str, str], ...]:
    """The keys that the signatures of a clearsigned text (or of a page that holds one) name, each once, as notes."""
    if not is_clearsigned(text):
        return ()
    plain = html.unescape(text) if "&#" in text else text
    keys = dict.fromkeys(key for block in _signatures(plain) for key in _keys(block))
    return tuple((KEY_NOTE, key) for key in keys)


def _signatures(text: str) -> Iterator[str]:
    """The armoured signatures."""
    start = 0
    for _ in range(_BLOCKS):
        start = text.find(_SIGNATURE, start)
        end = text.find(_END, start)
        if start < 0 or end < 0:
            return
        if end - start <= _BLOCK_LETTERS:
            yield text[start : end + len(_END)].replace("\r\n", "\n")
        start = end


def _keys(armoured: str) -> list[str]:
    """In the order of the packets; none where the block is no signature."""
    try:
        packets = list(PacketPile.from_bytes(armoured.encode("utf-8", "replace")))
    except RuntimeError:  # whatever is malformed
        return []
    return [key for packet in packets if packet.tag == Tag.Signature and (key := _key(packet))]


def _key(packet: Packet) -> str:
    """The fingerprint of the key that made a signature, else its id, else ""."""
    return (packet.issuer_fingerprint or packet.issuer_key_id or "").upper()
