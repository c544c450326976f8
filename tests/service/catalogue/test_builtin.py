"""The catalogue that ships."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from service.catalogue import load_builtin, read_toml, write_toml
from service.model import Role, SourceKind

GROUPS = {
    "law-enforcement guidelines": 40,
    "transparency reports": 40,
    "warrant canaries": 8,
    "privacy policies": 100,
    "company blogs": 40,
    "technology news": 30,
    "privacy news": 20,
    "world news": 20,
}
NEWS = {"technology news", "privacy news", "world news"}


def test_it_is_read_once() -> None:
    assert load_builtin() is load_builtin()


def test_every_group_is_well_filled() -> None:
    counts = Counter(spec.group for spec in load_builtin())
    assert set(counts) == set(GROUPS)
    assert all(counts[group] >= least for group, least in GROUPS.items())


def test_names_are_slugs_and_addresses_stand_once() -> None:
    specs = load_builtin()
    assert all(spec.name == spec.name.lower() and " " not in spec.name for spec in specs)
    assert len({spec.name for spec in specs}) == len(specs)
    assert len({spec.url.rstrip("/").lower() for spec in specs}) == len(specs)


def test_companies_speak_for_themselves_and_newspapers_for_nobody() -> None:
    for spec in load_builtin():
        assert (spec.role is Role.NEWS) == (spec.group in NEWS), spec.name
        assert bool(spec.company) == (spec.role is Role.COMPANY), spec.name
        assert (spec.kind is SourceKind.FEED) == (spec.group in NEWS | {"company blogs"}), spec.name


def test_it_is_a_polite_neighbour() -> None:
    for spec in load_builtin():
        assert spec.every >= (1800 if spec.kind is SourceKind.FEED else 21_600), spec.name
        assert spec.robots
    per_host = Counter(urlsplit(spec.url).hostname for spec in load_builtin())
    assert max(per_host.values()) <= 10


def test_addresses_are_encrypted_but_for_those_that_have_no_choice() -> None:
    plain = {urlsplit(spec.url).hostname for spec in load_builtin() if spec.url.startswith("http:")}
    assert plain <= {"rss.cnn.com"}


def test_every_selector_can_be_read() -> None:
    page = LexborHTMLParser("<html><body><main><p>text</p></main></body></html>")
    for spec in load_builtin():
        for selector in filter(None, (spec.select, spec.remove)):
            page.css(selector)


def test_it_survives_being_written() -> None:
    assert read_toml(write_toml(load_builtin())) == load_builtin()
