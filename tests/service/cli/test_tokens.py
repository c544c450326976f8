"""`onrecord tokens`: made, listed without themselves, ended; also beside a running daemon."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from service.store.store import FILE_NAME, Store
from service.store.tokens import find_token

Onrecord = Callable[..., Any]


def test_made_listed_and_ended(onrecord: Onrecord, tmp_path: Path) -> None:
    data = ("--data-dir", str(tmp_path / "data"))
    token = onrecord("tokens", "create", "desk", "--scope", "write", *data).out.strip()

    assert token.startswith("onr_")
    listed = onrecord("tokens", "list", *data).out
    assert "desk\tread+write" in listed
    assert token not in listed
    again = onrecord("tokens", "create", "desk", *data)
    assert again.code == 2
    assert again.err.count("\n") == 1
    assert onrecord("tokens", "revoke", "desk", *data).code == 0
    assert onrecord("tokens", "revoke", "desk", *data).code == 2
    assert "revoked" in onrecord("tokens", "list", *data).out


def test_wrong_words_are_refused(onrecord: Onrecord, tmp_path: Path) -> None:
    data = ("--data-dir", str(tmp_path / "data"))

    assert onrecord("tokens", "create", "desk", "--scope", "all", *data).code == 2
    assert onrecord("tokens", "create", "a\nb", *data).code == 2
    assert onrecord("tokens", "list", *data).out == ""
    assert onrecord("tokens", "revoke", "desk", *data).code == 2


async def test_beside_whoever_holds_the_record(onrecord: Onrecord, tmp_path: Path) -> None:
    store = Store(tmp_path / "data" / FILE_NAME).open()
    token = onrecord("tokens", "create", "desk", "--data-dir", str(tmp_path / "data")).out.strip()
    found = await store.read(find_token, token)
    await store.aclose()

    assert found is not None
    assert found.scopes == ("read",)
