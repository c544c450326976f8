"""Numbers as prose writes them: "1,126", "44 million", "twenty-one", "two hundred and five", "a dozen", "zero"."""

from __future__ import annotations

import re

_UNITS = {
    word: n
    for n, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    word: 10 * n
    for n, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2
    )
}
_SCALES = {
    "dozen": 12,
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
    "bn": 1_000_000_000,
    "m": 1_000_000,
    "k": 1_000,
}
_UNIT = "|".join(_UNITS)
_TEN = "|".join(_TENS)
_SMALL = rf"(?:(?:{_TEN})(?:[-\s](?:one|two|three|four|five|six|seven|eight|nine))?|{_UNIT})"
_DIGITS = r"\d{1,3}(?:[,  ]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SCALE = r"(?:dozen|hundred|thousand|million|billion)"
NUMBER = (
    rf"(?:(?<![\w.,])(?:{_DIGITS})(?:\s(?:hundred|thousand|million|billion)\b|\s?(?:bn|m|k)\b)?(?![\d\w])"
    rf"|\b(?:half\sa\sdozen|a\sdozen|(?:a|{_SMALL})\s{_SCALE}(?:\sand\s{_SMALL}|\s{_SMALL})?|{_SMALL})\b)"
)
"""A regular expression's source for one number."""
_WORD = re.compile(r"[a-z]+")


def value_of(written: str) -> float | None:
    """The number that `written` means; None if it is none. Commas and thin spaces group thousands."""
    text = written.lower().strip()
    if text.replace(" ", " ") == "half a dozen":
        return 6.0
    match = re.match(rf"(?:{_DIGITS})", text)
    if match:
        number = float(re.sub(r"[,  ]", "", match.group()))
        scale = text[match.end() :].strip()
        return number * _SCALES.get(scale, 1) if not scale or scale in _SCALES else None
    return _worded(text)


def _worded(text: str) -> float | None:
    total = current = 0
    words = _WORD.findall(text)
    for word in words:
        if word in _UNITS:
            current += _UNITS[word]
        elif word in _TENS:
            current += _TENS[word]
        elif word == "a":
            current += 1
        elif word in _SCALES:
            current = max(1, current) * _SCALES[word]
            if _SCALES[word] >= 1_000:
                total, current = total + current, 0
        elif word != "and":
            return None
    return float(total + current) if words else None
