"""Pictures as pixels, for places that take no SVG."""

from __future__ import annotations

import re
from importlib.resources import files
from threading import Lock

import resvg_py

PNG = "image/png"
ZOOM = 2
"""Pixels to a unit of the picture: sharp on the screens of phones, and in print."""
_FAMILY = "Source Serif Pro"
_FONTS = [
    str(files("font_source_serif_pro") / "files" / f"SourceSerifPro-{weight}.ttf")
    for weight in ("Regular", "Bold")
]
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (2.2), escaped or not."""
_one_at_a_time = Lock()
"""A picture of sixty companies takes some thirty megabytes while it is painted."""


def drawable(svg: str) -> str:
    """A picture as SVG without the characters that would break it."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", svg)


def paint(svg: str) -> bytes:
    """A `drawable` picture as PNG. Letters come from a font that is installed with the program; those that it lacks,
    from the machine's own fonts, or they stand as boxes. In a picture of ours what strangers wrote is escaped: it
    refers to nothing outside it.
    """
    with _one_at_a_time:
        return resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=ZOOM,
            font_files=_FONTS,
            font_family=_FAMILY,
            serif_family=_FAMILY,
        )
