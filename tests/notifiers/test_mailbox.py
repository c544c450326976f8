from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.mailbox import Mailbox, parse_mailbox


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("desk@example.org", Mailbox("desk", "example.org")),
        ("Desk@Example.ORG", Mailbox("Desk", "example.org")),
        ("o'neil+x@example.org", Mailbox("o'neil+x", "example.org")),
        ("desk@localhost", Mailbox("desk", "localhost")),
        ("desk@[127.0.0.1]", Mailbox("desk", "[127.0.0.1]")),
        ("desk@[IPv6:::1]", Mailbox("desk", "[IPv6:::1]")),
        ("desk@faß.example", Mailbox("desk", "xn--fa-hia.example")),
        ("jürg@bücher.example", Mailbox("jürg", "xn--bcher-kva.example")),
        ("The Desk <desk@example.org>", Mailbox("desk", "example.org", "The Desk")),
        ('"Desk, The" <desk@example.org>', Mailbox("desk", "example.org", "Desk, The")),
    ],
)
def test_addresses(text: str, expected: Mailbox) -> None:
    assert parse_mailbox(text) == expected


def test_only_the_local_part_asks_for_smtputf8() -> None:
    assert not parse_mailbox("desk@bücher.example").unicode
    assert parse_mailbox("jürg@example.org").unicode


@pytest.mark.parametrize(
    "text",
    [
        "",
        "desk",
        "@example.org",
        "desk@",
        "desk@@example.org",
        "a@b@example.org",
        "de sk@example.org",
        ".desk@example.org",
        "de..sk@example.org",
        "desk@example.org\r\nBcc: eve@example.net",
        "desk@example.org\n",
        " desk@example.org",
        "desk@exa mple.org",
        "desk@example..org",
        "desk@-\u202egro.elpmaxe",
        "desk\x00@example.org",
        "desk@example.org, eve@example.net",
        "desk@example.org> SIZE=1",
        "<desk@example.org> x",
        "Name <desk@example.org",
        "desk@[300.1.1.1]",
        "desk@[::g]",
        "desk@" + "a" * 64 + ".org",
        "x" * 65 + "@example.org",
        "desk\ud800@example.org",
    ],
)
def test_what_is_no_address_is_named_on_one_line(text: str) -> None:
    with pytest.raises(ValueError, match="is not a mail address") as caught:
        parse_mailbox(text)
    assert str(caught.value).isprintable()


@given(
    st.text(st.characters(codec=None), max_size=40).map(lambda s: s + "@example.org") | st.text(max_size=60)
)
def test_an_accepted_address_cannot_leave_its_place(text: str) -> None:
    try:
        mailbox = parse_mailbox(text)
    except ValueError:
        return
    assert not set(mailbox.address) & set(' \r\n\t\0<>,;:"\\') - ({":"} if "[" in mailbox.domain else set())
    assert mailbox.name.isprintable()
