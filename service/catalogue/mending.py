"""Feed lists that are almost XML, as feed readers do write them: bare ampersands, HTML's entities, stray controls."""

from __future__ import annotations

import re
from html.entities import name2codepoint

_AMPERSAND = re.compile(rb"&(?!#[0-9]{1,7};|#x[0-9a-fA-F]{1,6};)(?:([A-Za-z][A-Za-z0-9]{0,30});)?")
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_OF_XML = (b"amp", b"lt", b"gt", b"quot", b"apos")


def mend(body: bytes) -> bytes:
    """The same with what XML has no meaning for written out; for encodings that contain ASCII."""
    return _AMPERSAND.sub(_written_out, _CONTROLS.sub(b"", body))


def _written_out(found: re.Match[bytes]) -> bytes:
    name = found[1]
    if name is None:
        return b"&amp;"
    if name in _OF_XML:
        return found[0]
    codepoint = name2codepoint.get(name.decode("ascii"))
    return b"&#%d;" % codepoint if codepoint else b"&amp;" + name + b";"
