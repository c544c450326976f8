"""What may be dialled, in every spelling that somebody has tried."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchers.errors import Refused
from watchers.guard import DeniedError, Guard

INSIDE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.0", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255",
    "127.0.0.1", "127.255.255.255", "168.63.129.16", "169.254.0.1", "169.254.169.254", "169.254.170.2",
    "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.31.196.1", "192.52.193.1",
    "192.88.99.1", "192.168.0.1", "192.168.255.255", "192.175.48.1", "198.18.0.1", "198.19.255.255",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::",
    "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:100.64.0.1",
    "::ffff:169.254.169.254", "::ffff:0:127.0.0.1", "::ffff:0.0.0.0", "::ffff:224.0.0.1",
    "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "64:ff9b:1::8.8.8.8",
    "100::1", "100:0:0:1::1", "2001::1", "2001:0:7f00:1::", "2001:2::1", "2001:10::1", "2001:20::1",
    "2001:1ff::1", "2001:db8::1", "2001:db8:ffff::1", "2002:7f00:1::", "2002:a00:1::", "2002:808:808::",
    "2620:4f:8000::1", "3fff::1", "3fff:fff::1", "4000::1", "5f00::1", "8000::1", "c000::1", "fc00::1",
    "fd00:ec2::254", "fd20:ce::254", "fdff::1", "fe80::1", "fe80::1%eth0", "febf::1", "fec0::1", "feff::1",
    "ff02::1", "ff05::2", "2606:4700::5efe:7f00:1", "2606:4700::200:5efe:a00:1",
]  # fmt: skip
OUTSIDE = [
    "1.0.0.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
    "128.0.0.0", "168.63.129.15", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0",
    "192.0.1.0", "192.0.3.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
    "198.51.99.255", "203.0.114.0", "223.255.255.255", "2000::1", "2001:200::1", "2001:db7::1",
    "2001:db9::1", "2003::1", "2606:4700::1111", "2a00:1450::1", "3ffe::1", "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_inside_addresses_are_refused(address: str) -> None:
    with pytest.raises(Refused) as refused:
        Guard().check_address(address, 443, "https://tessellate.example/")
    error = refused.value
    assert (error.reason, error.transient, error.url) == ("address", False, "https://tessellate.example/")
    assert "tessellate.example" in error.message
    assert Guard().denies(address, 443)


@pytest.mark.parametrize("address", OUTSIDE)
def test_outside_addresses_pass(address: str) -> None:
    Guard().check_address(address, 443, "https://tessellate.example/")
    host = f"[{address}]" if ":" in address else address
    Guard().check_url(f"https://{host}/")


@pytest.mark.parametrize("address", [a for a in INSIDE if "%" not in a])
def test_inside_literals_are_refused_in_a_url(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(Refused) as refused:
        Guard().check_url(f"http://{host}:8080/x?y#z")
    assert refused.value.reason == "address"


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f000001",
        "0X7F.1",
        "017700000001",
        "0177.0.0.1",
        "127.1",
        "127.0.1",
        "0",
        "0x",
        "00000000127.0.0.1",
        "134744072",
        "1.2.3.4.5",
        "tessellate.0x7f",
        "127.0.0.1.",
        "①②⑦.⓪.⓪.①",
        "１２７.0.0.1",
        "127。0。0。1",
        "localhost",
        "LOCALHOST.",
        "a.b.localhost",
        "ⓛocalhost",
        "localhost6.localdomain6",
        "printer.local",
        "db.internal",
        "metadata",
        "metadata.google.internal",
        "Metadata.Google.Internal.",
        "metadata.goog",
        "instance-data.ec2.internal",
        "kubernetes.default.svc",
        "api.default.svc.cluster.local",
        "router.home.arpa",
        "[fe80::1%25eth0]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:127.0.0.1]",
        ".",
        "a b.example",
        "%6c%6fcalhost",
        "tessellate\x19.example",
        "a" * 254,
    ],
)
def test_disguises_and_names_of_the_inside_are_refused(host: str) -> None:
    with pytest.raises(Refused) as refused:
        Guard().check_url(f"http://{host}/")
    assert refused.value.reason == "address"
    assert "\n" not in refused.value.message


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("file:///etc/passwd", "scheme"),
        ("FTP://tessellate.example/", "scheme"),
        ("gopher://tessellate.example/", "scheme"),
        ("data:text/html,x", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("//tessellate.example/", "scheme"),
        ("tessellate.example", "scheme"),
        ("", "scheme"),
        ("http://", "address"),
        ("http:///path", "address"),
        ("http://[::1", "address"),
        ("http://tessellate.example:99999/", "address"),
        ("http://tessellate.example:0/", "port"),
        ("http://user@tessellate.example/", "credentials"),
        ("https://user:hunter2@tessellate.example/", "credentials"),
        ("https://:hunter2@tessellate.example/", "credentials"),
        ("http://tessellate.example\\@127.0.0.1/", "address"),
    ],
)
def test_other_urls_are_refused_for_their_own_reason(url: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        Guard().check_url(url)
    assert (refused.value.reason, refused.value.url) == (reason, url)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://tessellate.example/",
        "http://1e100.example:8080/x",
        "https://xn--caf-dma.example/",
        "https://café.example/",
        "https://localhost.example/",
        "https://3com.example/",
        "https://a.0xyz/",
    ],
)
def test_names_of_the_outside_pass(url: str) -> None:
    Guard().check_url(url)


def test_a_network_is_allowed_on_every_port_and_in_every_spelling() -> None:
    guard = Guard(("10.0.0.0/8", "fd00::/8"))
    for address in ("10.1.2.3", "::ffff:10.1.2.3", "64:ff9b::10.1.2.3", "fd12::1"):
        guard.check_address(address, 12345, "")
    guard.check_url("http://10.1.2.3:12345/")
    guard.check_url("http://wiki.internal/")  # its address decides
    for name in ("localhost", "a.localhost", "metadata"):
        with pytest.raises(Refused):
            guard.check_url(f"http://{name}/")
    for address in ("11.0.0.1", "8.8.8.8"):
        guard.check_address(address, 80, "")
    for address in ("127.0.0.1", "192.168.0.1", "fc00::1"):
        assert guard.denies(address, 80)


@pytest.mark.parametrize("entry", ["127.0.0.1:8900", "[::ffff:127.0.0.1]:8900"])
def test_one_address_and_port_is_allowed_and_no_more(entry: str) -> None:
    guard = Guard((entry,))
    guard.check_url("http://127.0.0.1:8900/feed")
    guard.check_url("http://localhost:8900/feed")
    guard.check_address("127.0.0.1", 8900, "")
    for url in ("http://127.0.0.1/", "http://127.0.0.1:8901/", "http://127.0.0.2:8900/", "http://localhost/"):
        with pytest.raises(Refused):
            guard.check_url(url)
    with pytest.raises(Refused):
        guard.check_url("http://metadata.google.internal:8900/")


@pytest.mark.parametrize(
    "entry", ["127.0.0.1", "::1", "[::1]", "[::1]:8900", "10.0.0.0/8", "fd00::/8", "127.0.0.1/32"]
)
def test_entries_in_every_form(entry: str) -> None:
    Guard((entry,))


@pytest.mark.parametrize(
    "entry",
    ["", "x", "10.0.0.1/8", "10.0.0.0/33", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:http",
     "127.0.0.1:８０", "10.0.0.0/8:80", "[::1", "[::1]8900", "[10.0.0.1:80", "localhost:8900", ":8900", " 127.0.0.1"],
)  # fmt: skip
def test_a_bad_entry_is_named(entry: str) -> None:
    with pytest.raises(ValueError, match=r"is |with ") as failed:
        Guard(("127.0.0.1", entry))
    assert repr(entry) in str(failed.value)


def test_ports_are_limited_where_listed() -> None:
    guard = Guard(("127.0.0.1:8900",), ports=(80, 443))
    guard.check_url("https://tessellate.example/")
    guard.check_url("http://127.0.0.1:8900/")
    guard.check_address("8.8.8.8", 443, "")
    for url in ("http://tessellate.example:8080/", "http://8.8.8.8:22/"):
        with pytest.raises(Refused) as refused:
            guard.check_url(url)
        assert refused.value.reason == "port"
    with pytest.raises(Refused) as refused:
        guard.check_address("8.8.8.8", 8080, "")
    assert refused.value.reason == "port"
    with pytest.raises(ValueError, match="70000"):
        Guard(ports=(70000,))


def test_a_refusal_travels_as_a_failed_connection() -> None:
    refusal = Refused("u", "no", reason="address", transient=False)
    error = DeniedError(refusal)
    assert isinstance(error, OSError)
    assert (error.strerror, error.refusal) == ("no", refusal)


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=60))
def test_any_text_is_judged_without_a_crash(text: str) -> None:
    for url in (text, f"http://{text}/", f"https://tessellate.example/{text}"):
        reason = ""
        try:
            Guard().check_url(url)
        except Refused as refused:
            reason = refused.reason
        assert reason in ("", "address", "scheme", "port", "credentials")


@settings(deadline=None)  # the machine may be busy
@given(st.ip_addresses())
def test_an_address_is_judged_alike_in_a_url_and_at_the_socket(address: object) -> None:
    host = f"[{address}]" if ":" in str(address) else str(address)
    denied = Guard().denies(str(address), 80)
    try:
        Guard().check_url(f"http://{host}/")
    except Refused:
        assert denied
    else:
        assert not denied
