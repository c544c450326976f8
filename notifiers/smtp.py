"""Where mail is handed in: the `smtp` setting, read once into a value."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import idna

Tls = Literal["implicit", "starttls", "opportunistic"]

PORTS = {"implicit": 465, "submission": 587, "relay": 25}
EXAMPLE = "smtp://user:password@mail.example.org:587"


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server and how to speak to it.

    `tls`: "implicit" from the first byte, "starttls" or no mail at all, "opportunistic" STARTTLS when offered.
    """

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: Tls = "opportunistic"

    @property
    def loopback(self) -> bool:
        """Whether nobody stands between us and the server."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def parse_smtp(url: str) -> Smtp:
    """Read smtp://[user:password@]host[:port][?tls=required] or smtps://…; ValueError says what is wrong.

    Default ports: 465 for smtps, 587 for smtp with a user, 25 without. User and password are percent-decoded.
    No message repeats any part of the URL that could hold the password, hence `from None` throughout.
    """
    parts = _split(url)
    user, password = _credentials(parts)
    tls = _tls(parts)
    ask = "implicit" if tls == "implicit" else "submission" if user else "relay"
    return Smtp(_host(parts), _port(parts) or PORTS[ask], user, password, tls)


def _split(url: str) -> SplitResult:
    if not url.isprintable() or " " in url:
        raise ValueError("the mail server's URL holds a space or a control character")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError(f"the mail server's URL cannot be read; it looks like {EXAMPLE}") from None
    if parts.scheme not in ("smtp", "smtps"):
        raise ValueError(f"the mail server's URL begins with smtp:// or smtps://, as in {EXAMPLE}")
    if "@" in parts.path + parts.query + parts.fragment:
        raise ValueError("the password in the mail server's URL holds /, ? or #: write it percent-encoded")
    if parts.path not in ("", "/") or parts.fragment:
        raise ValueError("the mail server's URL has a path; it ends with the host and port")
    return parts


def _credentials(parts: SplitResult) -> tuple[str, str]:
    try:
        user = unquote(parts.username or "", errors="strict")
        password = unquote(parts.password or "", errors="strict")
    except UnicodeDecodeError:
        raise ValueError("user or password of the mail server are not percent-encoded UTF-8") from None
    if "@" in parts.netloc and not (user and password):
        raise ValueError(
            "the mail server's URL names a user without a password, or a password without a user"
        )
    if not (user + password).isprintable():
        raise ValueError("user or password of the mail server hold a control character")
    return user, password


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if not host:
        raise ValueError(f"the mail server's URL has no host; it looks like {EXAMPLE}")
    if "[" in parts.netloc or host.replace(".", "").isdigit():
        try:
            return str(ipaddress.ip_address(host))
        except ValueError:
            raise ValueError("the mail server's host is not an IP address") from None
    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        pass
    if host.isascii() and all(c.isalnum() or c in "-_." for c in host):  # service names such as mail_relay
        return host
    raise ValueError("the mail server's host is not a host name")


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError:
        raise ValueError("the mail server's port is not a number from 1 to 65535") from None
    if port == 0:
        raise ValueError("the mail server's port is not a number from 1 to 65535")
    return port


def _tls(parts: SplitResult) -> Tls:
    asked = parse_qsl(parts.query, keep_blank_values=True)
    for name, value in asked:
        if name != "tls" or value not in ("required", "opportunistic"):
            raise ValueError("the only option of the mail server's URL is tls=required or tls=opportunistic")
    if parts.scheme == "smtps":
        return "implicit"
    return "starttls" if ("tls", "required") in asked else "opportunistic"
