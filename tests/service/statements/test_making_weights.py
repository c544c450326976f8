"""How the detector's weights are packed, averaged and barred when they are made."""

from __future__ import annotations

import numpy as np
import pytest

from scripts.linear import bars
from scripts.packed import coarse, packed
from scripts.train import averaged
from service.statements.detection.encoder import CLEAR, DOUBTED

SIZE, WIDE = 16, 32


def member(dice: np.random.Generator) -> dict[str, np.ndarray]:
    """As training leaves one: six layers and a head."""
    shapes = {"attend": (3 * SIZE, SIZE), "out": (SIZE, SIZE), "widen": (WIDE, SIZE), "narrow": (SIZE, WIDE)}
    found = {"words": dice.normal(size=(30, SIZE)), "places": dice.normal(size=(8, SIZE))}
    found |= {"sides": dice.normal(size=(2, SIZE)), "norm": dice.normal(size=(2, SIZE))}
    found |= {"head": dice.normal(size=(2 * SIZE, 17)), "head_bias": dice.normal(size=17)}
    for layer in range(6):
        for name, shape in shapes.items():
            found[f"layer{layer}.{name}"] = dice.normal(size=shape)
            found[f"layer{layer}.{name}_bias"] = dice.normal(size=shape[0])
        found[f"layer{layer}.norm1"] = found[f"layer{layer}.norm2"] = dice.normal(size=(2, SIZE))
    return {name: values.astype(np.float16) for name, values in found.items()}


def test_a_packed_row_is_at_most_half_a_step_off() -> None:
    dice = np.random.default_rng(3)
    given = [member(dice), member(dice)]
    found = packed(given, np.frombuffer(b"we\nnever", np.uint8))

    for name, rows in (("member0.layer4.out", given[0]["layer4.out"]), ("words", given[1]["words"])):
        steps, scale = found[name + ".q"], found[name + ".s"]
        assert steps.dtype == np.int8
        assert np.abs(steps * scale[:, None] - rows).max() <= scale.max() / 2 + 1e-6
        assert len(np.unique(steps)) < 127


def test_what_is_common_is_written_once() -> None:
    dice = np.random.default_rng(3)
    found = packed([member(dice), member(dice)], np.frombuffer(b"we", np.uint8))

    assert {"layer0.out.q", "layer1.out.q", "member1.layer2.out.q", "member1.head"} <= found.keys()
    assert not {"layer2.out.q", "member0.layer1.out.q", "words", "head"} & found.keys()
    assert int(found["members"]) == 2


def test_the_linear_weights_keep_their_size() -> None:
    weights = np.random.default_rng(3).normal(size=(50, 17)).astype(np.float16)
    assert np.abs(coarse(weights).astype(float) - weights).max() <= 1 / 128 + 1e-3


def test_held_out_logits_are_averaged_as_the_encoder_does() -> None:
    """Three sentences: no doubt for the first two members, for the first alone, for none of them."""
    low, mid, high = float(DOUBTED) - 1, float(CLEAR) - 1, 1.0
    logits = np.array([[[low], [mid], [high]], [[low], [high], [high]], [[9.0], [9.0], [4.0]]], np.float32)

    assert averaged(logits, np.zeros(3, bool))[:, 0] == pytest.approx([low, mid, 2.5])
    assert averaged(logits, np.ones(3, bool))[:, 0] == pytest.approx([low, (mid + high) / 4 + 4.5, 2.5])


def test_categories_have_one_bar_and_relevance_its_own() -> None:
    dice = np.random.default_rng(3)
    scores = dice.random((4000, 17)).astype(np.float32)
    answers = (dice.random((4000, 17)) < scores).astype(np.float32)
    found = bars(scores, answers)

    assert found.shape == (17,)
    assert np.all(found[1:] == found[1])
    assert 0.25 < found[0] < 0.5


def test_of_two_bars_as_good_the_stricter_is_taken() -> None:
    scores = np.repeat(np.linspace(0, 1, 1000, dtype=np.float32)[:, None], 17, axis=1)
    answers = (scores > 0.7).astype(np.float32)
    answers[(scores < 0.7) & (scores > 0.4)] = 0
    scores[(scores < 0.7) & (scores > 0.4)] = 0.1

    assert bars(scores, answers)[0] > 0.6
