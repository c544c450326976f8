"""Ten canaries of invented companies, each of another shape: of which day it speaks, by which day it is due."""

from __future__ import annotations

from datetime import date

import pytest

from scripts.evaluate_documents import told
from service.model import Role
from service.statements.figures.canary import Canary, read_canary
from service.statements.read import read
from watchers.parse import read_document

SEEN = date(2026, 3, 4)
SIGNED = """-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA512

Foxglove Chat warrant canary, 2 March 2026

- - Foxglove Chat has never received a National Security Letter.
- - Foxglove Chat has never handed its keys to a government.

The next canary will be published before 15 April 2026.
-----BEGIN PGP SIGNATURE-----

iHUEARYIAB0WIQTfake
-----END PGP SIGNATURE-----
"""
DATED_LIST = """# Warrant canary of Pebblewick

As of 1 March 2026, Pebblewick

- has not received any National Security Letter,
- has not been subject to a gag order,
- has not placed a back door into its software at the request of a government.

Watch for the next statement in the first ten days of April 2026.
"""
AS_OF = """# Statement on government requests

As of March 2, 2026, Tarnhelm VPN has received zero warrants, zero subpoenas and zero gag orders.

This statement will be updated no later than June 2, 2026.
"""
QUARTERLY = """# Canary

Issued: 2026-01-04

Mossgrove Mail has never turned over the content of a mailbox to any law enforcement agency.

This canary is renewed every quarter.
"""
MONTHLY = """# Have we been asked?

No. Wispel has never disclosed user data to a government.

This page is updated monthly. Last updated: 27 February 2026
"""
POST = """<html><head><title>Canary for March 2026</title></head><body><article><h1>Canary for March 2026</h1>
<p>Posted on 1 March 2026 by the team.</p>
<p>Up to today, Gannet Cloud has not received any order to hand over keys or to build in a back door.</p>
<p>Expect the next post in the first week of April.</p></article></body></html>"""
IN_REPORT = """# Transparency report, second half of 2025

We received 14 requests from law enforcement in the second half of 2025 and disclosed data in 3 cases.

## Warrant canary

As of 31 January 2026, Larkmoor has never received an order under a national security law.

We will renew this canary by 31 July 2026.
"""
TONGUES = """# Warrant Canary / Transparenzhinweis

Brindle Hosting has never received a secret court order for customer data. (3 March 2026)

Brindle Hosting has never built a back door into its servers for a government.

Brindle Hosting hat nie eine geheime gerichtliche Anordnung zur Herausgabe von Kundendaten erhalten. (3. März 2026)

Next update: 3 May 2026. Nächste Aktualisierung: 3. Mai 2026.
"""
VALID = """# Canary statement no. 12

We, the maintainers of Ottermail, declare on 20 February 2026 that we have not been compelled to modify our software.

This declaration is void after 31 May 2026. If no fresh one is found here by then, draw your own conclusions.
"""
NO_PROMISE = """# Privacy at Hobblecroft

Last updated: 1 March 2026

Hobblecroft has never given any government direct access to its servers. We notify you before we disclose your data.
"""
SHAPES = [
    ("dated-list.md", DATED_LIST, "text/markdown", date(2026, 3, 1), date(2026, 4, 10)),
    ("signed.txt", SIGNED, "text/plain", date(2026, 3, 2), date(2026, 4, 15)),
    ("as-of.md", AS_OF, "text/markdown", date(2026, 3, 2), date(2026, 6, 2)),
    ("quarterly.md", QUARTERLY, "text/markdown", date(2026, 1, 4), date(2026, 4, 4)),
    ("monthly.md", MONTHLY, "text/markdown", date(2026, 2, 27), date(2026, 3, 27)),
    ("post.html", POST, "text/html", date(2026, 3, 1), date(2026, 4, 7)),
    ("in-report.md", IN_REPORT, "text/markdown", date(2026, 1, 31), date(2026, 7, 31)),
    ("tongues.md", TONGUES, "text/markdown", date(2026, 3, 3), date(2026, 5, 3)),
    ("valid.md", VALID, "text/markdown", date(2026, 2, 20), date(2026, 5, 31)),
    ("no-promise.md", NO_PROMISE, "text/markdown", None, None),
]


def canary_of(name: str, body: str, media: str) -> Canary:
    """What its own company's page tells."""
    document = read_document(body.encode(), url=f"https://canary.example/{name}", media_type=media)
    reading = read(document, company="Canary", role=Role.COMPANY)
    return read_canary(document, reading.statements, seen=SEEN)


@pytest.mark.parametrize(("name", "body", "media", "stated", "due"), SHAPES, ids=[s[0] for s in SHAPES])
def test_the_shape_is_read(name: str, body: str, media: str, stated: date | None, due: date | None) -> None:
    found = canary_of(name, body, media)
    assert (found.stated, found.due) == (stated, due)


def test_a_refreshed_date_is_quiet_and_a_dropped_clause_is_loud() -> None:
    refreshed = DATED_LIST.replace("1 March", "1 April").replace("of April", "of May")
    dropped = refreshed.replace("- has not been subject to a gag order,\n", "")
    (change,) = told([DATED_LIST, refreshed, dropped, dropped], "Pebblewick/Canary.md")
    assert (change.version, change.kind) == (3, "withdrawn")
    assert change.old == "has not been subject to a gag order,"
