"""Policy pages of about 75 KB that differ in every sentence, and each version of which differs in one.

Pure: `policy(number, version)` is always the same bytes.
"""

from __future__ import annotations

import random

SENTENCES = 44
WATCHED = 8
"""Of these, assurances about state access; one of them changes from version to version."""

_WHO = "choir society workshop archive orchestra theatre library bakery observatory laundry".split()  # noqa: SIM905 -- ten words read better than a list
_DOES = "keeps sorts prints lends repairs copies counts labels moves airs".split()  # noqa: SIM905
_WHAT = "scores costumes ledgers programmes tickets lanterns benches posters recordings keys".split()  # noqa: SIM905
_WHERE = (
    "in the cellar", "behind the stage", "on the upper floor", "near the river", "under the stairs",
    "beside the old mill", "in a tin box", "at the north gate", "in the reading room", "by the window",
)  # fmt: skip
_WHEN = (
    "during the winter", "before every concert", "after the harvest", "on the first Monday of a month",
    "whenever the weather allows", "as the committee decided long ago", "for as long as there is room",
)  # fmt: skip
_PROMISES = (
    "We {firmly} notify members of district {n} before we disclose their notes to the police.",
    "We {firmly} require a search warrant before we disclose the content of notes of district {n} to law enforcement.",
    "We {firmly} challenge orders of a court that ask for more than {n} notes at once.",
    "In district {n} we {firmly} publish how many requests from governments we have received.",
    "We {firmly} redirect requests of law enforcement for the notes of district {n} to the choir itself.",
    "No agency of a government {firmly} has direct access to the notes of district {n}.",
    "We {firmly} refuse subpoenas that do not name one of our {n} members.",
    "We {firmly} disclose subscriber data of district {n} in response to a valid court order only.",
)
_FIRMLY = ("always", "usually", "normally", "generally")


def policy(number: int, version: int) -> bytes:
    """HTML with navigation, styles, an article of about 800 words and a footer."""
    links = "".join(f"<li><a href='/x/{n}'>Link number {n} of the site</a></li>" for n in range(400))
    return (
        f"<!doctype html><html><head><title>Our policy, district {number}</title>"
        f"<style>{'p{margin:0}' * 900}</style></head><body><nav><ul>{links}</ul></nav>"
        f"<main><h1>Our policy, district {number}</h1>{_article(number, version)}</main>"
        f"<footer><ul>{links}</ul></footer></body></html>"
    ).encode()


def _article(number: int, version: int) -> str:
    chance = random.Random(number)  # noqa: S311 - reproducible, and no secret
    promised = set(chance.sample(range(SENTENCES), WATCHED))
    texts, count = [], 0
    for place in range(SENTENCES):
        if place in promised:
            # of the eight, number `version` has been reworded once more
            turn = version // WATCHED + (count < version % WATCHED)
            firmly = _FIRMLY[turn % len(_FIRMLY)]
            texts.append(_PROMISES[count].format(firmly=firmly, n=number + 2))
            count += 1
        else:
            texts.append(_plain(chance))
    return "".join(f"<p>{' '.join(texts[start : start + 4])}</p>" for start in range(0, SENTENCES, 4))


def _plain(chance: random.Random) -> str:
    first, second = (
        f"the {chance.choice(_WHO)} {chance.choice(_DOES)} {chance.randint(3, 400)} {chance.choice(_WHAT)} "
        f"{chance.choice(_WHERE)}"
        for _ in range(2)
    )
    return f"{first.capitalize()} {chance.choice(_WHEN)}, and {second}."
