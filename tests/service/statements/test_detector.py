"""What the detector says of sentences of invented companies."""

from __future__ import annotations

import time

import pytest

from service.model import Category, Sentence
from service.statements.detection import detector
from service.statements.detection.detector import judge

CLEAR = [
    ("We will never give any government direct access to our servers.", Category.DIRECT_ACCESS),
    ("Messages are end-to-end encrypted, so we cannot decrypt them for the police.", Category.ENCRYPTION),
    (
        "Law enforcement must serve us with a search warrant before we disclose the content of an account.",
        Category.LEGAL_PROCESS,
    ),
    ("We provide only the data about the specific accounts named in the order.", Category.SCOPE_LIMIT),
    ("Our lawyers review every government request and reject those that are not valid.", Category.CHALLENGE),
    ("We notify users of government requests unless we are prohibited by law.", Category.NOTICE),
    ("If an agency asks for a customer's data, we redirect it to the customer.", Category.REDIRECT),
    ("Tessellate has never received a national security letter.", Category.NEVER),
    ("We publish a transparency report on government requests twice a year.", Category.TRANSPARENCY),
    ("We received 214 requests from law enforcement in 2023.", Category.VOLUME),
    ("We keep no logs that could be handed over to a court.", Category.NO_DATA),
    ("We may disclose your information to law enforcement if required by law.", Category.DISCLOSURE),
    (
        "We may release data to the police without a warrant in an emergency involving danger of death.",
        Category.EMERGENCY,
    ),
    ("Foreign authorities must use a mutual legal assistance treaty.", Category.CROSS_BORDER),
    ("We preserve account records for 90 days on a law enforcement request.", Category.PRESERVATION),
    ("Law enforcement should submit requests through our online portal.", Category.PROCEDURE),
]

NOTHING = [
    "These terms are governed by the laws of Ireland.",
    "You represent and warrant that you have the authority to enter into this agreement.",
    "Any dispute shall be settled by binding arbitration.",
    "We use cookies to remember your language.",
    "You may not export the software to a country under embargo.",
    "You have the right to lodge a complaint with a supervisory authority.",
    "How do we answer requests from law enforcement?",
    "",
]


@pytest.mark.parametrize(("text", "category"), CLEAR)
def test_plain_assurances_are_found_with_their_category(text: str, category: Category) -> None:
    (said,) = judge([Sentence(text)])
    assert said.relevant
    assert category in said.categories
    assert said.score > 0.3


@pytest.mark.parametrize("text", NOTHING)
def test_look_alikes_are_not_taken_for_one(text: str) -> None:
    (said,) = judge([Sentence(text)])
    assert not said.relevant
    assert said.categories == ()
    assert said.exception == ""


def test_a_list_item_is_read_with_its_lead_in() -> None:
    item = "to comply with the law, a court order or other legal process;"
    (shared,) = judge([Sentence(item, prev="We may disclose your personal information to others:")])
    assert shared.relevant
    assert Category.DISCLOSURE in shared.categories


def test_a_lead_in_that_says_nothing_by_itself_is_no_assurance() -> None:
    heading = "Requests by law enforcement"
    leads = [
        "From July to December 2023 we received:",
        "In response to a valid subpoena issued by a court, we can provide the following account data:",
    ]
    assert [j.relevant for j in judge([Sentence(text, heading=heading) for text in leads])] == [False, True]


@pytest.mark.parametrize(
    "text",
    [
        "We never hand over your messages to anyone, unless one of these applies:",
        "We keep no logs and have nothing to hand over, which means:",
        "We have never put a back door into our products, and here is why:",
        "We will tell you before we hand over your data, except:",
    ],
)
def test_a_whole_promise_is_one_though_a_list_follows(text: str) -> None:
    assert judge([Sentence(text)])[0].relevant


def test_the_exception_comes_with_the_judgement() -> None:
    (said,) = judge([Sentence("We notify users of government requests unless we are prohibited by law.")])
    assert said.exception == "unless we are prohibited by law"


def test_answers_stand_in_the_order_of_the_questions() -> None:
    texts = [CLEAR[0][0], NOTHING[0], CLEAR[7][0], NOTHING[3], CLEAR[11][0]] * 3
    together = judge([Sentence(t) for t in texts])
    alone = [judge([Sentence(t)])[0] for t in texts]
    assert [j.relevant for j in together] == [True, False, True, False, True] * 3
    assert [j.categories for j in together] == [j.categories for j in alone]
    for one, other in zip(together, alone, strict=True):
        assert one.score == pytest.approx(other.score, abs=1e-3)


def test_nothing_gives_nothing() -> None:
    assert judge([]) == ()


def test_why_is_told_when_asked() -> None:
    sentence = Sentence(CLEAR[7][0])
    assert judge([sentence])[0].why == ()
    why = judge([sentence], explain=True)[0].why
    assert any(reason.startswith("never: ") for reason in why)


def test_the_weights_are_small_and_load_fast() -> None:
    assert detector.WEIGHTS.stat().st_size <= 25e6
    start = time.process_time()
    detector.load()
    assert time.process_time() - start < 2


def test_a_page_without_assurances_passes_fast() -> None:
    page = [
        Sentence(f"Lamp number {n} leaves our workshop today and stands on your table within a week.")
        for n in range(3000)
    ]
    judge(page[:10])
    start = time.process_time()
    judge(page)
    assert len(page) / (time.process_time() - start) > 2000
