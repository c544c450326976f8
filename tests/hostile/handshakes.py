"""Certificates that are wrong, and what is no TLS at all."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

from tests.hostile.pages import GOOD_BYTES
from tests.hostile.registry import FRAMING, misdeed
from tests.hostile.server import Wire

HOST = "127.0.0.1"
CERTIFICATES = ("expired", "not_yet", "another_host", "any_host", "stranger")


class Papers:
    """An authority that the program believes (`file`), and certificates good and bad."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "authority.pem"
        self._authority, self._stranger = trustme.CA(), trustme.CA()
        self._authority.cert_pem.write_to_path(str(self.file))

    def context(self, name: str, bad: Callable[[], bool]) -> ssl.SSLContext:
        """A server's; the certificate `name` is shown while it is bad."""
        good, wrong = self._context("good"), self._context(name)

        def choose(shown: ssl.SSLObject | ssl.SSLSocket, _name: str | None, _first: ssl.SSLContext) -> None:
            shown.context = wrong if bad() else good

        good.sni_callback = choose
        return good

    def _context(self, name: str) -> ssl.SSLContext:
        now, day = datetime.now(UTC), timedelta(days=1)
        match name:
            case "expired":
                made = self._authority.issue_cert(HOST, not_before=now - 9 * day, not_after=now - day)
            case "not_yet":
                made = self._authority.issue_cert(HOST, not_before=now + day, not_after=now + 9 * day)
            case "another_host":
                made = self._authority.issue_cert("quillnet.example")
            case "any_host":
                made = self._authority.issue_cert("*.example")
            case "stranger":
                made = self._stranger.issue_cert(HOST)
            case _:
                made = self._authority.issue_cert(HOST)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.configure_cert(context)
        return context


def shows(certificate: str) -> None:
    """A scenario that is well but for what it proves itself by."""

    async def behave(wire: Wire) -> None:
        await wire.answer(GOOD_BYTES)

    behave.__name__ = f"certificate_{certificate}"
    misdeed("tls", tls=certificate)(behave)


for _name in CERTIFICATES:
    shows(_name)


@misdeed("tls", *FRAMING, raw=True, tls="none", cold_only=True)
async def tls_that_is_plain_http(wire: Wire) -> None:
    await wire.answer(GOOD_BYTES)


@misdeed("tls", *FRAMING, raw=True, tls="none", cold_only=True)
async def tls_that_is_rubbish(wire: Wire) -> None:
    await wire.send(b"\x16\x03\x03\xff\xff" + bytes(range(256)) * 20)


@misdeed("tls", *FRAMING, raw=True, tls="none", cold_only=True)
async def tls_refused_by_an_alert(wire: Wire) -> None:
    await wire.send(b"\x15\x03\x03\x00\x02\x02\x28")


@misdeed("tls", *FRAMING, raw=True, tls="none", cold_only=True)
async def tls_hung_up_on(wire: Wire) -> None:
    wire.writer.close()


@misdeed("tls", "timeout", raw=True, tls="none", cold_only=True)
async def tls_without_an_answer(wire: Wire) -> None:
    await wire.reader.read()
    await wire.reader.read()
