"""What takes a promise back, and what only looks so."""

from __future__ import annotations

import pytest

from service.diff.opposed import opposed

TORN = {
    "never and may": (
        "We never disclose customer content to law enforcement.",
        "We may disclose customer content to law enforcement when required by law.",
    ),
    "other words for a state": (
        "We do not give any government direct access to our servers.",
        "We may give agencies direct access to our servers where the law requires it.",
    ),
    "narrower data": (
        "We never share personal data with the police.",
        "We share personal data of account holders with the police on request.",
    ),
    "notice, or none": (
        "We will notify users before we disclose their data.",
        "We do not notify users before we disclose their data.",
    ),
    "notice at discretion": (
        "We always notify users before we disclose their data.",
        "We may notify users before we disclose their data.",
    ),
    "reading": ("We cannot read your messages.", "We can read your messages if a court orders us to."),
}
NOT = {
    "other data": (
        "We never disclose customer content to law enforcement.",
        "We may disclose subscriber records to law enforcement when required by law.",
    ),
    "other grounds": (
        "We do not disclose customer content on informal requests.",
        "We may disclose customer content in response to a search warrant.",
    ),
    "other instrument": (
        "We do not disclose customer content in response to a subpoena.",
        "We may disclose customer content in response to a search warrant.",
    ),
    "freely is not compelled": (
        "We do not voluntarily disclose customer content to law enforcement.",
        "We may disclose customer content to law enforcement when required by law.",
    ),
    "other recipients": (
        "We never disclose customer content to foreign governments.",
        "We may disclose customer content to governments when required by law.",
    ),
    "exception stated": (
        "We never disclose customer content to law enforcement, except when required by law.",
        "We may disclose customer content to law enforcement when required by law.",
    ),
    "the exception itself": (
        "We never disclose customer content to law enforcement.",
        "The only exception is an emergency, in which we may disclose customer content to law enforcement.",
    ),
    "only": (
        "We never disclose customer content to law enforcement.",
        "We disclose customer content to law enforcement only in response to a search warrant.",
    ),
    "without a warrant": (
        "We never disclose customer content to law enforcement without a warrant.",
        "We may disclose customer content to law enforcement in response to a warrant.",
    ),
    "a record is no policy": (
        "We have never disclosed customer content to a government.",
        "We may disclose customer content to a government when required by law.",
    ),
    "another deed": (
        "We never give governments direct access to our servers.",
        "We may disclose account data from our servers to governments.",
    ),
    "bounded notice": (
        "We notify users before we disclose their data.",
        "We notify users before we disclose their data, unless we are legally prohibited.",
    ),
    "a gag": (
        "We notify users before we disclose their data.",
        "We may not notify users before we disclose their data if a court forbids it.",
    ),
    "not a promise": (
        "We may disclose customer content to law enforcement.",
        "We disclose customer content to law enforcement when required by law.",
    ),
    "two promises": (
        "We never disclose customer content to law enforcement.",
        "We do not disclose customer content to law enforcement or regulators.",
    ),
}


@pytest.mark.parametrize("pair", TORN.values(), ids=TORN)
def test_what_takes_a_promise_back(pair: tuple[str, str]) -> None:
    assert opposed(*pair)
    assert not opposed(*reversed(pair))


@pytest.mark.parametrize("pair", NOT.values(), ids=NOT)
def test_what_only_looks_so(pair: tuple[str, str]) -> None:
    assert not opposed(*pair)
    assert not opposed(*reversed(pair))
