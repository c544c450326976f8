from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.mailbox import Mailbox, parse_mailbox
from notifiers.mime import compose
from notifiers.model import MailMessage

HEADERS = b"From To Subject Date Message-ID Auto-Submitted X-Note MIME-Version Content-Type".split()
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SENDER = parse_mailbox("onrecord <onrecord@example.org>")
TO = [parse_mailbox("desk@example.org"), parse_mailbox("night@bücher.example")]
HOSTILE = st.text(st.characters(codec=None) | st.sampled_from('\r\n\0\u202e=?_:;,<>" '), max_size=300)


def mail(**fields: Any) -> MailMessage:
    facts: dict[str, Any] = {
        "id": "evt_1",
        "sender": "onrecord@example.org",
        "to": ("desk@example.org",),
        "subject": "Weakened: Quillnet on notice to users",
        "text": "Quillnet no longer says “will”.\n",
        "html": "<p>Quillnet no longer says “will”.</p>",
    }
    return MailMessage(**facts | fields)


def read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=default)


def parts(message: EmailMessage) -> tuple[str, str]:
    text, html = message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    return text.get_content().replace("\r\n", "\n"), html.get_content().replace("\r\n", "\n")


def test_a_mail_reads_back_as_it_was_meant() -> None:
    raw = compose(mail(list_id="changes.onrecord.example"), SENDER, TO, AT)
    got = read(raw)
    assert got["From"] == "onrecord <onrecord@example.org>"
    assert got["To"] == "desk@example.org, night@xn--bcher-kva.example"
    assert got["Subject"] == "Weakened: Quillnet on notice to users"
    assert got["Date"].datetime == AT
    assert got["Message-ID"] == "<evt_1@example.org>"
    assert got["List-Id"] == "<changes.onrecord.example>"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["MIME-Version"] == "1.0"
    assert "References" not in got
    assert got.get_content_type() == "multipart/alternative"
    assert parts(got) == ("Quillnet no longer says “will”.\n", "<p>Quillnet no longer says “will”.</p>\n")
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_a_retry_is_the_same_message() -> None:
    assert compose(mail(), SENDER, TO, AT) == compose(mail(), SENDER, TO, AT)


def test_a_thread_keeps_its_root_and_its_newest() -> None:
    earlier = tuple(f"evt_{n:026d}" for n in range(100))
    got = read(compose(mail(references=earlier), SENDER, TO, AT))
    assert got["In-Reply-To"] == f"<{earlier[-1]}@example.org>"
    kept = got["References"].split()
    assert len(kept) == 20
    assert (kept[0], kept[1], kept[-1]) == tuple(f"<{earlier[n]}@example.org>" for n in (0, -19, -1))


@pytest.mark.parametrize(
    ("given_", "header"),
    [
        ("changes.example.org", "<changes.example.org>"),
        ("onrecord changes <changes.example.org>", "<changes.example.org>"),
        ("a\r\nBcc: eve@example.net", "<a-Bcc-eve-example.net>"),
        ("\x00", "<onrecord>"),
    ],
)
def test_list_id(given_: str, header: str) -> None:
    assert read(compose(mail(list_id=given_), SENDER, TO, AT))["List-Id"] == header


def test_extra_headers_are_cleaned_and_kept() -> None:
    extra = (("List-Unsubscribe", "<https://onrecord.example/s/1>"), ("X-Note", "a\r\nBcc: eve@example.net"))
    got = read(compose(mail(headers=extra), SENDER, TO, AT))
    assert got["List-Unsubscribe"] == "<https://onrecord.example/s/1>"
    assert got["X-Note"] == "a Bcc: eve@example.net"
    assert "Bcc" not in got


@pytest.mark.parametrize(
    "name", ["Bcc", "subject", "Content-Type", "MIME-Version", "X Y", "X:", "X\r\nBcc", "", "É"]
)
def test_an_extra_header_that_is_ours_or_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="extra header"):
        compose(mail(headers=((name, "x"),)), SENDER, TO, AT)


@pytest.mark.parametrize("id_", ["", "a@b", "a>\r\nBcc: x", ".a", "a..b", "a b", "x" * 201])
def test_an_id_that_cannot_be_one_is_refused(id_: str) -> None:
    with pytest.raises(ValueError, match="Message-ID"):
        compose(mail(id=id_), SENDER, TO, AT)


def test_encoded_words_are_not_a_way_in() -> None:
    """A subject that decodes to a header line must stay a subject (CVE-2024-6923 is its cousin)."""
    subject = "=?utf-8?q?a=0D=0ABcc=3A_eve=40example=2Enet?= é" + " x" * 60
    got = read(compose(mail(subject=subject), SENDER, TO, AT))
    assert "Bcc" not in got
    assert got["Subject"].startswith("= ?utf-8?q?a=0D=0ABcc")


def test_a_unicode_mailbox_writes_unicode_headers() -> None:
    raw = compose(mail(), SENDER, [Mailbox("jürg", "example.org")], AT)
    assert "To: jürg@example.org".encode() in raw


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_nothing_breaks_out(subject: str, text: str, html: str, name: str) -> None:
    sender = Mailbox("onrecord", "example.org", name.replace("\n", ""))
    raw = compose(mail(subject=subject, text=text, html=html, headers=(("X-Note", name),)), sender, TO, AT)
    head = raw.partition(b"\r\n\r\n")[0]
    names = {line.split(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))}
    assert names <= set(HEADERS)
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    got = read(raw)
    assert [a.addr_spec for a in got["From"].addresses] == ["onrecord@example.org"]
    assert [p.get_content_type() for p in got.iter_parts()] == ["text/plain", "text/html"]


@given(st.text(st.characters(categories=["L", "N", "P"]), max_size=60))
def test_a_plain_subject_arrives_letter_by_letter(subject: str) -> None:
    got = read(compose(mail(subject=f"New: {subject}"), SENDER, TO, AT))
    assert got["Subject"] == f"New: {subject}".replace("=?", "= ?").strip()
