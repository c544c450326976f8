from __future__ import annotations

import pytest

from service.model import Judgement
from service.statements.course import Line, borne_out, likelihoods, measures
from service.statements.touch import touch

SURE = Judgement(relevant=True, score=0.97)
NO = Judgement(relevant=False, score=0.02)


def _line(
    text: str, judged: Judgement = NO, block: int = 0, *, quoted: bool = False, named: bool = False
) -> Line:
    return Line(text, judged, touch(text), block, asks=text.endswith("?"), quoted=quoted, named=named)


def test_an_answer_of_two_words_is_likelier_behind_a_question_about_the_matter() -> None:
    question = _line("Do you tell the customer when the police ask for an account?", block=1)
    talk = _line("What did you have for lunch?", block=1)
    answer = _line("No, we don't.", block=2, quoted=True, named=True)
    rest = [_line("The police asked for the records of the account.", SURE, block=3, quoted=True)]
    told = likelihoods([question, answer, *rest], written=False)[1]
    small = likelihoods([talk, answer, *rest], written=False)[1]
    assert told > small


def test_what_a_minister_wants_is_less_likely_than_what_the_company_does() -> None:
    ours = _line("We keep the logs for two weeks and no longer.", SURE)
    theirs = _line("The minister wants a duty to keep all logs for two years.")
    likely = likelihoods([ours, theirs], written=True)
    assert likely[0] > 0.5 > likely[1]


def test_measures_of_one_line_do_not_depend_on_what_stands_far_off() -> None:
    line = _line("We answer to a warrant.", SURE)
    one, other = (measures([line, _line("It rained.", block=k)])[0] for k in (0, 1))
    assert one["judged"] == other["judged"]
    assert one["paragraph"] != other["paragraph"]


@pytest.mark.parametrize(
    ("text", "likely", "ruled", "expected"),
    [
        ("We never have.", 0.6, False, True),
        ("We never have.", 0.4, True, True),
        ("We never have.", 0.4, False, False),
        ("We never have.", 0.2, True, False),
        ("Would you tell me?", 0.9, True, False),
    ],
)
def test_rules_and_likelihood_are_weighed_together(
    text: str, likely: float, ruled: bool, expected: bool
) -> None:
    assert borne_out(_line(text), likely, ruled) is expected
