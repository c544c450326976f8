from __future__ import annotations

import pytest

from service.statements.names.companies import survey
from service.statements.speech.deeds import told_deed

NAMES = survey(
    ("Harborlight, a mail provider, makes software.", "Rival Duskmail, a mail provider, sells phones.")
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Harborlight has asked a federal judge to throw out the order.", True),
        ("Mail provider Harborlight filed a motion on Monday to quash the subpoena.", True),
        ("Harborlight, the largest of the four, has refused, and went to court.", True),
        ("The company requires a warrant for the contents of a mailbox.", True),
        ("For journeys the company asks for a court order.", True),
        ("Harborlight handed over two accounts under a court order.", True),
        ("Harborlight already sends names to the border authorities.", True),
        ("Harborlight opens an office in Oslo.", False),
        ("Harborlight secretly handed the police its customers' accounts under an order.", False),
        ("Harborlight, according to two officials, gave the police access to accounts.", False),
        ("Rival Duskmail has never asked a court to quash an order.", False),
        ("Customers of Harborlight have asked a judge for their data.", False),
        ("Harborlight's critics asked a court for the records.", False),
        ("Police asked Harborlight for the records.", False),
    ],
)
def test_what_the_paper_tells_of_a_company(text: str, expected: bool) -> None:
    assert told_deed(text, "Harborlight", NAMES) is expected


def test_nobody_is_spoken_of() -> None:
    assert not told_deed("It has asked a judge to throw out the order.", "", NAMES)
