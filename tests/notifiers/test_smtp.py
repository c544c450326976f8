from __future__ import annotations

import pytest

from notifiers.email import Smtp, parse_smtp


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://user:pw@mail.example:2525", Smtp("mail.example", 2525, "user", "pw", "opportunistic")),
        ("smtp://user:pw@mail.example", Smtp("mail.example", 587, "user", "pw", "opportunistic")),
        ("smtp://mail.example", Smtp("mail.example", 25)),
        ("smtp://mail.example/?tls=required", Smtp("mail.example", 25, tls="starttls")),
        ("smtp://mail.example?tls=opportunistic", Smtp("mail.example", 25)),
        ("smtps://mail.example", Smtp("mail.example", 465, tls="implicit")),
        ("smtps://mail.example?tls=required", Smtp("mail.example", 465, tls="implicit")),
        ("SMTP://MAIL.example:26", Smtp("mail.example", 26)),
        ("smtp://a%40b:p%2F%3A%C3%A9@[::1]:26", Smtp("::1", 26, "a@b", "p/:é")),
        ("smtp://u:p:q@192.0.2.7", Smtp("192.0.2.7", 587, "u", "p:q")),
        ("smtp://bücher.example", Smtp("xn--bcher-kva.example", 25)),
        ("smtp://mail_relay", Smtp("mail_relay", 25)),
    ],
)
def test_what_a_url_means(url: str, expected: Smtp) -> None:
    assert parse_smtp(url) == expected


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "smtp://"),
        ("mail.example:25", "smtp://"),
        ("http://u:hunter2@mail.example", "smtp://"),
        ("smtp://", "no host"),
        ("smtp://u:hunter2@", "no host"),
        ("smtp://u:hunter2@mail.example:99999", "port"),
        ("smtp://u:hunter2@mail.example:0", "port"),
        ("smtp://u:hunter2@mail.example:hunter2", "port"),
        ("smtp://u:hunter2/x@mail.example", "percent-encoded"),
        ("smtp://u:hunter2#x@mail.example", "percent-encoded"),
        ("smtp://u:hunter2?x@mail.example", "percent-encoded"),
        ("smtp://u:hunter2%FF@mail.example", "percent-encoded"),
        ("smtp://u:hunter2%0D%0AQUIT@mail.example", "control"),
        ("smtp://u:hunter2\r\n@mail.example", "control"),
        ("smtp://u:hunter2 x@mail.example", "space"),
        ("smtp://u:hunter2[x@mail.example", "cannot be read"),
        ("smtp://u:hunter2℀@mail.example", "cannot be read"),
        ("smtp://hunter2@mail.example", "without a password"),
        ("smtp://:hunter2@mail.example", "without a user"),
        ("smtp://u:hunter2@mail.example/box", "path"),
        ("smtp://u:hunter2@mail.example?tls=hunter2", "only option"),
        ("smtp://u:hunter2@mail.example?hunter2", "only option"),
        ("smtp://u:hunter2@ma!l.example", "host name"),
        ("smtp://u:hunter2@300.1.1.1", "IP address"),
    ],
)
def test_what_is_wrong_is_said_without_the_password(url: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as caught:
        parse_smtp(url)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert "\n" not in str(caught.value)


def test_the_password_is_not_in_the_repr() -> None:
    assert "hunter2" not in repr(parse_smtp("smtp://user:hunter2@mail.example"))


@pytest.mark.parametrize(
    ("host", "near"),
    [
        ("localhost", True),
        ("127.0.0.9", True),
        ("::1", True),
        ("192.0.2.1", False),
        ("localhost.example", False),
    ],
)
def test_loopback(host: str, near: bool) -> None:
    assert Smtp(host, 25).loopback is near
