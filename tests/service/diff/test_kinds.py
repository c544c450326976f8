import json
import time
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.diff.kinds import classify
from service.model import Kind

FOLDER = Path(__file__).parent / "cases"
CASES, CLAUSES, LATER = (
    [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]
    for name in ("minimal_pairs.jsonl", "clauses.jsonl", "mirrored_pairs.jsonl")
)
BLIND = sorted((Path(__file__).parents[2] / "data").glob("pairs-blind-*.jsonl"))
MIRROR = {Kind.NEW: Kind.WITHDRAWN, Kind.WITHDRAWN: Kind.NEW} | {
    Kind.WEAKENED: Kind.STRENGTHENED,
    Kind.STRENGTHENED: Kind.WEAKENED,
}
PARTS = (
    ("We", "Tessellate", "Your data"),
    ("will", "may", "never", "must", "do not"),
    ("notify you", "disclose data", "require a warrant", "give content to the police", "review requests"),
    ("", " of any request", " to courts and regulators", " to comply with a subpoena", " in 14 cases"),
    (
        "",
        " unless prohibited by law",
        " where we deem it appropriate",
        " if a judge orders it",
        ", including but not limited to fraud",
    ),
)
SENTENCES = [f"{a} {b} {c}{d}{e}." for a, b, c, d, e in product(*PARTS)]


def wrong(cases: list[dict[str, str]]) -> list[str]:
    return [c["id"] for c in cases if classify(c["old"], c["new"]).kind != c["kind"]]


def test_minimal_pairs() -> None:
    """One edit each, of invented companies, in both directions."""
    told = [case for case in CASES if case["kind"] != "none"]
    assert len(told) > 550
    assert len(wrong(told)) <= 0.03 * len(told), wrong(told)


def test_pairs_written_after_the_rules() -> None:
    """One thing changed, of invented companies; the rules were not made by them."""
    told = [case for case in LATER if case["kind"] != "none"]
    assert len(LATER) == 80
    assert len(wrong(told)) <= 0.1 * len(told), wrong(told)


@pytest.mark.parametrize("path", BLIND, ids=lambda path: path.stem)
def test_pairs_written_without_a_look_at_the_rules(path: Path) -> None:
    """Their first reading, before any of their errors was mended, is noted in docs/diff.md."""
    told = [
        case for line in path.read_text("utf-8").splitlines() if (case := json.loads(line))["kind"] != "none"
    ]
    assert len(told) >= 30
    assert len(wrong(told)) <= 0.1 * len(told), wrong(told)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("We will tell you before we disclose your data to the police.",
         "Before your data is given to law enforcement, you will be told by us."),
        ("We can't read your messages and can't hand them to the state.",
         "We are unable to read your messages and to hand them to the state, which we have no means of doing."),
        ("The Vendor shall inform the Client of any Government Request.",
         "The Processor shall notify the Controller of any government request."),
    ],
)  # fmt: skip
def test_the_same_in_another_voice_order_or_term_is_reworded(old: str, new: str) -> None:
    assert classify(old, new).kind is Kind.REWORDED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("We tell you before we give messages to police.", "We tell you after we give messages to police."),
        ("We do not disclose messages and we notify users.", "We disclose messages and do not notify users."),
    ],
)  # fmt: skip
def test_the_same_words_in_another_tie_are_not(old: str, new: str) -> None:
    assert classify(old, new).kind is Kind.WEAKENED


def test_long_clauses() -> None:
    """As privacy policies put it: several things in a sentence, some of them no state's matter."""
    assert len(CLAUSES) > 90
    assert len(wrong(CLAUSES)) <= 0.05 * len(CLAUSES), wrong(CLAUSES)


@pytest.mark.parametrize("case", [*CASES, *CLAUSES, *LATER], ids=lambda c: c["id"])
def test_minimal_pairs_mirror(case: dict[str, str]) -> None:
    there, back = classify(case["old"], case["new"]), classify(case["new"], case["old"])
    assert back.kind is MIRROR.get(there.kind, there.kind)
    assert back.score == there.score


@given(st.sampled_from(SENTENCES), st.sampled_from(SENTENCES), st.booleans(), st.booleans())
def test_any_two_sentences_mirror(old: str, new: str, was: bool, now: bool) -> None:
    there, back = classify(old, new, was=was, now=now), classify(new, old, was=now, now=was)
    assert back.kind is MIRROR.get(there.kind, there.kind)
    assert back.score == there.score


@given(st.text(max_size=120), st.text(max_size=120))
def test_any_two_texts_mirror(old: str, new: str) -> None:
    there, back = classify(old, new), classify(new, old)
    assert back.kind is MIRROR.get(there.kind, there.kind)
    assert 0.0 <= there.score <= 1.0


@given(st.sampled_from(SENTENCES))
def test_a_sentence_and_itself_are_reworded_at_most(text: str) -> None:
    assert classify(text, text).kind is Kind.REWORDED
    assert classify(text, f"•  {text.replace('.', '')}").kind is Kind.REWORDED


