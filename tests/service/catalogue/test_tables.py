"""Sources as TOML tables."""

from __future__ import annotations

import tomllib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.catalogue import CatalogueError, read_toml, write_toml
from service.catalogue.tables import brief
from service.configuration.durations import parse_duration
from service.model import Role, SourceKind, SourceSpec

ONE = """
[[sources]]
name = "harborlight-blog"
company = "Harborlight"
kind = "feed"
url = "https://harborlight.example/feed"
every = "1h"
"""

printable = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["C", "Z"]), min_size=1
)
line = st.one_of(st.just(""), printable, st.sampled_from(['A "B" \\ C', "Ünter\u00a0den"]))
selectors = st.sampled_from(
    ["", "main", "#terms > p", '[title="a \\"b\\""]', ".ünter, nav\n\tul", "p:not(.note)"]
)
"""CSS that is written in more than one way: other strings are refused before a table is made of them."""
MICROSECONDS = st.integers(min_value=0, max_value=10**14).map(lambda n: n / 10**6)
specs = st.builds(
    SourceSpec,
    name=printable.filter(lambda name: "/" not in name and name.isprintable() and len(name) <= 200),
    url=st.sampled_from(["https://harborlight.example/a?b=%22", "http://quillnet.example:8080/"]),
    kind=st.sampled_from(SourceKind),
    role=st.sampled_from(Role),
    company=line,
    group=line,
    every=MICROSECONDS.filter(bool),
    select=selectors,
    remove=selectors,
    confirm=MICROSECONDS,
    robots=st.booleans(),
)


def test_a_table_is_a_source() -> None:
    (spec,) = read_toml(ONE)
    assert spec == SourceSpec(
        name="harborlight-blog",
        url="https://harborlight.example/feed",
        kind=SourceKind.FEED,
        company="Harborlight",
        every=3600.0,
    )


def test_a_whole_configuration_may_be_read() -> None:
    assert len(read_toml('data_dir = "x"\n[http]\nlisten = "127.0.0.1:1"\n' + ONE)) == 1
    assert read_toml("") == ()
    assert read_toml(write_toml(())) == ()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[[sources]\n", ["not TOML", "line 1"]),
        ("[[source]]\nname = 'x'\n", ["source: unknown key", "[[sources]]"]),
        ("sources = 3\n", ["sources", "tables"]),
        ("sources = [3]\n", ["sources[0]"]),
        (ONE + ONE, ["sources[1]", "'harborlight-blog'", "twice"]),
        (ONE.replace("https:", "file:"), ["sources[0]", "harborlight-blog", "url", "not an http(s) URL"]),
        (ONE.replace('"1h"', '"soon"'), ["sources[0]", "every", "'soon'", "15m"]),
        (ONE.replace('"1h"', '"0s"'), ["sources[0]", "every"]),
        (ONE.replace('"feed"', '"fax"'), ["sources[0]", "kind", "feed"]),
        (ONE.replace("company", "firm"), ["sources[0]", "firm", "unknown key"]),
        (ONE.replace('"harborlight-blog"', '"har/bor"'), ["sources[0]", "name"]),
        ("[[sources]]\nkind = 'feed'\n", ["sources[0]", "name", "required"]),
    ],
)
def test_one_line_says_what_is_wrong_and_where(text: str, wanted: list[str]) -> None:
    with pytest.raises(CatalogueError) as caught:
        read_toml(text)
    message = str(caught.value)
    assert "\n" not in message
    assert all(word.lower() in message.lower() for word in wanted), message


@given(st.lists(specs, max_size=4, unique_by=lambda spec: spec.name))
def test_what_is_written_reads_back_the_same(some: list[SourceSpec]) -> None:
    assert read_toml(write_toml(some)) == tuple(some)


def test_a_lone_surrogate_does_not_spoil_the_file() -> None:
    spec = SourceSpec("a", "https://a.example/", SourceKind.PAGE, group="x\ud800y")
    written = write_toml([spec]).encode()
    assert tomllib.loads(written.decode())["sources"][0]["group"] == "x\ufffdy"


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(86_400.0, "1d"), (21_600.0, "6h"), (900.0, "15m"), (90.0, "90s"), (0.2, "0.2s"), (1e-6, "0.000001s")],
)
def test_durations_are_short_and_exact(seconds: float, written: str) -> None:
    assert brief(seconds) == written
    assert parse_duration(written) == seconds


@given(st.floats(0.000_001, 3e8))
def test_every_is_read_back_as_it_was_however_fine_it_is_given(every: float) -> None:
    (spec,) = read_toml(
        f'[[sources]]\nname = "a"\nkind = "page"\nurl = "https://quillmoor.example"\nevery = {Decimal(every):f}\n'
    )
    assert read_toml(write_toml([spec])) == (spec,)
