"""Which sentences are one statement in several places."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from service.model import Kind
from service.sightings.essence import essence
from service.sightings.same import kinship, quotes_part, says_the_same

OWN = "We have never given any government direct access to our customers' mail, and we never will."

NEVER = "never given any government direct access to our customers’ mail"
SAME = {
    "quoted": f"“We have {NEVER}, and we never will,” said Ida Moor, general counsel of Harborlight.",
    "quoted, speaker first": f'Moor told reporters in Oslo on Tuesday: "We have {NEVER}, and we never will."',
    "broken by the reporter": f"“We have {NEVER},” she said, “and we never will.”",
    "contracted": f"“We've {NEVER} and we never will,” Moor said.",
    "a slip": "We have never given any goverment direct access to our customer's mail, and we never will.",
    "told": f"Harborlight said on Tuesday that it has {NEVER.replace('our', 'its')} and never will.",
    "marks lost": f"We have {NEVER}, and we never will, said Ida Moor.",
    "in capitals": OWN.upper(),
}
OTHER = {
    "never lost": f"“We have {NEVER.replace('never', 'not')}, and we will not,” said Ida Moor.",
    "an exception more": f"We have {NEVER}, and we never will, unless a court orders it.",
    "an exception outside the quotation": f"“We have {NEVER},” Moor said, except in Norway.",
    "so far": f"We have never so far {NEVER[6:]}, and we never will.",
    "currently": "We do not currently give any government direct access to our customers' mail.",
    "other data": f"We have {NEVER.replace('mail', 'photos')}, and we never will.",
    "another reader": f"We have {NEVER.replace('government', 'advertiser')}, and we never will.",
    "one kind of government": f"We have {NEVER.replace('government', 'foreign government')}, and we never will.",
    "the opposite": "We have given governments direct access to our customers' mail, and we will again.",
    "something else": "We notify customers before we disclose their mail to a government.",
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_the_same_statement(text: str) -> None:
    assert says_the_same(OWN, text, "Harborlight")
    assert says_the_same(text, OWN, "Harborlight")


@pytest.mark.parametrize("text", OTHER.values(), ids=OTHER)
def test_another_statement(text: str) -> None:
    assert not says_the_same(OWN, text, "Harborlight")
    assert not says_the_same(text, OWN, "Harborlight")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("We notify users before we disclose their data.",
         "We notify users before we disclose their data, unless we are legally prohibited."),
        ("We notify users before we disclose their data, unless we are legally prohibited.",
         "“We notify users before we disclose their data,” a spokesman said."),
        ("We received 12 requests from governments in 2024.", "We received 15 requests from governments in 2024."),
        ("We received 12 requests from governments in 2024.", "We received 12 requests from governments in 2025."),
        ("We will notify users of every request.", "We may notify users of every request."),
        ("We require a warrant before we disclose content.", "We require a subpoena before we disclose content."),
        ("We never sell data to governments.", "We never sell data to governments or data brokers."),
        ("We do not disclose data.", "We do not disclose keys."),
    ],
)  # fmt: skip
def test_what_differs_in_substance_is_two(a: str, b: str) -> None:
    assert not says_the_same(a, b)
    assert not says_the_same(b, a)


def test_a_part_is_quoted() -> None:
    assert quotes_part(
        "“We have never given any government direct access to our customers’ mail,” Moor said.", OWN
    )
    assert not quotes_part(
        OWN, "“We have never given any government direct access to our customers’ mail,” Moor said."
    )
    assert not quotes_part(
        "“We tell every customer before we disclose anything,” said Moor.",
        "We tell every customer before we disclose anything, unless a court forbids it.",
    )
    assert not quotes_part("“We notify users,” said Moor.", "We notify users.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("“We keep no logs of any kind at all,” said Ida Moor.", "We keep no logs of any kind at all"),
        ("Moor called the report “nonsense” on Tuesday.", 'Moor called the report "nonsense" on Tuesday'),
        ("“We tell every customer first,” Moor said, unless a judge forbids it.",
         '"We tell every customer first," Moor said, unless a judge forbids it'),
        ("Harborlight said that it keeps no logs of what its users read.", "it keeps no logs of what its users read"),
    ],
)  # fmt: skip
def test_the_essence_of_a_sentence(text: str, said: str) -> None:
    assert essence(text) == said


@pytest.mark.parametrize(
    ("new", "kind"),
    [
        ("We may notify users before we disclose their data to a government.", Kind.WEAKENED),
        (
            "We notify users before we disclose their data to a government, unless it is prohibited.",
            Kind.WEAKENED,
        ),
        ("We notify our users before we disclose their data to any government.", Kind.REWORDED),
    ],
)
def test_what_a_sentence_elsewhere_would_be_as_a_change(new: str, kind: Kind) -> None:
    found = kinship("We notify users before we disclose their data to a government.", new)
    assert found is not None
    assert found[1].kind is kind


def test_sentences_about_different_things_are_no_kin() -> None:
    assert (
        kinship("We notify users before we disclose their data.", "We keep no logs of what you read.") is None
    )


@pytest.mark.shared
def test_no_labelled_change_of_substance_counts_as_the_same(shared: Path) -> None:
    pairs = [json.loads(line) for line in (shared / "data/pairs.jsonl").read_text("utf-8").splitlines()]
    changed = [p for p in pairs if p["kind"] in ("weakened", "strengthened", "figure", "unrelated")]
    assert len(changed) > 40
    assert not [p["id"] for p in changed if says_the_same(p["old"], p["new"], p["company"])]
