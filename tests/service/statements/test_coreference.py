from __future__ import annotations

from service.statements.names.companies import survey
from service.statements.speech.coreference import Cast
from service.statements.speech.people import OUTSIDER, Voice

STORY = [
    "Quillnet, the note-taking app, has two founders.",
    "Anselma Dirks, its chief executive, is one of them.",
    "Hugo Stavely, Quillnet's general counsel, is not.",
    "Senator Beatriz Falk spoke next.",
    "Dirks and Stavely left.",
]


def _cast() -> Cast:
    cast = Cast(survey(STORY))
    for sentence in STORY:
        cast.introduce(sentence)
        cast.follow(sentence)
    return cast


def test_surnames_and_honorifics_lead_to_the_person() -> None:
    cast = _cast()
    assert cast.resolve("Dirks") == Voice("Anselma Dirks", "chief executive", "Quillnet")
    assert cast.resolve("Mr Stavely") == Voice("Hugo Stavely", "general counsel", "Quillnet")


def test_pronouns_follow_the_last_speaker_of_their_sex() -> None:
    cast = _cast()
    cast.resolve("Dirks")
    cast.resolve("she")
    cast.resolve("Stavely")
    cast.resolve("he")
    assert cast.resolve("she") == Voice("Anselma Dirks", "chief executive", "Quillnet")


def test_offices_lead_to_their_holder_and_unnamed_ones_to_the_company() -> None:
    cast = _cast()
    cast.resolve("Stavely")
    assert cast.resolve("the company's general counsel") == Voice(
        "Hugo Stavely", "general counsel", "Quillnet"
    )
    assert cast.resolve("a Quillnet spokeswoman") == Voice("", "spokeswoman", "Quillnet")
    assert cast.resolve("a spokesman for the police union") == OUTSIDER


def test_outsiders_are_nobodys_voice() -> None:
    cast = _cast()
    assert not (cast.resolve("Falk") or OUTSIDER).company
    assert cast.resolve("three former employees") == OUTSIDER
    assert cast.resolve("it") == OUTSIDER
    assert cast.resolve("Quillnet's customers") == OUTSIDER


def test_definite_phrases_and_papers_stand_for_the_company() -> None:
    cast = _cast()
    cast.resolve("Quillnet")
    assert cast.resolve("the startup") == Voice(company="Quillnet")
    assert cast.resolve("the statement") == Voice(company="Quillnet")
    assert cast.resolve("it") == Voice(company="Quillnet")
