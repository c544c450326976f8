"""Looking for a guest column's author takes time in proportion to the text."""

import time

from service.statements.companies import Names
from service.statements.letters import columnist
from watchers.model import Block, BlockKind, Document


def test_twice_the_text_takes_twice_the_time() -> None:
    short, long = _spent(3), _spent(6)
    assert long < 20 * short  # with one expression that ignores case it is thousands of times as much


def _spent(clauses: int) -> float:
    text = "we give what the law asks of us in this and every other case " * clauses
    document = Document("", "", (Block(BlockKind.PARAGRAPH, text),) * 8, "text")
    return min(_once(document) for _ in range(3))


def _once(document: Document) -> float:
    start = time.perf_counter()
    columnist(document, Names())
    return time.perf_counter() - start
