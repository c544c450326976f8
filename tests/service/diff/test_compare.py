from collections.abc import Sequence

from service.diff.compare import compare, compare_many
from service.model import Judgement, Kind, Sentence


class Judge:
    """Finds relevant what speaks of a court; counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, sentences: Sequence[Sentence]) -> Sequence[Judgement]:
        self.asked.append([s.text for s in sentences])
        return [Judgement("court" in s.text, 0.9 if "court" in s.text else 0.1) for s in sentences]


def test_neither_relevant_is_none() -> None:
    verdict = compare("Pay us on time.", "Pay us in time.", Judge())
    assert verdict.kind is Kind.NONE
    assert verdict.score == 0.9


def test_either_relevant_is_judged() -> None:
    assert compare("We disclose data if a court says so.", "We disclose data.", Judge()).kind is not Kind.NONE


def test_empty_sides() -> None:
    text = "We disclose data if a court says so."
    assert compare("", text, Judge()).kind is Kind.NEW
    assert compare(text, "", Judge()).kind is Kind.WITHDRAWN
    assert compare("", "Pay us on time.", Judge()).kind is Kind.NONE
    assert compare("", "", Judge()).kind is Kind.NONE


def test_many_are_judged_in_one_call_and_each_sentence_once() -> None:
    judge = Judge()
    pairs = [("a court", "a court b"), ("a court b", "c"), ("", "c")]
    verdicts = compare_many(pairs, judge)
    assert judge.asked == [["a court", "a court b", "c"]]
    assert len(verdicts) == 3
    assert verdicts[2].kind is Kind.NONE


def test_no_pairs_ask_nothing() -> None:
    judge = Judge()
    assert compare_many([], judge) == ()
    assert judge.asked == []


def test_two_doubtful_noes_are_weighed_together_and_one_alone_is_none() -> None:
    def judge(sentences: Sequence[Sentence]) -> list[Judgement]:
        return [Judgement(False, 0.35 if s.text.startswith("We hand") else 0.1) for s in sentences]

    old, new = "We hand files to the police.", "We hand files to the police and the army."
    assert compare(old, new, judge).kind is Kind.WEAKENED
    assert compare(new, old, judge).kind is Kind.STRENGTHENED
    assert compare(old, "Files are blue.", judge).kind is Kind.NONE
    assert compare("", old, judge).kind is Kind.NONE
    assert compare(old, "", judge).kind is Kind.NONE


def test_a_doubtful_yes_beside_a_firm_no_is_none() -> None:
    def judge(sentences: Sequence[Sentence]) -> Sequence[Judgement]:
        scores = {"doubtful": 0.45, "sure": 0.9, "not": 0.02}
        return [Judgement(scores[s.text] > 0.4, scores[s.text]) for s in sentences]

    assert compare("doubtful", "not", judge).kind is Kind.NONE
    assert compare("not", "sure", judge).kind is not Kind.NONE
    assert compare("", "doubtful", judge).kind is Kind.NEW
