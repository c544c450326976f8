"""Hundreds of ways to write an address that must not be dialled, worked out from a few addresses."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

NEVER_4 = (
    "0.0.0.0", "0.1.2.3", "169.254.169.254", "169.254.170.2", "169.254.0.1", "168.63.129.16", "192.0.0.192",
    "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "100.100.100.200", "192.0.2.1", "198.18.0.1",
    "198.51.100.7", "203.0.113.9",
)  # fmt: skip
POLICY_4 = (
    "127.0.0.1",
    "127.8.9.10",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.254",
    "192.168.0.1",
    "100.64.0.1",
)
NEVER_6 = (
    "::", "fe80::1", "febf::1", "fec0::1", "ff02::1", "ff0e::1", "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254",
    "fd00:c1::a9fe:a9fe", "fd00:42::42",
    "64:ff9b:1::1",
    "100::1", "2001::1", "2001:db8::1", "3fff::1", "2001:0:53aa:64c:0:ffff:5601:5601", "5f00::1", "4000::1",
)  # fmt: skip
POLICY_6 = ("::1", "fc00::1", "fd12:3456:789a::1")
NAMES = (
    "metadata", "metadata.google.internal", "metadata.google.internal.", "METADATA.goog", "instance-data",
    "instance-data.ec2.internal", "metadata.azure.internal", "metadata.tencentyun.com", "metadata.platformequinix.com",
    "metadata.packet.net", "metadata.service.consul",
)  # fmt: skip
GOOD = (
    "https://quillnet.example/", "http://quillnet.example/legal", "https://quillnet.example:8443/", "http://8.8.8.8/",
    "http://1.1.1.1:8080/", "https://[2606:4700:4700::1111]/", "http://quillnet.example./", "https://xn--caf-dma.example/",
    "https://café.example/", "http://11.0.0.1/", "http://172.32.0.1/", "http://172.15.255.255/", "http://192.167.1.1/",
    "http://100.63.255.255/", "http://100.128.0.1/", "http://169.253.1.1/", "http://126.255.255.255/", "http://128.0.0.1/",
    "http://[2001:4860:4860::8888]/", "https://localhost.quillnet.example/", "https://10.example/", "http://223.255.255.1/",
    "https://metadata.quillnet.example/", "https://quillnet.example/?next=http://127.0.0.1/", "http://127.0.0.1.quillnet.example/",
    "https://9to5.example/", "https://2130706433.example/", "https://0x7f.example/", "https://under_score.example/",
    "https://straße.example/", "https://例え.example/", "https://१२७.example/", "https://quillnet.example/@10.0.0.1",
    "https://quillnet.example?a@127.0.0.1", "https://quillnet.example/a%20b#c", "HTTPS://QUILLNET.EXAMPLE:443/",
    "http://quillnet.example:0080/", "https://[64:ff9b::808:808]/", "http://192.0.1.1/", "http://198.17.255.255/",
    "http://198.20.0.1/", "http://203.0.112.1/", "http://192.88.98.1/", "https://corp.example/", "https://x.internals.example/",
)  # fmt: skip


def disguises(text: str) -> list[str]:
    """The IPv4 address as nobody writes it who means well."""
    address = IPv4Address(text)
    number, (a, b, c, d) = int(address), text.split(".")
    high, low = number >> 16, number & 0xFFFF
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    return [
        str(number), hex(number), f"0{number:o}", f"{a}.{number & 0xFFFFFF}", f"{a}.{b}.{low}",
        f"0x{int(a):x}.{b}.{c}.{d}",
        f"0{int(a):o}.0{int(b):o}.0{int(c):o}.0{int(d):o}", f"{int(a):03d}.{b}.{c}.{int(d):04d}", f"{text}.",
        text.replace(".", "。"), text.translate(wide), f"[::ffff:{text}]", f"[::ffff:{high:x}:{low:x}]",
        f"[0:0:0:0:0:ffff:{text}]", f"[::{text}]", f"[64:ff9b::{text}]", f"[2002:{high:x}:{low:x}::]",
        f"[2001:0:4136:e378:8000:63bf:{~high & 0xFFFF:x}:{~low & 0xFFFF:x}]", f"[fe80::5efe:{text}]",
    ]  # fmt: skip


def never() -> tuple[str, ...]:
    """URLs that no configuration may open."""
    urls = [f"http://{text}/" for text in NEVER_4]
    urls += [f"http://[{text}]/" for text in NEVER_6]
    urls += [
        f"http://{form}/"
        for text in (*NEVER_4, *POLICY_4)
        for form in disguises(text)
        if "[::0.0" not in form
    ]
    urls += [f"http://[{text}%25eth0]/" for text in ("fe80::1", "::1", "fd12::1")]
    urls += [f"http://[{IPv6Address(text).exploded}]/" for text in NEVER_6]
    urls += [f"http://{name}/latest/" for name in NAMES]
    urls += [
        f"http://{user}@{host}/"
        for user in ("a", "a:b", "quillnet.example", ":p")
        for host in ("10.0.0.1", "quillnet.example")
    ]
    urls += [
        "file:///etc/passwd", "ftp://quillnet.example/", "gopher://127.0.0.1:25/_", "dict://127.0.0.1:11211/",
        "ldap://127.0.0.1/",
        "data:text/html,x", "javascript:alert(1)", "jar:http://x!/", "http:///x", "http://[::1", "http://:80/",
        "//127.0.0.1/",
        "http://quillnet.example:0/", "http://quillnet.example:99999/", "http://quillnet.example:25/",
        "http://quillnet.example:22/",
        "http://@127.0.0.1/", "http://@quillnet.example/", "http://ｌｏｃａｌｈｏｓｔ/", "http://ⓛocalhost/",
        "http://quillnet.example:８０/", "http://127.0.0.1\u200b/", "http://1.1.1.1 @127.0.0.1/",
        "http://127.0.0.1%2e/", "http://127%2e0%2e0%2e1/", "view-source:http://x/",
        "http://[::ffff:0:127.0.0.1]/", "http://[v1.fe80::a]/", "http+unix://%2fvar%2frun%2fdocker.sock/",
        "http://%31%32%37.0.0.1/", "http://①②⑦.⓪.⓪.①/", "http://quillnet.example\\@127.0.0.1/",
        "http://127.0.0.1\t/\x00", "http://127.0.0.1../", "http://127..0.0.1/", "http://.127.0.0.1/", "http://./",
        "http://quillnet..example/", "http://quillnet.example../", "http://metadata.google.internal../",
        "http://quillnet.example:+80/", "http://quillnet.example:8_0/", "http://quillnet.example:-80/",
        "http://١٢٧.٠.٠.١/", "http://१२७.०.०.१:8080/", "http://１２７。１/", "http://0x/", "http://0x7f.0.0.0x1/",
    ]  # fmt: skip
    return tuple(dict.fromkeys(urls))


def policy() -> tuple[str, ...]:
    """URLs that are closed until `allow` names them."""
    urls = [f"http://{text}/" for text in POLICY_4] + [f"http://[{text}]/" for text in POLICY_6]
    return (*urls, "http://localhost/", "http://LOCALHOST./", "http://a.localhost/", "http://ip6-localhost/",
            "http://printer.local/", "http://db.internal/", "http://router.home.arpa/",
            "http://wiki.corp/", "http://nas.home/", "http://db.private/", "http://api.cluster.local./",
            "http://api.default.svc/")  # fmt: skip
