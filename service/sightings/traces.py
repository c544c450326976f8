"""By what the copies of a sentence are found among all that a company ever said: bands of a MinHash signature.

A. Broder, "On the resemblance and containment of documents", 1997; bands as in J. Leskovec, A. Rajaraman, J. Ullman,
"Mining of Massive Datasets", 3.4. Two sentences with the share s of their words in common meet in one of the bands
with the probability 1 - (1 - s²)¹²: 0.97 for s = 0.5, 0.75 for a third.
"""

from __future__ import annotations

import re
from hashlib import blake2b

from rensa import RMinHash

from service.diff.likeness import words
from service.sightings.same import plainly, tells

BANDS, ROWS = 12, 2
SEED = 20130711
"""Stored traces were made with it: another one would find none of them."""
_LEGAL_FORM = re.compile(
    r",? (?:inc|incorporated|llc|ltd|limited|corp|corporation|co|company|plc|gmbh|ag|as|asa|ab|oy|bv|nv|sa|srl|spa|kg)"
    r"\.?$"
)


def company_key(company: str) -> str:
    """What two spellings of a company's name have in common: no case, no legal form."""
    name = " ".join(company.casefold().split())
    return _LEGAL_FORM.sub("", name) or name


def traces(company: str, text: str) -> tuple[int, ...]:
    """Thirteen numbers of 63 bits; a sentence of the same company that shares one may be a copy. () without a company.

    The first stands for the whole sentence, so that an exact copy is found among any number of look-alikes.
    """
    who = company_key(company)
    said = _shingles(text)
    if not who or not said:
        return ()
    signature = RMinHash(num_perm=BANDS * ROWS, seed=SEED)
    signature.update(said)
    digest = signature.digest()
    bands = (_number(who, str(n), repr(digest[n * ROWS : (n + 1) * ROWS])) for n in range(BANDS))
    return (_number(who, "", plainly(text)), *bands)


def _shingles(text: str) -> list[str]:
    """The words that carry the sentence, without a plural's or possessor's s; all of them where none does."""
    every = words(plainly(text))
    return sorted({word.rstrip("s").rstrip("'") for word in every if tells(word)} or set(every))


def _number(*said: str) -> int:
    digest = blake2b("\n".join(said).encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest) >> 1
