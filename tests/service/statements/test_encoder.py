"""The encoder's members: what is common to them, whose word is enough, and how they are averaged."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from service.statements.detection.encoder import CLEAR, DOUBTED, Encoder, asked

SIZE, WIDE, LABELS = 24, 48, 3
NONE, ALL = np.zeros(3, bool), np.ones(3, bool)
PIECES = ("[UNK]", "[CLS]", "[SEP]", ":", "we", "never", "share", "data", ".")
TEXTS = [("We never share data.", "", ""), ("We share.", "Data", "We never share."), ("Quillnet", "", "")]
Arrays = dict[str, npt.NDArray[np.generic]]


def weights(bias: tuple[float, ...]) -> Arrays:
    """Two layers, the first common; one member for each `bias` of the relevance logit."""
    dice = np.random.default_rng(1)
    found: Arrays = {
        "layers": np.array(2),
        "common": np.array(1),
        "members": np.array(len(bias)),
        "vocabulary": np.frombuffer("\n".join(PIECES).encode(), np.uint8),
        "words.q": dice.integers(-127, 127, (len(PIECES), SIZE)).astype(np.int8),
        "words.s": np.full(len(PIECES), 0.01, np.float32),
        "places": dice.normal(size=(64, SIZE)).astype(np.float16),
        "sides": dice.normal(size=(2, SIZE)).astype(np.float16),
        "norm": np.stack([np.ones(SIZE), np.zeros(SIZE)]).astype(np.float32),
    }
    shapes = {"attend": (3 * SIZE, SIZE), "out": (SIZE, SIZE), "widen": (WIDE, SIZE), "narrow": (SIZE, WIDE)}
    for prefix in ("layer0.", *(f"member{m}.layer1." for m in range(len(bias)))):
        for name, shape in shapes.items():
            found[f"{prefix}{name}.q"] = dice.integers(-127, 127, shape).astype(np.int8)
            found[f"{prefix}{name}.s"] = np.full(shape[0], 0.01, np.float32)
            found[f"{prefix}{name}_bias"] = dice.normal(size=shape[0]).astype(np.float32)
        found[prefix + "norm1"] = found[prefix + "norm2"] = found["norm"]
    for member, relevance in enumerate(bias):
        found[f"member{member}.head"] = dice.normal(scale=0.01, size=(2 * SIZE, LABELS)).astype(np.float32)
        found[f"member{member}.head_bias"] = np.array([relevance, 0.0, 0.0], np.float32)
    return found


def alone(all_of_them: Arrays, member: int) -> Arrays:
    """The same weights with one member only."""
    found = {name: value for name, value in all_of_them.items() if not name.startswith("member")}
    own = f"member{member}."
    found |= {
        "member0." + name.removeprefix(own): value
        for name, value in all_of_them.items()
        if name.startswith(own)
    }
    return found | {"members": np.array(1)}


def test_members_are_averaged() -> None:
    both = weights((0.0, 2.0))
    first, second = (Encoder(alone(both, member)).read(TEXTS, NONE) for member in (0, 1))

    assert Encoder(both).read(TEXTS, NONE) == pytest.approx((first + second) / 2, abs=1e-4)
    assert np.abs(first - second).max() > 1


def test_where_the_first_is_clear_it_decides_alone() -> None:
    both = weights((float(CLEAR) - 3, 9.0))
    first = Encoder(alone(both, 0)).read(TEXTS, NONE)

    assert not asked(1, first, NONE).any()
    assert Encoder(both).read(TEXTS, NONE) == pytest.approx(first, abs=1e-5)


def test_the_first_decides_nothing_against_the_linear_judge() -> None:
    both = weights((float(CLEAR) - 3, 9.0))
    first, second = (Encoder(alone(both, member)).read(TEXTS, ALL) for member in (0, 1))

    assert Encoder(both).read(TEXTS, ALL) == pytest.approx((first + second) / 2, abs=1e-4)


def test_the_third_counts_as_much_as_the_first_two() -> None:
    all_three = weights((0.0, 2.0, 4.0))
    each = [Encoder(alone(all_three, member)).read(TEXTS, NONE) for member in range(3)]

    wanted = (each[0] + each[1]) / 4 + each[2] / 2
    assert Encoder(all_three).read(TEXTS, NONE) == pytest.approx(wanted, abs=1e-4)


def test_the_third_is_not_asked_where_the_first_two_leave_no_doubt() -> None:
    all_three = weights((float(DOUBTED) - 4, float(DOUBTED) - 4, 9.0))
    first, second = (Encoder(alone(all_three, member)).read(TEXTS, ALL) for member in (0, 1))

    assert not asked(2, (first + second) / np.float32(2), ALL).any()
    assert Encoder(all_three).read(TEXTS, ALL) == pytest.approx((first + second) / 2, abs=1e-4)


def test_sentences_of_a_batch_do_not_touch_each_other() -> None:
    encoder = Encoder(weights((0.0, 1.0)))
    assert encoder.read(TEXTS, NONE) == pytest.approx(
        np.concatenate([encoder.read([text], NONE[:1]) for text in TEXTS]), abs=1e-4
    )


def test_an_unknown_word_is_read_as_such() -> None:
    encoder = Encoder(weights((0.0,)))
    known, other, same = encoder.read([("We share.", "", ""), ("We zzz.", "", ""), ("We qqq.", "", "")], NONE)
    assert other == pytest.approx(same, abs=1e-5)
    assert np.abs(known - other).max() > 1e-4
