"""Contrast of the palette, light and dark, by WCAG 2's formula."""

from __future__ import annotations

import re

import pytest

from service.web.templating import STATIC

_CSS = STATIC["style.css"][0].decode()
_VARIABLE = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")
LIGHT = dict(_VARIABLE.findall(_CSS.partition("@media screen and (prefers-color-scheme: dark)")[0]))
DARK = {
    **LIGHT,
    **dict(
        _VARIABLE.findall(
            _CSS.partition("@media screen and (prefers-color-scheme: dark)")[2].partition("* {")[0]
        )
    ),
}
ON_PAPER = ("ink", "faint", "link", "withdrawn", "weakened", "strengthened", "new", "figure", "reworded")


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read(palette: dict[str, str]) -> None:
    pairs = [(name, paper) for name in ON_PAPER for paper in ("paper", "raised")]
    pairs += [
        ("ink", "hit-paper"),
        ("ins-ink", "ins-paper"),
        ("del-ink", "del-paper"),
        ("del-ink", "paper"),
        ("paper", "ink"),
        ("paper", "link"),
    ]
    for ink, paper in pairs:
        assert contrast(palette[ink], palette[paper]) >= 4.5, (ink, paper)


def test_nothing_is_fetched_from_elsewhere() -> None:
    assert "url(" not in _CSS
    assert "@import" not in _CSS