@pytest.mark.parametrize(
    ("old", "new", "kind", "words"),
    [
        (
            "We will notify you of requests.",
            "We may notify you of requests.",
            Kind.WEAKENED,
            "became “may notify”",
        ),
        (
            "We notify users of requests.",
            "We notify users of requests unless we are legally prohibited.",
            Kind.WEAKENED,
            "exception added: “unless we are legally prohibited",
        ),
        (
            "We may share data with the police.",
            "We may share data with the police and regulators.",
            Kind.WEAKENED,
            "recipient added: “regulators”",
        ),
        (
            "We disclose content only on a search warrant.",
            "We disclose content only on a subpoena.",
            Kind.WEAKENED,
            "warrant became subpoena",
        ),
        ("In 2021 we got 14 requests.", "In 2022 we got 31 requests.", Kind.FIGURE, "“14” became “31”"),
        ("2.5 Million requests were received.", "3.5 Million requests were received.", Kind.FIGURE, "“2.5"),
        (
            "We disclose data and logs if ordered.",
            "We disclose data if ordered.",
            Kind.STRENGTHENED,
            "dropped",
        ),
    ],
)
def test_reasons_are_words_for_a_reader(old: str, new: str, kind: Kind, words: str) -> None:
    verdict = classify(old, new)
    assert verdict.kind is kind
    assert words in verdict.reason


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("We got two requests in 2021.", "We got 2 requests in 2021."),
        ("Data of 1,204 users was given to courts.", "Data of 1204 users was given to courts."),
        ("We may disclose data as section 4 says.", "We may disclose data as section 6 says."),
    ],
)
def test_the_same_number_otherwise_written_is_no_figure(old: str, new: str) -> None:
    assert classify(old, new).kind is Kind.REWORDED


def test_small_things_in_a_procedure_are_no_promise() -> None:
    old = "Officers can ask for help through our web form."
    new = "Officers can ask for help through our web form or our telephone desk."
    assert classify(old, new, procedural=True).kind is Kind.REWORDED


@pytest.mark.parametrize("old", ["", "  "])
def test_one_side_only(old: str) -> None:
    assert classify(old, "We never share data with states.").kind is Kind.NEW
    assert classify("We never share data with states.", old).kind is Kind.WITHDRAWN


def test_a_permission_grafted_on_another_sentence_weakens() -> None:
    old = "Closed accounts stay in our records a little longer, so that nobody can open them anew."
    new = "Some records of closed accounts are kept for longer where a court orders us to preserve and disclose them."
    assert classify(old, new, was=False).kind is Kind.WEAKENED
    assert classify(new, old, now=False).kind is Kind.STRENGTHENED


def test_a_sentence_touched_up_is_no_news_though_judged_otherwise_now() -> None:
    old = "Requests are answered in the order in which they came in to our office in Lisbon."
    assert classify(old, old.replace("Lisbon", "Porto"), was=False).kind is Kind.REWORDED


@pytest.mark.parametrize("text", ["we may disclose " * 3000, "(" * 9000, "a " * 9000, "unless if, " * 3000])
def test_no_text_takes_long(text: str) -> None:
    classify(text, text + " x")
    classify(text + "police and regulators", text)


PROMISES = (
    "We never hand encryption keys to any government",
    "We do not pass customer data to any police force",
    "We will not grant any government access to our servers",
    "We have never turned over content to a foreign government",
    "Harborlight keeps governments out of its network",
    "We publish every demand that we receive",
)
EXCEPTIONS = (
    "unless the law requires it",
    "unless a court orders us to do so in writing",
    "except in emergencies",
    "unless required by law",
)


@pytest.mark.parametrize("exception", EXCEPTIONS)
@pytest.mark.parametrize("promise", PROMISES)
def test_an_exception_put_into_a_promise_weakens_it_whatever_it_is_made_of(
    promise: str, exception: str
) -> None:
    plain, excepted = f"{promise}.", f"{promise}, {exception}."
    verdict = classify(plain, excepted)
    assert (verdict.kind, verdict.reason) == (Kind.WEAKENED, f"exception added: “{exception}”")
    assert classify(excepted, plain).kind is Kind.STRENGTHENED


def test_an_exception_put_into_a_disclosure_strengthens_it() -> None:
    plain = "We disclose customer data to the police on request."
    excepted = "We disclose customer data to the police on request, unless the request is not in writing."
    assert classify(plain, excepted).kind is Kind.STRENGTHENED
    assert classify(excepted, plain).kind is Kind.WEAKENED


def test_the_reason_quotes_what_denies() -> None:
    verdict = classify(
        "Harborlight has never given any government direct access to its servers.",
        "Harborlight does not currently give any government direct access to its servers.",
    )
    assert "“has never given” became “does not give”" in verdict.reason


