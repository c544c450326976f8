"""Sentences that were told as the opposite of what they say, each both ways."""

from __future__ import annotations

import pytest

from service.diff.issuers import issued_otherwise
from service.diff.kinds import classify
from service.diff.plain import plain
from service.model import Kind

LESS = (
    # a log of what people do is no record of what states get
    ("We do not keep a log of DNS requests.", "We keep a log of DNS requests for 24 hours."),
    (
        "We never keep logs of requests that you make.",
        "We may keep logs of requests that you make and give them to the police on a warrant.",
    ),
    (
        "We do not keep a log of all requests made through our VPN servers.",
        "We keep a log of all requests made through our VPN servers.",
    ),
    ("We keep no list of orders.", "We keep a list of orders."),
    # but a record of what states ask or get is
    (
        "We review each demand and keep a register of all requests from governments.",
        "We review each demand.",
    ),
    ("We answer court orders and log every disclosure.", "We answer court orders."),
    # what is released about requests is open; what is released about people is not
    ("We release detailed reports about requests.", "We do not release detailed reports about requests."),
    ("We release a comprehensive transparency report.", "We do not release a transparency report."),
    (
        "We keep your messages.",
        "We keep your messages and release detailed reports on users to the police.",
    ),
    (
        "We give your name to the police.",
        "We give your name to the police and release complete bank statistics.",
    ),
    ("We answer orders.", "We answer orders and release internal reports to the authorities."),
    ("We answer orders.", "We answer orders and release accident reports."),
    ("We answer orders.", "We answer orders and may release reports that name users to prosecutors."),
    ("We keep logs of disclosures.", "We keep no logs of disclosures."),
    # what only denies more is left out on one side alone
    (
        "We disclose data only on the order of a court, and never on the request of the police.",
        "We disclose data on the order of a court.",
    ),
    (
        "We disclose data only on the order of a court, and never on the request of the police.",
        "We disclose data only on the order of a court, and in emergencies on the request of the police.",
    ),
    # what is referred is a person or a case
    ("We review matters.", "We review matters, and may refer you to the authorities."),
    (
        "We review requests.",
        "We review requests and refer users who threaten others to the police.",
    ),
    ("We review reports of abuse.", "We review reports of abuse and refer serious cases to law enforcement."),
    # how soon it can be is no condition
    ("We notify users as soon as legally possible.", "We do not notify users."),
    (
        "We notify users as soon as practicably possible.",
        "We may notify users as soon as practicably possible.",
    ),
    ("We notify users.", "We notify users as soon as the investigation ends."),
    # whose word suffices
    (
        "We give access only with a warrant from a judge.",
        "We give access only with a warrant from a judge or on a request by the government.",
    ),
    (
        "We hand out data only on the order of a judge, and notify the user.",
        "We hand out data only on the order of a judge or an agency, and notify the user.",
    ),
    (
        "We will not disclose data except on the order of a judge.",
        "We will not disclose data except on the order of a prosecutor.",
    ),
    (
        "We hand over data only on a request from law enforcement.",
        "We hand over data only on a request from law enforcement, regulators or government agencies.",
    ),
    (
        "We never hand over data without an order from a judge.",
        "We never hand over data without an order from a judge or a prosecutor.",
    ),
    (
        "We tell you unless a court forbids it.",
        "We tell you unless a court forbids it or the agency asks us not to.",
    ),
    (
        "We notify users upon receipt of an order from a court or a request from the police.",
        "We notify users upon receipt of an order from a court.",
    ),
)
NOT_LESS = (
    (
        "We give access only with a warrant from a judge.",
        "We give access only with a warrant from a judge, and never on a request by the government.",
    ),
    (
        "We disclose data only on the order of a court.",
        "We disclose data only on the order of a court and not on the mere request of an agency.",
    ),
    (
        "We tell you unless prohibited by law.",
        "We tell you unless prohibited by law, and not merely because an agency asks.",
    ),
    (
        "We review requests.",
        "We review requests; for details refer to the page on our answers to government requests.",
    ),
    (
        "We review requests.",
        "We review requests and refer to our own policies on disclosure to law enforcement.",
    ),
    ("We notify users.", "We notify users as soon as legally possible."),
    ("We review requests.", "We review requests and notify users as soon as practicably possible."),
    (
        "We tell you unless a court forbids it.",
        "We tell you unless the agency directs us not to under a court order.",
    ),
    (
        "We tell you unless a court forbids it.",
        "We tell you unless a court forbids it, even where the agency asks us not to.",
    ),
)
SAME = (
    (
        "We publish quarterly statistics on how we respond to the police.",
        "We release quarterly statistics on how we respond to the police.",
    ),
    (
        "We publish in-depth reports on user data requests.",
        "We issue in-depth reports on user data requests.",
    ),
    (
        "We publish detailed reports about government requests.",
        "We release detailed reports about government requests.",
    ),
    (
        "We publish a comprehensive transparency report.",
        "We release a comprehensive transparency report.",
    ),
)


@pytest.mark.parametrize(("more", "less"), LESS)
def test_less_is_told_as_less_and_the_way_back_as_more(more: str, less: str) -> None:
    assert classify(more, less).kind is Kind.WEAKENED
    assert classify(less, more).kind is Kind.STRENGTHENED


@pytest.mark.parametrize(("old", "new"), NOT_LESS)
def test_what_takes_nothing_away_is_not_told_as_less(old: str, new: str) -> None:
    assert classify(old, new).kind is not Kind.WEAKENED
    assert classify(new, old).kind is not Kind.STRENGTHENED


@pytest.mark.parametrize(("old", "new"), SAME)
def test_released_is_published(old: str, new: str) -> None:
    assert classify(old, new).kind is Kind.REWORDED
    assert classify(new, old).kind is Kind.REWORDED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "We give access only with a warrant from a judge.",
            "We give access only with a warrant from a judge, and never on a request by the government.",
        ),
        (
            "We do not disclose data on the request of an agency.",
            "We do not disclose data on the order of a court.",
        ),
        (
            "We notify users upon receipt of an order from a court.",
            "We notify users upon receipt of an order from a court or a request from the police.",
        ),
    ],
)
def test_where_nothing_is_given_by_an_order_nobody_counts_as_its_issuer(old: str, new: str) -> None:
    assert not list(issued_otherwise(plain(old), plain(new)))
    assert not list(issued_otherwise(plain(new), plain(old)))
