"""Feed lists: strangers' XML."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.catalogue import CatalogueError, load_builtin, read_opml, write_opml
from service.catalogue.opml import MAX_BYTES
from service.catalogue.outlines import MAX_SOURCES
from service.model import Role, SourceKind, SourceSpec

SHARED = Path(__file__).resolve().parents[3] / "../shared"


def opml(*outlines: str) -> bytes:
    head = '<?xml version="1.0"?>\n<opml version="2.0"><head><title>x</title></head><body>'
    return "\n".join([head, *outlines, "</body></opml>"]).encode()


def feed(url: str, text: str = "Saltmarsh", **more: str) -> str:
    extra = "".join(f' {key}="{value}"' for key, value in more.items())
    return f'<outline text="{text}" type="rss" xmlUrl="{url}"{extra}/>'


def test_a_feed_is_news_and_a_company_its_own_voice() -> None:
    news, own = read_opml(
        opml(
            feed("https://courier.example/rss", "The Saltmarsh Courier"),
            feed("https://harborlight.example/feed", "Blog", company="Harborlight"),
        ),
        every=600,
    )
    assert news == SourceSpec(
        "the-saltmarsh-courier", "https://courier.example/rss", SourceKind.FEED, Role.NEWS, every=600
    )
    assert (own.name, own.role, own.company) == ("blog", Role.COMPANY, "Harborlight")


def test_folders_are_groups() -> None:
    specs = read_opml(
        opml(
            '<outline text="Press">',
            feed("https://a.example/1", "One"),
            f'<outline text="Islands">{feed("https://a.example/2", "Two")}</outline>',
            feed("https://a.example/3", "Three"),
            "</outline>",
            feed("https://a.example/4", "Four"),
        )
    )
    assert [(spec.name, spec.group) for spec in specs] == [
        ("one", "Press"),
        ("two", "Islands"),
        ("three", "Press"),
        ("four", ""),
    ]


def test_names_become_unique_and_addresses_count_once() -> None:
    specs = read_opml(
        opml(
            feed("https://a.example/1"),
            feed("https://a.example/2"),
            feed("HTTPS://A.example/1/"),
            feed("https://a.example/3"),
        )
    )
    assert [spec.name for spec in specs] == ["saltmarsh", "saltmarsh-2", "saltmarsh-3"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Café &amp; Küste / Nord", "cafe-kuste-nord"),
        ("新聞", "新聞"),
        ("***", "courier-example"),
        ("", "courier-example"),
        ("a&#8238;b", "ab"),
        ("x" * 300, "x" * 60),
    ],
)
def test_a_name_is_made_from_the_title_or_the_host(title: str, name: str) -> None:
    (spec,) = read_opml(opml(feed("https://courier.example/rss", title)))
    assert spec.name == name


def test_links_are_pages_and_lists_of_lists_are_left_aside() -> None:
    (spec,) = read_opml(
        opml(
            '<outline text="Policy" type="link" url="https://harborlight.example/policy"/>',
            '<outline text="Others" type="link" url="https://harborlight.example/list.opml"/>',
            '<outline text="More" type="include" url="https://harborlight.example/more.opml"/>',
        )
    )
    assert (spec.kind, spec.url) == (SourceKind.PAGE, "https://harborlight.example/policy")


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (b"", ["not XML"]),
        (b"plain words", ["not XML"]),
        (b"<html><body/></html>", ["not OPML", "html"]),
        (b"<opml><body>", ["line 1", "not XML"]),
        (opml(feed("file:///etc/passwd")), ["line 3", "file:///etc/passwd", "http(s)"]),
        (opml(feed("javascript:alert(1)")), ["line 3", "http(s)"]),
        (opml("", feed("https://[::1")), ["line 4", "URL"]),
        (opml(feed("/relative")), ["line 3", "http(s)"]),
        (b'<?xml version="1.0" encoding="x-none"?><opml/>', ["not XML"]),
    ],
)
def test_one_line_says_what_is_wrong_and_where(body: bytes, wanted: list[str]) -> None:
    with pytest.raises(CatalogueError) as caught:
        read_opml(body)
    assert "\n" not in str(caught.value)
    assert all(word in str(caught.value) for word in wanted), str(caught.value)


BOMB = b'<!DOCTYPE opml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><opml><body><outline text="&b;"/></body></opml>'
OUTSIDE = b'<!DOCTYPE opml SYSTEM "http://127.0.0.1:1/x.dtd"><opml/>'
FILE = b'<!DOCTYPE opml [<!ENTITY f SYSTEM "file:///etc/passwd">]><opml><body><outline text="&f;"/></body></opml>'


@pytest.mark.parametrize(
    "body", [BOMB, OUTSIDE, FILE, b"<!DOCTYPE opml><opml/>", b"<!doctype opml><opml><a b=&></opml>"]
)
def test_a_document_type_is_refused(body: bytes) -> None:
    with pytest.raises(CatalogueError):
        read_opml(body)


def test_the_refusal_says_so() -> None:
    with pytest.raises(CatalogueError, match="DOCTYPE"):
        read_opml(BOMB)


def test_too_much_is_refused() -> None:
    with pytest.raises(CatalogueError, match="MiB"):
        read_opml(b" " * (MAX_BYTES + 1))
    many = (feed(f"https://a.example/{i}") for i in range(MAX_SOURCES + 1))
    with pytest.raises(CatalogueError, match="more than 10000"):
        read_opml(opml(*many))


def test_depth_does_no_harm() -> None:
    deep = '<outline text="in">' * 20_000 + feed("https://a.example/1") + "</outline>" * 20_000
    assert len(read_opml(opml(deep))) == 1


def test_what_feed_readers_forget_to_escape_is_taken() -> None:
    careless = opml(
        feed("https://a.example/1?x=1&y=2", "News & Views"),
        '<outline text="Folder" title="Folder">',
        '<outline text="Said" description=""\'Quoted\' and more." - He." xmlUrl="https://a.example/2" type="rss" />',
        "</outline>",
        feed("https://a.example/3", "Caf&eacute;"),
    )
    specs = read_opml(careless)
    assert [(spec.name, spec.url, spec.group) for spec in specs] == [
        ("news-views", "https://a.example/1?x=1&y=2", ""),
        ("said", "https://a.example/2", "Folder"),
        ("cafe", "https://a.example/3", ""),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_encodings(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    outline = feed("https://a.example/1", "Küste")
    text = f'<?xml version="1.0" encoding="{declared}"?><opml><body>{outline}</body></opml>'
    (spec,) = read_opml(text.encode(encoding))
    assert spec.name == "kuste"


def test_everything_survives_a_round_trip() -> None:
    specs = (
        SourceSpec(
            "Küste & Co",
            "https://a.example/f?a=1&b=%22",
            SourceKind.FEED,
            Role.COMPANY,
            'Har"bor',
            "g <1>",
            0.2,
            confirm=0.0,
            robots=False,
        ),
        SourceSpec(
            "p", "https://a.example/p", SourceKind.PAGE, Role.NEWS, "", "", 7200.0, "main > p", 'a[x="1"]'
        ),
        SourceSpec("q", "https://a.example/q", SourceKind.PAGE, Role.NEWS, "Quillnet", "", 7200.0),
    )
    assert read_opml(write_opml(specs)) == specs
    assert read_opml(write_opml(load_builtin())) == load_builtin()


def test_written_lists_can_be_read_by_others() -> None:
    written = write_opml([SourceSpec("courier", "https://a.example/1", SourceKind.FEED, Role.NEWS)]).decode()
    assert 'text="courier"' in written
    assert 'type="rss"' in written
    assert 'xmlUrl="https://a.example/1"' in written
    assert "xmlns:onrecord=" in written


def complaint(body: bytes) -> str:
    """What is said of it, "" if it is taken."""
    try:
        read_opml(body)
    except CatalogueError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("odd", ["<![CDAT", "<![$x[", "<![<?xml"])
def test_a_marked_section_that_nobody_knows_is_an_error(odd: str) -> None:
    assert "not XML" in complaint(f"<?&?><opml><body>{odd}</body></opml>".encode())


@given(st.binary(max_size=300))
def test_bytes_are_a_list_or_an_error(body: bytes) -> None:
    assert "\n" not in complaint(body)


@given(
    st.lists(st.tuples(st.integers(0, 250), st.integers(0, 3), st.binary(max_size=3)), min_size=1, max_size=6)
)
def test_a_damaged_list_is_a_list_or_an_error(damage: list[tuple[int, int, bytes]]) -> None:
    folder = f'<outline text="F">{feed("https://b.example/")}</outline>'
    body = bytearray(opml(feed("https://a.example/1?x&y", "N&V"), folder))
    for at, length, instead in damage:
        body[at : at + length] = instead
    assert "\n" not in complaint(bytes(body))


@pytest.mark.shared
@pytest.mark.parametrize(("name", "count"), [("news-tech.opml", 26), ("news-world.opml", 11)])
def test_real_lists(name: str, count: int) -> None:
    path = SHARED / "data" / name
    if not path.is_file():
        pytest.skip("the feed lists (../shared/data) are not here")
    specs = read_opml(path.read_bytes())
    assert len(specs) == count
    assert all(spec.role is Role.NEWS and spec.kind is SourceKind.FEED for spec in specs)
