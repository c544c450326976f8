"""Against mail servers that say odd things at odd times: each follows a script."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from notifiers.email import MailTransport, Smtp
from notifiers.errors import TransportError
from notifiers.model import MailMessage, Receipt

Reply = str | Callable[[asyncio.StreamWriter], None]
"""A line to send, or something to do to the connection."""


@dataclass
class Script:
    """Answers by the command's first word; "." is the end of DATA, "" the greeting. None of it is checked."""

    replies: Mapping[str, Reply] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    finished: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak until the other side hangs up or we have."""
        try:
            await self._speak(reader, writer)
        except OSError:
            pass
        finally:
            writer.close()
            self.finished.set()

    async def _speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reply("", writer)
        in_data = False
        while line := (await reader.readline()).decode():
            if in_data and line != ".\r\n":
                continue
            word = line.split()[0].upper() if line.split() else ""
            if not in_data:
                self.heard.append(line.strip())
            in_data = self._reply(word, writer).startswith("354")
            await writer.drain()

    def _reply(self, word: str, writer: asyncio.StreamWriter) -> str:
        usual = {"": "220 mail.example", "DATA": "354 go on", "QUIT": "221 bye", "EHLO": "250 mail.example"}
        reply = self.replies.get(word, usual.get(word, "250 fine"))
        if not isinstance(reply, str):
            reply(writer)
            return ""
        writer.write(reply.encode() + b"\r\n")
        return reply


@asynccontextmanager
async def scripted(script: Script) -> AsyncIterator[int]:
    """Run it; gives its port."""
    async with await asyncio.start_server(script.serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


def hang_up(writer: asyncio.StreamWriter) -> None:
    """Close the connection."""
    writer.close()


def say_nothing(_: asyncio.StreamWriter) -> None:
    """Leave the other side waiting."""


MAIL = MailMessage("evt_1", "onrecord@example.org", ("desk@example.org",), "New: x", "text", "<p>html</p>")


async def send(port: int, message: MailMessage = MAIL, seconds: float = 5, **fields: Any) -> Receipt:
    smtp = Smtp("127.0.0.1", port, **fields)
    return await MailTransport(smtp, timeout=seconds, now=lambda: datetime.now(UTC)).send(message)


async def failure(script: Script, seconds: float = 5, **fields: Any) -> TransportError:
    async with scripted(script) as port:
        with pytest.raises(TransportError) as caught:
            await send(port, seconds=seconds, **fields)
        await asyncio.wait_for(script.finished.wait(), 5)
    assert caught.value.message.isprintable()
    assert "hunter2" not in caught.value.message + caught.value.response
    return caught.value


@pytest.mark.parametrize("step", ["", "MAIL", "RCPT", "DATA", "."])
@pytest.mark.parametrize(("code", "permanent"), [(421, False), (451, False), (550, True), (554, True)])
async def test_4_may_pass_and_5_is_final_at_every_step(step: str, code: int, permanent: bool) -> None:
    error = await failure(Script({step: f"{code} 4.7.0 not you\x1b[31m"}))
    assert (error.permanent, error.status, error.gone) == (permanent, code, False)
    assert error.response == "4.7.0 not you [31m"


@pytest.mark.parametrize(
    ("step", "reply", "recipient"),
    [
        ("RCPT", "550 5.1.1 no such user", True),
        ("RCPT", "550 no such user", True),
        ("RCPT", "552 5.2.2 mailbox full", True),
        ("RCPT", "450 4.2.0 greylisted", False),
        ("RCPT", "504 5.5.2 need fully-qualified address", False),
        ("RCPT", "554 5.7.1 client host blocked", False),
        ("MAIL", "550 5.1.8 bad sender", False),
        ("MAIL", "552 5.3.4 too large", False),
        (".", "550 5.1.1 no such user", True),
        (".", "550 5.7.1 spam", False),
        (".", "554 spam", False),
        (".", "552 too large", False),
    ],
)
async def test_whether_the_mailbox_was_refused_or_the_letter(step: str, reply: str, recipient: bool) -> None:
    error = await failure(Script({step: reply}))
    assert (error.recipient, error.log_in) == (recipient, False)


@pytest.mark.parametrize("step", ["", "EHLO", "MAIL", "RCPT", "DATA", "."])
async def test_a_connection_lost_before_the_mail_was_taken_is_tried_again(step: str) -> None:
    error = await failure(Script({step: hang_up}))
    assert (error.permanent, error.status) == (False, None)


@pytest.mark.parametrize("step", ["", "EHLO", "MAIL", "RCPT", "DATA", "."])
async def test_silence_ends_at_the_time_limit(step: str) -> None:
    error = await failure(Script({step: say_nothing}), seconds=0.2)
    assert error.message == "the mail server did not finish within 0.2 s"
    assert (error.permanent, error.status) == (False, None)


@pytest.mark.parametrize("reply", [hang_up, "421 bye", "500 what?", "\x00\xff garbage"])
async def test_what_happens_at_quit_does_not_undo_the_mail(reply: Reply) -> None:
    script = Script({"QUIT": reply, ".": "250 2.0.0 queued as 7"})
    async with scripted(script) as port:
        receipt = await send(port)
    assert (receipt.status, receipt.response) == (250, "2.0.0 queued as 7")
    assert script.heard[-1] == "QUIT"


async def test_a_connection_lost_right_after_the_250_is_a_delivery() -> None:
    def take_and_go(writer: asyncio.StreamWriter) -> None:
        writer.write(b"250 taken\r\n")
        writer.close()

    async with scripted(Script({".": take_and_go})) as port:
        assert (await send(port)).response == "taken"


@pytest.mark.parametrize(
    "junk", ["HTTP/1.1 400 Bad Request", "", "abc def", "25", "999 what", "250-" + "x" * 100_000]
)
@pytest.mark.parametrize("step", ["", "MAIL", "."])
async def test_what_is_no_smtp_is_a_passing_failure(step: str, junk: str) -> None:
    error = await failure(Script({step: junk}), seconds=0.5)
    assert not error.permanent
    assert len(error.response.encode()) <= 1024


async def test_tls_that_is_required_and_not_offered_ends_it_before_anything_is_said() -> None:
    script = Script()
    error = await failure(script, tls="starttls")
    assert error.message == "the mail server does not offer STARTTLS, which is required"
    assert not error.permanent
    assert [line.split()[0] for line in script.heard] == ["EHLO"]


async def test_a_starttls_that_is_offered_and_declined_is_not_done_without() -> None:
    script = Script({"EHLO": "250-mail.example\r\n250 STARTTLS", "STARTTLS": "454 not now"})
    error = await failure(script)
    assert (error.permanent, error.status) == (False, 454)
    assert not any(line.startswith("MAIL") for line in script.heard)


async def test_on_loopback_a_password_may_go_without_tls() -> None:
    script = Script({"EHLO": "250-mail.example\r\n250 AUTH PLAIN", "AUTH": "235 welcome"})
    async with scripted(script) as port:
        assert (await send(port, user="u", password="hunter2")).status == 250


async def test_over_a_network_a_password_never_goes_without_tls() -> None:
    """0.0.0.0 is no loopback address, and reaches one."""
    script = Script({"EHLO": "250-mail.example\r\n250 AUTH PLAIN", "AUTH": "235 welcome"})
    async with scripted(script) as port:
        smtp = Smtp("0.0.0.0", port, "u", "hunter2")
        assert not smtp.loopback
        with pytest.raises(TransportError, match="does not offer STARTTLS") as caught:
            await MailTransport(smtp, timeout=5, now=lambda: datetime.now(UTC)).send(MAIL)
    assert not caught.value.permanent
    assert [line.split()[0] for line in script.heard] == ["EHLO"]


async def test_a_login_that_the_server_cannot_do_is_followed_by_the_next() -> None:
    script = Script({"EHLO": "250-mail.example\r\n250 AUTH PLAIN CRAM-MD5", "AUTH": "504 not this one"})
    error = await failure(script, user="u", password="hunter2")
    assert [line.split()[1] for line in script.heard if line.startswith("AUTH")] == ["PLAIN", "CRAM-MD5"]
    assert (error.permanent, error.status, error.log_in) == (True, 504, True)


@pytest.mark.parametrize(("reply", "permanent"), [("535 wrong", True), ("454 try later", False)])
async def test_a_refused_login_is_not_repeated(reply: str, permanent: bool) -> None:
    script = Script({"EHLO": "250-mail.example\r\n250 AUTH PLAIN LOGIN CRAM-MD5", "AUTH": reply})
    error = await failure(script, user="u", password="hunter2")
    assert error.permanent is permanent
    assert len([line for line in script.heard if line.startswith("AUTH")]) == 1


@pytest.mark.parametrize("extension", ["250 SIZE 1000", "250 AUTH GSSAPI"])
async def test_no_login_that_we_know(extension: str) -> None:
    """The server's settings may be mended, or somebody in between has left the word out: no letter is lost for it."""
    script = Script({"EHLO": f"250-mail.example\r\n{extension}"})
    error = await failure(script, user="u", password="hunter2")
    assert (error.permanent, error.message) == (False, "the mail server offers no log-in that we know")


async def test_an_old_server_is_greeted_the_old_way() -> None:
    script = Script({"EHLO": "502 what is that?"})
    async with scripted(script) as port:
        assert (await send(port)).status == 250
    assert script.heard[1].startswith("HELO ")


async def test_size_is_told_where_it_is_asked_for() -> None:
    script = Script({"EHLO": "250-mail.example\r\n250 SIZE 10", "MAIL": "552 5.3.4 too big"})
    error = await failure(script)
    assert (error.permanent, error.status) == (True, 552)
    assert " SIZE=" in next(line for line in script.heard if line.startswith("MAIL"))


async def test_nobody_listens() -> None:
    async with scripted(Script()) as port:
        pass
    with pytest.raises(TransportError, match="could not be used") as caught:
        await send(port)
    assert not caught.value.permanent


async def test_being_stopped_is_not_a_failure() -> None:
    asked = asyncio.Event()
    async with scripted(Script({"MAIL": lambda _: asked.set()})) as port:
        task = asyncio.create_task(send(port))
        await asyncio.wait_for(asked.wait(), 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
