"""Keys: encrypted by the newest, decrypted by any, and what is no key is said without showing it."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from service.secrets.keyring import Keyring, KeyringError, is_encrypted, make_keys, read_keys, split_keys

OLD, NEW = (base64.b64encode(bytes([n]) * 32).decode() for n in (251, 2))
SECRET = "whsec_" + "c2FsdG1hcnNo" * 3


def test_what_is_encrypted_comes_back_and_is_never_twice_the_same() -> None:
    keyring = Keyring([NEW], "here")

    stored = keyring.encrypt(SECRET)

    assert is_encrypted(stored)
    assert SECRET not in stored
    assert stored != keyring.encrypt(SECRET)
    assert keyring.decrypt(stored) == keyring.decrypt(stored) == SECRET


def test_nothing_stays_nothing_and_plain_stays_plain() -> None:
    keyring = Keyring([NEW], "here")

    assert (keyring.encrypt(""), keyring.decrypt(""), keyring.decrypt(SECRET)) == ("", "", SECRET)
    assert keyring.is_current("")
    assert not keyring.is_current(SECRET)


def test_a_new_key_before_the_old_one() -> None:
    stored = Keyring([OLD], "here").encrypt(SECRET)
    both = Keyring([NEW, OLD], "here")

    assert both.decrypt(stored) == SECRET
    assert not both.is_current(stored)
    assert both.is_current(both.encrypt(SECRET))
    with pytest.raises(KeyringError, match="here: no key in it fits"):
        Keyring([NEW], "here").decrypt(stored)


def test_either_alphabet_of_base64() -> None:
    assert "+" in OLD
    stored = Keyring([OLD], "here").encrypt(SECRET)

    assert Keyring([OLD.replace("+", "-").replace("/", "_")], "there").decrypt(stored) == SECRET


@pytest.mark.parametrize("bad", ["short", NEW[:-4], f"{NEW}{NEW}", "ä" * 44, "!" * 44])
def test_what_is_no_key_is_named_and_not_shown(bad: str) -> None:
    with pytest.raises(KeyringError, match=r"^here: key 2 is not base64 of 32 bytes$") as raised:
        Keyring([NEW, bad], "here")
    assert bad not in str(raised.value)


def test_none_is_too_few() -> None:
    with pytest.raises(KeyringError, match="here: holds no key"):
        Keyring(split_keys(" \n,"), "here")


def test_a_file_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "data" / "onrecord.key"

    made = make_keys(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
    again = make_keys(path)
    assert again.decrypt(made.encrypt(SECRET)) == SECRET


def test_a_file_may_hold_several(tmp_path: Path) -> None:
    path = tmp_path / "onrecord.key"
    path.write_text(f"{NEW}\n{OLD}\n")

    assert read_keys(path).decrypt(Keyring([OLD], "").encrypt(SECRET)) == SECRET


@pytest.mark.parametrize(
    ("content", "said"), [(b"\xff", "something else"), (b"\n", "no key"), (b"x", "key 1 is not")]
)
def test_a_file_that_holds_none_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "onrecord.key"
    path.write_bytes(content)

    with pytest.raises(KeyringError, match=said) as raised:
        read_keys(path)
    assert str(raised.value).startswith(str(path))


def test_where_no_file_can_be_made_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(KeyringError, match=r"onrecord\.key: cannot be made"):
        make_keys(tmp_path / "file" / "onrecord.key")
