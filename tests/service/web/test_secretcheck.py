"""Secrets are compared in constant time: in one place, as digests of one length, and nowhere by `==`."""

from __future__ import annotations

import ast
import hmac
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from service.looks.hubs import Signature
from service.secrets import check as secretcheck
from service.secrets.check import is_same
from service.store.store import Store
from service.store.tokens import create_token, find_token

ROOT = Path(__file__).resolve().parents[3]
HOME = ROOT / "service" / "secrets" / "check.py"
NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
SECRET = re.compile(
    r"(?<![a-z])(tokens?|secrets?|passwords?|signatures?|hmac|hexdigest|offered|credentials?)(?![a-z])"
)
"""In the name of what is compared."""


class Scales:
    """Stands in for the comparison, and remembers what it was asked."""

    def __init__(self) -> None:
        self.pairs: list[tuple[bytes, bytes]] = []

    def __call__(self, left: bytes, right: bytes) -> bool:
        self.pairs.append((left, right))
        return hmac.compare_digest(left, right)


@pytest.fixture
def scales(monkeypatch: pytest.MonkeyPatch) -> Scales:
    """In the place of the standard library's comparison, in the one module that uses it."""
    stand_in = Scales()
    monkeypatch.setattr(secretcheck, "compare_digest", stand_in)
    return stand_in


@pytest.mark.parametrize(
    ("shown", "right", "same"),
    [
        ("secret", "secret", True),
        ("secret", b"secret", True),
        ("", "secret", False),
        ("secre", "secret", False),
        ("secret" * 1000, "secret", False),
        ("sécret \ud800", "secret", False),
        (b"\xff", "secret", False),
    ],
)
def test_digests_of_one_length_are_compared(
    scales: Scales, shown: str | bytes, right: str | bytes, same: bool
) -> None:
    assert is_same(shown, right) is same
    assert [(len(left), len(right)) for left, right in scales.pairs] == [(32, 32)]


async def test_a_configured_token_is_compared_so(serve: Any, store: Store, scales: Scales) -> None:
    client = await serve(store, token="configured-token")
    for token in ("c", "configured-toker", "configured-token", "configured-token" * 20):
        scales.pairs.clear()
        answer = await client.post(
            "/api/v1/sources/harborlight/poll", headers={"Authorization": f"Bearer {token}"}
        )
        assert (answer.status == 401) == (token != "configured-token")
        assert scales.pairs, token
        assert {len(side) for pair in scales.pairs for side in pair} == {32}


async def test_each_named_token_is_compared_so(store: Store, scales: Scales) -> None:
    tokens = [await store.write(create_token, name, ("read",), NOW) for name in ("one", "two", "three")]
    for token in (*tokens, "onr_wrong"):
        scales.pairs.clear()
        await store.read(find_token, token)
        assert len(scales.pairs) == 3, "whichever it is, all are compared"


def test_a_hubs_signature_is_compared_so(scales: Scales) -> None:
    right = hmac.new(b"secret", b"body", "sha256").hexdigest()
    for given in (right, right[:-1], "0" * 64, ""):
        signature = Signature(f"sha256={given}", "secret")
        signature.feed(b"body")
        scales.pairs.clear()
        assert signature.is_right() == (given == right)
        assert [(len(left), len(other)) for left, other in scales.pairs] == [(32, 32)]


def comparisons(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of whatever compares a secret with something else than a literal."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            plain = any(isinstance(side, ast.Constant) for side in sides)
            by = any(isinstance(op, ast.Eq | ast.NotEq | ast.In | ast.NotIn) for op in node.ops)
            named = any(SECRET.search(_name(side)) for side in sides)
            if by and named and not plain and not any(_column(side) or _constant(side) for side in sides):
                yield node.lineno, ast.unparse(node)


def _name(side: ast.expr) -> str:
    return ast.unparse(side.func if isinstance(side, ast.Call) else side).replace("_", " ").lower()


def _column(side: ast.expr) -> bool:
    """A table's column: what is compared there, the database compares."""
    return (
        isinstance(side, ast.Attribute) and isinstance(side.value, ast.Attribute) and side.value.attr == "c"
    )


def _constant(side: ast.expr) -> bool:
    """The name of a key, or a list of such names, not a secret."""
    return isinstance(side, ast.Name) and side.id.isupper()


def test_nothing_else_compares_secrets() -> None:
    found = []
    for path in sorted((ROOT / "service").rglob("*.py")):
        source = path.read_text()
        if path != HOME:
            found += [f"{path.relative_to(ROOT)}:{line}: {text}" for line, text in comparisons(source)]
            assert "compare_digest" not in source, path
    assert not found


@pytest.mark.parametrize(
    "line",
    [
        "token == site.token",
        "self._hmac.hexdigest() != given",
        "request[TOKEN] in tokens",
        "headers['webhook-signature'] == right",
        "one.secret == other",
    ],
)
def test_the_rule_sees(line: str) -> None:
    assert list(comparisons(line))
