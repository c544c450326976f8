"""Shapes that whole documents showed: who has to order it, who may silence, what was refused, reports and records."""

from __future__ import annotations

import pytest

from service.diff.kinds import classify
from service.model import Kind

LESS = (
    # who has to order it
    (
        "We take an image of a server for an authority only on the basis of a seizure order of a judge.",
        "We take an image of a server for an authority only on the basis of a seizure order of a judge or, in urgent "
        "cases, of the public prosecutor.",
    ),
    (
        "On an order of the examining magistrate we make an image of a server.",
        "On an order of the public prosecutor or the examining magistrate we make an image of a server.",
    ),
    (
        "We hand out data only on the order of a judge.",
        "We hand out data only on the order of a judge or a prosecutor.",
    ),
    # who may silence
    (
        "We notify the customer, unless a court has directed us not to do so.",
        "We notify the customer, unless directed by the requesting party not to do so.",
    ),
    (
        "We notify users before disclosure unless we are prohibited by a court order.",
        "We notify users before disclosure unless the requesting agency asks us not to.",
    ),
    (
        "We tell you about it unless a judge forbids us to.",
        "We tell you about it unless an officer asks us to keep it quiet.",
    ),
    # one more thing that has to be so before anybody is told
    (
        "We inform the customer about a request as soon as this is permitted.",
        "We inform the customer about a request as soon as this is permitted and does not endanger the investigation.",
    ),
    (
        "We notify users as soon as the gag order ends.",
        "We notify users as soon as the gag order ends and the case is closed.",
    ),
    # what was refused is only looked at
    (
        "We do not answer orders that ask for the data of everyone in a place or period.",
        "We ask courts to narrow orders that ask for the data of everyone in a place or period.",
    ),
    ("We refuse requests for bulk data.", "We ask agencies to narrow requests for bulk data."),
    ("We do not comply with overbroad requests.", "We review overbroad requests."),
    # what is reported, and to whom
    (
        "We file reports on suspicious activity with FinCEN.",
        "We file reports on suspicious activity with FinCEN and with the tax authorities of your country.",
    ),
    (
        "We report abuse material to NCMEC.",
        "We report abuse material to NCMEC, and may refer users who plan to harm others to law enforcement.",
    ),
    # where it is not only so, but plainly so; what is done on purpose only; nobody else
    (
        "(c) challenge the request where it is unlawful.",
        "(c) challenge the request where it is manifestly unlawful.",
    ),
    (
        "Redshank represents that it has not built back doors into its systems.",
        "Redshank represents that it has not purposefully built back doors into its systems.",
    ),
    (
        "We disclose information on the person named in the request and on nobody else.",
        "We disclose information on the person named in the request and on persons connected with it.",
    ),
    # an exception to what is denied last
    (
        "Redshank shall store the data in the region that you select and shall not move it for any government.",
        "Redshank shall store the data in the region that you select and shall not move it for any government, unless "
        "the customer agrees.",
    ),
    # a record of what was given
    (
        "Provider shall disclose only such data as it is legally compelled to disclose, and shall keep a record of "
        "each disclosure, which the District may inspect.",
        "Provider shall disclose only the data that it is legally compelled to disclose.",
    ),
    ("We review each demand and log every disclosure that we make.", "We review each demand."),
)
LESS_ALL_THE_SAME = (
    # examples that say more than what they are examples of
    (
        "We disclose data only on legal process.",
        "We disclose data only on legal process, such as an informal letter from the police.",
    ),
    (
        "We disclose data to comply with the law.",
        "We disclose data to comply with the law, such as an informal request from any agency.",
    ),
    (
        "We share data with law enforcement.",
        "We share data with law enforcement, such as immigration officers and foreign intelligence services.",
    ),
    (
        "We give the police data about your account.",
        "We give the police data about your account, such as the content of your messages and your location.",
    ),
    # a row and a sentence that says more than it
    ("Subscriber records: a subpoena.", "Message content is disclosed on a subpoena."),
    ("IP addresses: a court order.", "We disclose IP addresses on a court order or voluntarily."),
    (
        "Message content: a search warrant.",
        "We may hand over message content on a search warrant or at our discretion.",
    ),
    (
        "Email content: a court order.",
        "Any account data can be obtained with a court order or with the consent of our partners.",
    ),
    ("We give content only on a search warrant, and we notify you.", "Content: a search warrant."),
    # safety in danger is a ground
    (
        "We may share data if needed to comply with the law.",
        "We may share data if needed to comply with the law or that a user is threatening public safety.",
    ),
    (
        "We disclose data only where required by law.",
        "We disclose data only where required by law or where silence would endanger the public safety.",
    ),
)
NOT_LESS = (
    ("We will not comply with a request unless it is legally valid.", "We review each request and comply only if it is "
     "legally valid."),
    ("We do not respond to requests without a court order.", "We examine each request and require a court order."),
    ("We decline requests that lack a legal basis.", "We check every request, and where it lacks a legal basis we "
     "disclose nothing."),
    ("We do not respond to requests without a warrant.", "We review requests, and we never disclose data without a "
     "warrant."),
)  # fmt: skip
SAME = (
    (
        "Requests shall be addressed to the Financial Crime Unit, 8 Quay Street, Limerick.",
        "Requests shall be addressed to the Financial Crime Unit, 21 Bridge Street, Limerick.",
    ),
    (
        "Content, including prompts and answers, is disclosed only in response to a search warrant or its equivalent.",
        "Content (prompts, answers, uploaded files and images): a search warrant or its equivalent.",
    ),
    ("Subscriber records are disclosed only on a subpoena.", "Subscriber records | Subpoena"),
    (
        "Records without content, such as log-ins, may be disclosed in response to a subpoena or court order.",
        "Records without content (such as log-ins): a subpoena or court order.",
    ),
    (
        "We inform the customer as soon as this is permitted.",
        "We inform the customer as soon as this is allowed.",
    ),
)
FIGURES = (
    (
        "7.4 At the request of Customer, we provide information on the requests received in the preceding six months.",
        "6.4 At the request of Customer, we provide information on the requests received in the preceding twelve "
        "months.",
    ),
    (
        "In the second half of 2022 we received 33,871 demands from law enforcement.",
        "In 2023 we received 69,410 demands from law enforcement.",
    ),
    (
        "Between January and June 2022 we received 12 requests.",
        "Between July and December 2022 we received 15 requests.",
    ),
)


@pytest.mark.parametrize(("more", "less"), LESS + LESS_ALL_THE_SAME)
def test_less_is_promised_and_more_on_the_way_back(more: str, less: str) -> None:
    assert classify(more, less).kind is Kind.WEAKENED
    assert classify(less, more).kind is Kind.STRENGTHENED


@pytest.mark.parametrize(("old", "new"), NOT_LESS)
def test_a_refusal_put_as_a_condition_is_not_less(old: str, new: str) -> None:
    assert classify(old, new).kind is not Kind.WEAKENED
    assert classify(new, old).kind is not Kind.STRENGTHENED


@pytest.mark.parametrize(("old", "new"), SAME)
def test_another_form_is_the_same(old: str, new: str) -> None:
    assert classify(old, new).kind is Kind.REWORDED
    assert classify(new, old).kind is Kind.REWORDED


@pytest.mark.parametrize(("old", "new"), FIGURES)
def test_another_period_is_a_figure(old: str, new: str) -> None:
    assert classify(old, new).kind is Kind.FIGURE
    assert classify(new, old).kind is Kind.FIGURE