def test_a_long_word_in_capitals_behind_an_open_quotation_mark_costs_nothing() -> None:
    """A key or a fingerprint may stand so: seven words of it are not sought in every way to cut it."""
    key = '"' + "A" * 48
    began = time.process_time()
    verdict = classify(f"We sign with {key} and tell users.", f"We sign with {key} and may tell users.")
    assert verdict.kind is Kind.WEAKENED
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize("one", ["one year", "1 year"])
def test_a_year_is_one_year(one: str) -> None:
    assert (
        classify("We retain such data for a year.", f"We retain such data for {one}.").kind is Kind.REWORDED
    )
    assert (
        classify("We retain such data for a year.", "We retain such data for two years.").kind is Kind.FIGURE
    )


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ("We never disclose messages.", "We never disclose messages without an order of a court."),
        ("We read each order and, if need be, contest it.", "We read each order."),
        ("Recordings: a search warrant.", "Recordings: a court order."),
        ("A subpoena is required for names and a search warrant for messages.",
         "A subpoena is required for names and a court order for messages."),
        ("Backups are encrypted with keys that you hold.", "Backups are encrypted with keys that we hold."),
        ("We have received zero secret orders.", "We have received 3 secret orders."),
        ("No agency has direct access to our servers.", "No foreign agency has direct access to our servers."),
        ("Requests that name no account are refused.", "Requests that name no account may be refused."),
        ("Before we answer we check the order, and lodge a complaint where it is unlawful.",
         "Before we answer we check the order, and may lodge a complaint where it is unlawful."),
        ("Agencies must use our portal.", "Agencies may use our portal."),
        ("We publish a report on government requests every six months.", "We publish a report on government requests."),
        ("We tell you of a demand, unless a court has sealed it or you are a suspect.",
         "We tell you of a demand, unless a court has sealed it, a member is in danger, or you are a suspect."),
    ],
)  # fmt: skip
def test_each_says_less_than_the_other_and_the_reverse(more: str, less: str) -> None:
    there, back = classify(more, less), classify(less, more)
    assert (there.kind, back.kind) == (Kind.WEAKENED, Kind.STRENGTHENED), (there, back)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("We give them only the least.", "We give them the least."),
        ("We publish how many orders we got twice a year.", "We publish the number of orders we got every six months."),
        ("Content is only handed over if we are shown a warrant.",
         "We will not hand over content unless shown a warrant."),
        ("We resist any order that is not lawful.", "Any unlawful order will be resisted by us."),
    ],
)  # fmt: skip
def test_other_words_for_one_thing_are_reworded(old: str, new: str) -> None:
    assert classify(old, new).kind is Kind.REWORDED, classify(old, new)


def test_of_whom_data_goes_to_the_reason_says_that_they_are_no_longer_ruled_out() -> None:
    told = classify("We do not give data to the police.", "We give data to the police.").reason
    assert "protected" not in told


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("We hand over your messages to the police.",
         "We hand over your messages and release your credit reports to the police."),
        ("We give your name to the police.",
         "We give your name to the police and release your bank statistics."),
        ("We keep your medical reports.", "We release your medical reports to the police."),
        ("We answer orders.", "We answer orders issued in police reports."),
    ],
)  # fmt: skip
def test_a_report_about_people_that_is_released_is_no_openness(old: str, new: str) -> None:
    assert classify(old, new).kind is not Kind.STRENGTHENED


def test_a_report_about_requests_that_is_released_is_published() -> None:
    told = classify(
        "We publish a transparency report twice a year.", "We release a transparency report twice a year."
    )
    assert told.kind is Kind.REWORDED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "Meet any applicable law, regulation,legal process or governmental request.",
            "Respond to any applicable law, regulation, legal process or governmental request.",
        ),
        (
            "We hand records over where the law requires it, for instance on a valid legal request.",
            "We hand records over to comply with a legal obligation, for instance on a valid legal request"
            " such as an order of a court in an inquiry.",
        ),
    ],
)
def test_the_same_duty_in_other_words_or_with_an_example_is_a_rewording(old: str, new: str) -> None:
    assert classify(old, new).kind is Kind.REWORDED
    assert classify(new, old).kind is Kind.REWORDED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "We may not honor several requests beyond the authorized period, whatever the offense.",
            "We may not honour several requests beyond the authorised period, whatever the offence.",
        ),
    ],
)
def test_another_spelling_is_a_rewording(old: str, new: str) -> None:
    assert classify(old, new).kind is Kind.REWORDED
    assert classify(old, new).score == 0.9


def test_the_example_that_names_the_state_counts() -> None:
    verdict = classify(
        "We share data with third parties.", "We share data with third parties, such as the police."
    )
    assert verdict.kind is Kind.WEAKENED


def test_a_limit_of_law_is_told_as_a_condition() -> None:
    verdict = classify(
        "We give data to authorities to protect the public, as required or permitted by law.",
        "We give data to authorities to protect the public.",
    )
    assert verdict.kind is Kind.WEAKENED
    assert verdict.reason.startswith("condition dropped")
