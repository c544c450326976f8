import time
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from service.diff.assignment import best_pairs

CELLS = st.dictionaries(
    st.tuples(st.integers(0, 3), st.integers(0, 3)), st.integers(1, 100).map(lambda n: n / 100), max_size=12
)


def brute(scores: dict[tuple[int, int], float]) -> float:
    best = 0.0
    for order in permutations(range(4)):
        best = max(best, sum(scores.get((i, j), 0.0) for i, j in enumerate(order)))
    return best


@given(CELLS)
def test_best_of_all_pairings(scores: dict[tuple[int, int], float]) -> None:
    pairs = best_pairs(scores)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    assert all(pair in scores for pair in pairs)
    assert abs(sum(scores[p] for p in pairs) - brute(scores)) < 1e-9


def test_not_greedy() -> None:
    assert best_pairs({(0, 0): 0.9, (0, 1): 0.8, (1, 0): 0.8}) == [(0, 1), (1, 0)]


def test_a_thousand_that_all_look_alike() -> None:
    scores = {(i, j): 0.9 for i in range(400) for j in range(max(0, i - 5), min(400, i + 5))}
    began = time.process_time()
    pairs = best_pairs(scores)
    assert time.process_time() - began < 5.0
    assert len(pairs) > 200
