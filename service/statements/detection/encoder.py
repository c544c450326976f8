"""A small transformer encoder run with numpy: what a sentence says, as one number a label.

The shape is MiniLM's (Wang et al. 2020): six layers of 384, twelve heads; fine-tuned by `scripts.train`.
Three members read: the lower layers are common to all, the upper ones were trained apart, and their logits are
averaged (an ensemble errs less than its members: Dietterich 2000). The first two were taught alike and count, together,
as much as the third. Weights are stored as signed bytes with one scale a row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from service.statements.detection.wordpiece import WordPieces

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

HEADS = 12
_BATCH_PIECES = 2048
"""Pieces read at once: enough for the matrix products, little enough for the cache."""
_HIDE = np.float32(-1e4)
_GELU = np.float32(0.7978845608)
CLEAR = np.float32(-5.0)
"""Relevance logit under which the first member's word is enough, where the linear judge agrees with it."""
DOUBTED = np.float32(-3.0)
"""Mean relevance logit under which no further member is asked, whatever the linear judge says."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One transformer layer; matrices are (in, out)."""

    attend: Floats
    attend_bias: Floats
    out: Floats
    out_bias: Floats
    norm1: Floats
    widen: Floats
    widen_bias: Floats
    narrow: Floats
    narrow_bias: Floats
    norm2: Floats


@dataclass(frozen=True, slots=True)
class Member:
    """What one member has of its own: upper layers and a head, (2 * size, labels)."""

    layers: tuple[Layer, ...]
    head: Floats
    bias: Floats

    def judge(self, x: Floats, mine: Floats, hidden: Floats) -> Floats:
        """Logits (n, labels) of what the common layers made, (n, t, size); `mine` (n, t) marks the sentence's own."""
        counts = mine.sum(axis=1, keepdims=True)
        own = int(counts.max())
        for layer in self.layers[:-1]:
            x = _apply(layer, x, hidden)
        x = _apply(self.layers[-1], x, hidden, own)
        mean = np.einsum("btd,bt->bd", x, mine[:, :own]) / counts
        return np.concatenate([x[:, 0], mean], axis=1) @ self.head + self.bias


