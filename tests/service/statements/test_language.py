"""What is not English is said to be so, and not read."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from service.cli.check import check
from service.statements.language import language_of
from service.statements.read import read
from watchers.text import from_text

GERMAN = (
    "Wir geben Daten unserer Kundinnen und Kunden nur dann an Behörden weiter, wenn uns ein Gericht dazu verpflichtet. "
    "Polizei und Nachrichtendienste haben keinen direkten Zugriff auf unsere Server."
)
ENGLISH = (
    "We hand over customer data to an authority only where a court has ordered it. "
    "No police force and no intelligence service has direct access to our servers."
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (GERMAN, "de"),
        (ENGLISH, "en"),
        (
            "Ne nous demandez pas les données de nos clients sans une ordonnance d'un juge de notre pays.",
            "fr",
        ),
        ("当社は、裁判所の命令がない限り、お客様のデータを政府機関に提供することはありません。", "ja"),
        ("Kontakt", "en"),
        ("SUBPOENA: 12 REQUESTS, 15 ACCOUNTS. COURT ORDER: 3 REQUESTS, 3 ACCOUNTS. WARRANT: NONE", "en"),
        ("", "en"),
    ],
)
def test_a_language_is_named(text: str, code: str) -> None:
    assert language_of([text]) == code


def test_a_page_in_another_language_holds_no_statement() -> None:
    reading = read(
        from_text(GERMAN, url="https://quillnet.example/", title="", media="text"), company="Quillnet"
    )
    assert (reading.language, reading.statements, len(reading.sentences)) == ("de", (), 2)


def test_a_foreign_passage_on_an_english_page_is_passed_over() -> None:
    both = f"{ENGLISH}\n\n{ENGLISH}\n\n{GERMAN}"
    reading = read(
        from_text(both, url="https://quillnet.example/", title="", media="text"), company="Quillnet"
    )
    assert reading.language == "en"
    assert reading.statements
    assert all("Daten" not in s.text and "Zugriff" not in s.text for s in reading.statements)


def test_check_says_that_it_did_not_read() -> None:
    done = CliRunner().invoke(check, ["-", "--json"], input=GERMAN)
    assert json.loads(done.stdout) == []
    assert "another language (de)" in done.stderr


def test_an_english_passage_of_a_german_page_is_read_and_the_rest_is_not() -> None:
    text = "\n\n".join([GERMAN, GERMAN, "English summary", ENGLISH, "Kontakt", GERMAN])
    found = read(from_text(text, url="https://quillnet.example/", title="", media="text"), company="Quillnet")
    assert found.language == "de"
    assert [s.text for s in found.statements] == ENGLISH.replace(". ", ".\n").splitlines()
    assert any("Kundinnen" in sentence for sentence in found.sentences)


def test_a_few_english_words_on_a_german_page_are_no_passage() -> None:
    text = "\n\n".join([GERMAN, "We have never received a secret order from any court or agency.", GERMAN])
    assert not read(
        from_text(text, url="https://quillnet.example/", title="", media="text"), company="Quillnet"
    ).statements
