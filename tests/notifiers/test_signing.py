from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from notifiers.signing import check_secret, new_secret, sign

BODY = json.dumps({"text": "“nein”", "n": 1}, ensure_ascii=False).encode()


def test_new_secrets_are_long_different_and_usable() -> None:
    made = {new_secret() for _ in range(50)}
    assert len(made) == 50
    for secret in made:
        check_secret(secret)
        assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32


def test_the_reference_library_verifies_what_we_sign() -> None:
    secret = new_secret()
    headers = sign(BODY, id="evt_1", at=datetime.now(UTC), secrets=[secret])
    assert set(headers) == {"webhook-id", "webhook-timestamp", "webhook-signature"}
    assert Webhook(secret).verify(BODY, headers) == json.loads(BODY)


@pytest.mark.parametrize("hours", [-11, 0, 5.5, 14])
def test_a_time_in_another_zone_is_the_same_moment(hours: float) -> None:
    secret, now = new_secret(), datetime.now(UTC)
    abroad = now.astimezone(timezone(timedelta(hours=hours)))
    headers = sign(BODY, id="evt_1", at=abroad, secrets=[secret])
    assert headers == sign(BODY, id="evt_1", at=now, secrets=[secret])
    assert headers["webhook-timestamp"] == str(int(now.timestamp()))
    Webhook(secret).verify(BODY, headers)


def test_known_answer_of_the_specification() -> None:
    """The signed example that the specification's own test vectors use."""
    headers = sign(
        b'{"test": 2432232314}',
        id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at=datetime.fromtimestamp(1614265330, UTC),
        secrets=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_while_keys_rotate_both_verify() -> None:
    new, old = new_secret(), new_secret()
    headers = sign(BODY, id="evt_1", at=datetime.now(UTC), secrets=[new, old])
    first, second = headers["webhook-signature"].split(" ")
    assert first.startswith("v1,")
    assert second.startswith("v1,")
    for secret in (new, old):
        Webhook(secret).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY, headers)


def test_other_bytes_do_not_verify() -> None:
    secret = new_secret()
    headers = sign(BODY, id="evt_1", at=datetime.now(UTC), secrets=[secret])
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY + b" ", headers)


@pytest.mark.parametrize(
    ("secret", "says"),
    [
        ("", "begins with"),
        ("sk_SECRETSECRET", "begins with"),
        ("whsec_", "nothing after"),
        ("whsec_SECRET-SECRET_SECRETSECRETSECRET", "not base64"),
        ("whsec_SECRET SECRET", "not base64"),
        ("whsec_SECRETé", "not base64"),
        ("whsec_SECRETSECRETS\n", "not base64"),
        ("whsec_SECRETSECRET", "9 bytes"),
        ("whsec_" + "SECR" * 30, "90 bytes"),
    ],
)
def test_an_unusable_secret_is_named_but_never_shown(secret: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as caught:
        check_secret(secret)
    assert "SECR" not in str(caught.value)


def test_padding_may_be_left_out() -> None:
    bare = "whsec_" + base64.b64encode(bytes(range(32))).decode().rstrip("=")
    check_secret(bare)
    headers = sign(BODY, id="evt_1", at=datetime.now(UTC), secrets=[bare])
    Webhook(bytes(range(32))).verify(BODY, headers)


@pytest.mark.parametrize("id_", ["", "a.b", "a b", "a\r\nx: y", "é", "x" * 256])
def test_an_id_that_could_break_out_is_refused(id_: str) -> None:
    with pytest.raises(ValueError, match="webhook-id"):
        sign(BODY, id=id_, at=datetime.now(UTC), secrets=[new_secret()])


def test_naive_time_no_key_and_broken_text_are_refused() -> None:
    now, secret = datetime.now(UTC), new_secret()
    with pytest.raises(ValueError, match="time zone"):
        sign(BODY, id="evt_1", at=now.replace(tzinfo=None), secrets=[secret])
    with pytest.raises(ValueError, match="no key"):
        sign(BODY, id="evt_1", at=now, secrets=[])
    with pytest.raises(UnicodeDecodeError):
        sign(b"\xff", id="evt_1", at=now, secrets=[secret])
