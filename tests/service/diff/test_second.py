"""The second look at single edits in which the rules find nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from service.diff.compare import compare_many
from service.diff.kinds import SAME_SUBSTANCE
from service.diff.second import looked_again, single_edit
from service.model import Judgement, Kind, Sentence, Verdict
from service.statements.detection.leaning import leaning, measures

UNSEEN = Verdict(Kind.REWORDED, 0.8, SAME_SUBSTANCE)
OLD, NEW = "Our clerks wave through such demands.", "Our clerks send back such demands."
MIRROR = {Kind.WEAKENED: Kind.STRENGTHENED, Kind.STRENGTHENED: Kind.WEAKENED}


@pytest.mark.parametrize(
    ("old", "new", "edit"),
    [
        (OLD, NEW, ("wave through", "send back")),
        ("We tell you of orders.", "We tell you of secret orders.", ("", "secret")),
        ("We tell you promptly of orders.", "We tell you of orders.", ("promptly", "")),
        ("Harrow tells you of orders.", "Wexley tells you of orders.", None),
        ("In May 2020 we had none.", "In June 2021 we had none.", None),
        ("We tell users of all orders.", "We inform users of some orders.", None),
        ("We tell you.", "we tell you", None),
        ("a " * 20 + "one", "a " * 20 + "other", None),
        ("", "We tell you of orders.", None),
    ],
)
def test_a_single_edit_is_one_stretch_of_a_short_sentence_and_not_only_names(
    old: str, new: str, edit: tuple[str, str] | None
) -> None:
    assert single_edit(old, new) == edit
    assert single_edit(new, old) == (edit and (edit[1], edit[0]))


@pytest.mark.parametrize(
    ("way", "kind"), [(0.9, Kind.STRENGTHENED), (-0.9, Kind.WEAKENED), (0.1, Kind.REWORDED)]
)
def test_what_leans_far_is_a_change_of_substance_and_the_reason_quotes_it(way: float, kind: Kind) -> None:
    found = looked_again(UNSEEN, OLD, NEW, lambda _old, _new: way)
    assert found.kind is kind
    if kind is not Kind.REWORDED:
        assert "“wave through” became “send back”" in found.reason
        assert 0.5 < found.score < 1.0


@pytest.mark.parametrize(
    "verdict",
    [
        Verdict(Kind.WEAKENED, 0.9, "exception added"),
        Verdict(Kind.REWORDED, 0.9, "the same in other words or another order"),
        Verdict(Kind.FIGURE, 0.9, "“2” became “3”"),
        Verdict(Kind.NONE, 0.9, "no assurance"),
    ],
)
def test_where_the_rules_see_something_nobody_is_asked(verdict: Verdict) -> None:
    def asked(_old: str, _new: str) -> float:
        raise AssertionError

    assert looked_again(verdict, OLD, NEW, asked) == verdict


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (OLD, NEW),
        ("We always say no to spies.", "We sometimes say no to spies."),
        (
            "Nothing is released to the state without an order.",
            "Little is released to the state without an order.",
        ),
        ("We tell you.", "We tell you."),
        ("ß €", "no words of ours"),
        ("x", ""),
    ],
)
def test_swapped_sides_turn_the_sign_and_nothing_else(old: str, new: str) -> None:
    assert leaning(old, new) == -leaning(new, old)
    assert (measures(old, new) == -measures(new, old)).all()
    there = looked_again(UNSEEN, old, new, leaning)
    back = looked_again(UNSEEN, new, old, leaning)
    assert back.kind is MIRROR.get(there.kind, there.kind)
    assert back.score == there.score


def relevant(sentences: Sequence[Sentence]) -> list[Judgement]:
    """A judge to whom everything is an assurance."""
    return [Judgement(True, 0.9) for _ in sentences]


def test_pairs_that_nothing_was_learned_from() -> None:
    """Neither a rule nor a weight was made by them; docs/diff.md has what the rules alone make of them."""
    data = Path(__file__).parents[2] / "data"
    cases = [case for number in (8, 9) for case in read_cases(data / f"pairs-untouched-{number}.jsonl")]
    right = [case for case, kind in zip(cases, told(cases), strict=True) if kind == case["kind"]]
    assert (len(cases), len(right) >= 136) == (162, True)


def test_other_words_for_the_same_are_seldom_news() -> None:
    cases = read_cases(Path(__file__).parent / "cases" / "rewordings.jsonl")
    loud = [case["new"] for case, kind in zip(cases, told(cases), strict=True) if kind != "reworded"]
    assert (len(cases), len(loud) <= 6) == (40, True), loud


def read_cases(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def told(cases: Sequence[dict[str, str]]) -> list[str]:
    return [v.kind for v in compare_many([(c["old"], c["new"]) for c in cases], relevant, leaning)]