class Encoder:
    """Sentences in context → one logit a label, shape (n, labels)."""

    def __init__(self, weights: Mapping[str, npt.NDArray[np.generic]]) -> None:
        vocabulary = bytes(weights["vocabulary"].astype(np.uint8)).decode().split("\n")
        self._pieces = WordPieces({piece: number for number, piece in enumerate(vocabulary)})
        self._words = weights["words.q"].astype(np.int8)
        self._word_scales = weights["words.s"].astype(np.float32)
        self._places = weights["places"].astype(np.float32)
        self._sides = weights["sides"].astype(np.float32)
        self._norm = weights["norm"].astype(np.float32)
        common = int(weights["common"])
        self._common = tuple(_layer(weights, f"layer{i}.") for i in range(common))
        self._members = tuple(
            Member(
                tuple(_layer(weights, f"{name}layer{i}.") for i in range(common, int(weights["layers"]))),
                weights[name + "head"].astype(np.float32),
                weights[name + "head_bias"].astype(np.float32),
            )
            for name in (f"member{m}." for m in range(int(weights["members"])))
        )

    def read(self, texts: Sequence[tuple[str, str, str]], liked: Flags) -> Floats:
        """Logits of (text, heading, prev) each, in order; `liked` (n): relevant to the linear judge."""
        pieces = [self._pieces.read(*text) for text in texts]
        order = sorted(range(len(pieces)), key=lambda i: len(pieces[i][0]))
        found = np.zeros((len(pieces), len(self._members[0].bias)), np.float32)
        start = 0
        while start < len(order):
            size = max(1, _BATCH_PIECES // len(pieces[order[min(start + 31, len(order) - 1)]][0]))
            batch = order[start : start + size]
            found[batch] = self._forward([pieces[i] for i in batch], liked[batch])
            start += size
        return found

    def states(self, text: str) -> tuple[list[int], Floats]:
        """The pieces of a sentence read alone, and what they are after some layers of the first member.

        The layers are those that are common, the middle one and the last: (3, pieces, size).
        """
        pieces, own = self._pieces.read(text, "", "")
        x, _, hidden = self._begun([(pieces, own)])
        upper = self._members[0].layers
        seen = [x]
        for number, layer in enumerate(upper, start=1):
            x = _apply(layer, x, hidden)
            if number in (len(upper) // 2, len(upper)):
                seen.append(x)
        return pieces[:own], np.stack([one[0, :own] for one in seen])

    def _forward(self, batch: Sequence[tuple[list[int], int]], liked: Flags) -> Floats:
        x, own_pieces, hidden = self._begun(batch)
        said = self._members[0].judge(x, own_pieces, hidden)
        for number, member in enumerate(self._members[1:], start=1):
            open_ = np.flatnonzero(asked(number, said, liked))
            if not len(open_):
                break
            one = member.judge(x[open_], own_pieces[open_], hidden[open_])
            said[open_] = (said[open_] + one) / np.float32(2)
        return said

    def _begun(self, batch: Sequence[tuple[list[int], int]]) -> tuple[Floats, Floats, Floats]:
        """What the common layers make of a batch, which pieces are the sentences' own, and what is to be hidden."""
        width = max(len(numbers) for numbers, _ in batch)
        numbers = np.zeros((len(batch), width), np.int64)
        own = np.array([count for _, count in batch])
        lengths = np.array([len(n) for n, _ in batch])
        for row, (pieces, _) in enumerate(batch):
            numbers[row, : len(pieces)] = pieces
        at = np.arange(width)
        mine = at[None, :] < own[:, None]
        x = self._words[numbers] * self._word_scales[numbers][..., None]
        x += self._places[:width]
        x += np.where(mine[..., None], self._sides[0], self._sides[1])
        x = _normal(x, self._norm)
        hidden = np.where(at[None, :] < lengths[:, None], np.float32(0), _HIDE)[:, None, None, :]
        for layer in self._common:
            x = _apply(layer, x, hidden)
        return x, mine.astype(np.float32), hidden


def asked(number: int, said: Floats, liked: Flags) -> Flags:
    """Which of n sentences member `number` (from 1) reads, by what those before it said, (n, labels).

    The second reads unless the first and the linear judge both say no; the third only where the first two leave doubt.
    """
    if number == 1:
        return np.asarray((said[:, 0] >= CLEAR) | liked)
    return np.asarray(said[:, 0] >= DOUBTED)


def _layer(weights: Mapping[str, npt.NDArray[np.generic]], prefix: str) -> Layer:
    def matrix(name: str) -> Floats:
        rows = weights[prefix + name + ".q"].astype(np.float32)
        return np.ascontiguousarray((rows * weights[prefix + name + ".s"].astype(np.float32)[:, None]).T)

    def vector(name: str) -> Floats:
        return weights[prefix + name].astype(np.float32)

    return Layer(
        matrix("attend"),
        vector("attend_bias"),
        matrix("out"),
        vector("out_bias"),
        vector("norm1"),
        matrix("widen"),
        vector("widen_bias"),
        matrix("narrow"),
        vector("narrow_bias"),
        vector("norm2"),
    )


def _apply(layer: Layer, x: Floats, hidden: Floats, kept: int | None = None) -> Floats:
    """One layer over (n, t, size); of the result the first `kept` of t, where the others are wanted no more."""
    count, width, size = x.shape
    query, key, value = _attended(layer, x, kept or width)
    scores: Floats = query @ key.transpose(0, 1, 3, 2)
    scores *= np.float32((size // HEADS) ** -0.5)
    scores += hidden
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    seen: Floats = np.matmul(scores, value).transpose(0, 2, 1, 3).reshape(-1, size)
    own: Floats = x[:, :kept].reshape(-1, size)
    flat = _normal(own + (seen @ layer.out + layer.out_bias), layer.norm1)
    wide = flat @ layer.widen + layer.widen_bias
    flat = _normal(flat + (_gelu(wide) @ layer.narrow + layer.narrow_bias), layer.norm2)
    return flat.reshape(count, -1, size)


def _attended(layer: Layer, x: Floats, kept: int) -> tuple[Floats, Floats, Floats]:
    """Queries of the first `kept` places, keys and values of all: (n, heads, places, size / heads) each."""
    count, width, size = x.shape
    flat = x.reshape(-1, size)
    if kept == width:
        mixed = (flat @ layer.attend + layer.attend_bias).reshape(count, width, 3, HEADS, size // HEADS)
        query, key, value = mixed.transpose(2, 0, 3, 1, 4)
        return query, key, value
    asked = x[:, :kept].reshape(-1, size) @ layer.attend[:, :size] + layer.attend_bias[:size]
    query = asked.reshape(count, kept, HEADS, size // HEADS).transpose(0, 2, 1, 3)
    mixed = flat @ layer.attend[:, size:] + layer.attend_bias[size:]
    key, value = mixed.reshape(count, width, 2, HEADS, size // HEADS).transpose(2, 0, 3, 1, 4)
    return query, key, value


def _gelu(x: Floats) -> Floats:
    """Gaussian error linear unit by its tanh approximation (Hendrycks & Gimpel 2016)."""
    inner = x * x
    inner *= np.float32(0.044715)
    inner += np.float32(1)
    inner *= x
    inner *= _GELU
    np.tanh(inner, out=inner)
    inner += np.float32(1)
    inner *= x
    inner *= np.float32(0.5)
    return inner


def _normal(x: Floats, scale_shift: Floats) -> Floats:
    x = x - x.mean(axis=-1, keepdims=True)
    spread = np.einsum("...d,...d->...", x, x)[..., None] / np.float32(x.shape[-1])
    x /= np.sqrt(spread + np.float32(1e-12))
    x *= scale_shift[0]
    x += scale_shift[1]
    return x
