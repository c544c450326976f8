"""Mail addresses: checked, and with the domain as it goes over the wire. Pure."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

import idna

from notifiers.text import one_line

_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
"""dot-atom of RFC 5322 with RFC 6531's letters."""
_HOST = re.compile(r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`domain` is ASCII (A-labels); `local` may be Unicode, which needs SMTPUTF8; `name` may be ""."""

    local: str
    domain: str
    name: str = ""

    @property
    def address(self) -> str:
        """local@domain, without the name."""
        return f"{self.local}@{self.domain}"

    @property
    def unicode(self) -> bool:
        """Whether only a server that speaks SMTPUTF8 can take it."""
        return not self.local.isascii()


def parse_mailbox(text: str) -> Mailbox:
    """Read "local@domain" or "Name <local@domain>"; ValueError names what cannot be one.

    One address only: no lists, groups, comments, routes or quoted local parts, nothing that ends a line.
    """
    shown = repr(one_line(text, 100))
    if text != text.strip() or not text.isprintable():
        raise ValueError(f"{shown} is not a mail address: it holds a control character or outer white space")
    name, address = _named(text)
    local, _, domain = address.rpartition("@")
    if not _LOCAL.fullmatch(local) or len(local.encode()) > 64:
        raise ValueError(f"{shown} is not a mail address")
    try:
        return Mailbox(local, _domain(domain), one_line(name, 100))
    except ValueError as error:
        raise ValueError(f"{shown} is not a mail address: {error}") from error


def _named(text: str) -> tuple[str, str]:
    if not text.endswith(">"):
        return "", text
    name, _, address = text[:-1].rpartition("<")
    return name.strip().strip('"'), address


def _domain(domain: str) -> str:
    if domain.startswith("[") and domain.endswith("]"):
        literal = domain[1:-1].removeprefix("IPv6:")
        address = ipaddress.ip_address(literal)
        return f"[IPv6:{address}]" if address.version == 6 else f"[{address}]"
    ascii_domain = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    if len(ascii_domain) > 253 or not _HOST.fullmatch(ascii_domain):
        raise ValueError("its domain is not a host name")
    return ascii_domain.lower()
