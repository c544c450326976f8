"""Clearsigned text: the signed words are the document, and the keys are named by the signatures themselves."""

from __future__ import annotations

import pysequoia
import pytest

from watchers.errors import ExtractError
from watchers.parse import read_document
from watchers.pgp import KEY_NOTE, key_notes
from watchers.text import to_text

URL = "https://quillnet.example/canary.txt"
WORDS = (
    "Quillnet warrant canary\n\nWe state:\n\n- We have never received a secret order.\n\n- We hold no keys.\n"
)


def made(profile: pysequoia.Profile = pysequoia.Profile.RFC4880) -> pysequoia.PySigner:
    return pysequoia.Tsk.generate(user_id="Quillnet <canary@quillnet.example>", profile=profile).signer()


def signed(signer: pysequoia.PySigner, words: str = WORDS) -> str:
    return pysequoia.sign(signer, words.encode(), mode=pysequoia.SignatureMode.CLEAR).decode()


def keys(body: str, media: str = "text/plain") -> list[str]:
    document = read_document(body.encode(), url=URL, media_type=media)
    return [value for name, value in document.notes if name == KEY_NOTE]


def test_only_the_signed_words_are_text() -> None:
    message = signed(made())
    assert "- - We have" in message
    document = read_document(message.encode(), url=URL)
    assert document.media == "pgp"
    assert to_text(document) == to_text(read_document(WORDS.encode(), url=URL))


@pytest.mark.parametrize(
    ("profile", "digits"), [(pysequoia.Profile.RFC4880, 40), (pysequoia.Profile.RFC9580, 64)]
)
def test_the_key_is_named_by_its_fingerprint(profile: pysequoia.Profile, digits: int) -> None:
    signer = made(profile)
    (key,) = keys(signed(signer))
    assert len(key) == digits
    assert key == key.upper()
    assert keys(signed(signer, WORDS + "More.\n")) == [key]
    assert keys(signed(made(profile))) != [key]


def test_a_page_that_holds_a_signed_message_names_the_key_too() -> None:
    message = signed(made())
    assert keys(f"<h1>Canary</h1><pre>{message}</pre>", "text/html") == keys(message)
    assert keys(f"<h1>Canary</h1><pre>{message.replace('=', '&#61;')}</pre>", "text/html") == keys(message)


def test_a_signature_that_cannot_be_read_names_nobody() -> None:
    message = signed(made())
    begin = message.index("-----BEGIN PGP SIGNATURE-----")
    broken = message[:begin] + message[begin:].replace("w", "A", 3)
    assert keys(broken.replace(broken[begin + 40 : begin + 80], "?" * 40)) == []
    assert key_notes("no signature") == ()
    assert key_notes(message[:begin] + "-----BEGIN PGP SIGNATURE-----\n" * 50_000) == ()


def test_a_message_cut_off_in_its_signature_is_no_document() -> None:
    message = signed(made())
    with pytest.raises(ExtractError) as caught:
        read_document(message[:-60].encode(), url=URL)
    assert caught.value.reason == "truncated"
