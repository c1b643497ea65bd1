"""Make the shipped model that writes: its pieces, its words, and its weights, from the corpus.

Run `python -m lessons_lib.annexes.authoring.training.writer` with the extra `assets` installed.
It needs about a quarter of an hour of processor time.
"""

import datetime
import math
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.metadata import version

import torch
from torch import Tensor
from torch.nn import functional as F

from lessons_lib.annexes.authoring.training.small_model import ASSETS
from lessons_lib.pipeline.model.network import use_one_thread
from lessons_lib.pipeline.text.corpus import LabelledText, has_decent_words, load_corpus
from lessons_lib.pipeline.writing.small_gpt import SmallGPT, weight_shapes
from lessons_lib.pipeline.writing.writer import (
    END_OF_TEXT,
    IN_WORD,
    MOODS,
    SHIPPED_WRITER,
    TEXT_KINDS,
    Pieces,
    load_writer,
    save_writer,
)

N_PIECES = 1_024
FEWEST_USES = 3  # of a word in the film and product texts
OWN_TEXTS = ("movie", "amazon")
PHASES = (1, 8)  # of all texts, then of film and product texts: chosen on the validation split
BATCH_TOKENS = 1_536
MATRIX_RATE, OTHER_RATE, MOMENTUM = 0.02, 3e-3, 0.95
WARMUP = 100  # steps
DECAY, HIDDEN = 0.1, 0.1  # of the weights per rate, and the share of tokens hidden in training
IGNORED = -100  # a target that counts for nothing


def usable(texts: Sequence[LabelledText]) -> list[LabelledText]:
    """Return the texts without indecent words, addresses, links and copied tweets."""
    marks = ("@", "http", "www.", "RT ")
    return [
        one
        for one in texts
        if has_decent_words(one.text) and not any(mark in one.text for mark in marks)
    ]


def words_to_write(texts: Sequence[LabelledText]) -> list[str]:
    """Return the words that are repeatedly written in lowercase, so no names of people.

    Those that begin or end with a mark are left out, except a dash.
    """
    words = (word for one in texts for word in re.findall(f"{IN_WORD}+", one.text))
    counts = Counter(word for word in words if word == word.lower())
    bare = (word for word, count in counts.items() if count >= FEWEST_USES)
    return sorted(word for word in bare if word == word.strip("'-") or word == "--")


def learn_pieces(texts: Sequence[str]) -> Pieces:
    """Return the pieces that byte-pair encoding finds; none contains parts of two words."""
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    words = Regex(rf" ?{IN_WORD}+| ?(?:(?!{IN_WORD})\S)+| ")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(words, "isolated")
    trainer = trainers.BpeTrainer(
        vocab_size=N_PIECES - Pieces.FIRST,
        initial_alphabet=[chr(code) for code in range(32, 127)],
        limit_alphabet=95,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return Pieces(sorted(tokenizer.get_vocab(), key=tokenizer.get_vocab().__getitem__))


def as_rows(texts: Sequence[LabelledText], pieces: Pieces) -> list[list[int]]:
    """Return each text as ids: its mood, its kind, its pieces, and the end."""
    return [
        [MOODS[one.label], TEXT_KINDS[one.source], *pieces.encode(one.text)[0], END_OF_TEXT][:129]
        for one in texts
    ]


def batches(rows: list[list[int]], rng: random.Random) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield ids and targets, (n, t) each, of texts of about the same length."""
    rows = sorted(rows, key=lambda row: len(row) + rng.random() * 8)
    groups: list[list[list[int]]] = [[]]
    for row in rows:
        if (len(groups[-1]) + 1) * len(row) > BATCH_TOKENS:
            groups.append([])
        groups[-1].append(row)
    rng.shuffle(groups)
    for group in groups:
        longest = max(map(len, group))
        ids = torch.tensor([row + [END_OF_TEXT] * (longest - len(row)) for row in group])
        targets = torch.tensor([row + [IGNORED] * (longest - len(row)) for row in group])
        targets[:, 1] = IGNORED  # the kind is given
        yield ids[:, :-1], targets[:, 1:]


def with_hidden_tokens(ids: Tensor, generator: torch.Generator) -> Tensor:
    """Return ids, some of them hidden, so that the model doesn't learn texts by heart."""
    is_hidden = torch.rand(ids.shape, generator=generator) < HIDDEN
    is_hidden[:, :2] = False  # the mood and the kind
    return ids.masked_fill(is_hidden, END_OF_TEXT)


@torch.no_grad()
def step_matrices(matrices: Sequence[Tensor], momenta: Sequence[Tensor], rate: float) -> None:
    """Move matrices by Muon: along their momentum, with all its directions made about equal.

    Notes
    -----
    Keller Jordan et al., 2024. `torch.optim.Muon` computes the same in bfloat16, which takes 18
    times as long on a processor that has no instructions for it.
    """
    for matrix, momentum in zip(matrices, momenta, strict=True):
        gradient = matrix.grad if matrix.grad is not None else torch.zeros_like(matrix)
        momentum.lerp_(gradient, 1 - MOMENTUM)
        update = gradient.lerp(momentum, MOMENTUM)
        is_tall = matrix.shape[0] > matrix.shape[1]
        update = (update.T if is_tall else update) / update.norm().clamp(min=1e-7)
        for _ in range(5):  # Newton-Schulz
            square = update @ update.T
            update = 3.4445 * update + (2.0315 * square @ square - 4.775 * square) @ update
        size = rate * max(1, matrix.shape[0] / matrix.shape[1]) ** 0.5
        matrix *= 1 - rate * DECAY
        matrix -= size * (update.T if is_tall else update)


def train(phases: Sequence[tuple[list[list[int]], int]], seed: int = 0) -> dict[str, Tensor]:
    """Return weights trained on rows for some epochs, phase after phase."""
    generator = torch.Generator().manual_seed(seed)
    weights = {
        name: torch.ones(shape)
        if len(shape) == 1
        else torch.randn(shape, generator=generator) * 0.02
        for name, shape in weight_shapes(N_PIECES).items()
    }
    for one in weights.values():
        one.requires_grad_()
    matrices = [one for name, one in weights.items() if one.ndim == 2 and name[0].isdigit()]
    others = [one for name, one in weights.items() if one.ndim == 1 or not name[0].isdigit()]
    momenta = [torch.zeros_like(one) for one in matrices]
    adam = torch.optim.AdamW(others, lr=OTHER_RATE, betas=(0.9, 0.95), weight_decay=DECAY)
    rng, model = random.Random(seed), SmallGPT(weights)
    steps = [one for rows, epochs in phases for _ in range(epochs) for one in batches(rows, rng)]
    for step, (ids, targets) in enumerate(steps):
        part = step / len(steps)
        rate = min(1, (step + 1) / WARMUP) * (1 + math.cos(math.pi * part)) / 2
        adam.param_groups[0]["lr"] = OTHER_RATE * rate
        logits = model.logits(with_hidden_tokens(ids, generator))
        loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten())
        torch.autograd.backward(loss)
        adam.step()
        step_matrices(matrices, momenta, MATRIX_RATE * rate)
        for one in weights.values():
            one.grad = None
        if step % 200 == 0:
            print(f"step {step:,} of {len(steps):,}: {loss.item():.3f}", flush=True)
    return {name: one.detach() for name, one in weights.items()}


@torch.inference_mode()
def perplexity(model: SmallGPT, rows: list[list[int]]) -> float:
    """Return exp of the mean loss per piece, the ends included."""
    total, count = 0.0, 0
    for ids, targets in batches(rows, random.Random(0)):
        logits = model.logits(ids).flatten(0, 1)
        total += float(F.cross_entropy(logits, targets.flatten(), reduction="sum"))
        count += int((targets != IGNORED).sum())
    return math.exp(total / count)


def main() -> None:
    """Write the asset and print its perplexity."""
    use_one_thread()  # so that the same machine gives the same bytes
    corpus = load_corpus()
    texts = usable(corpus.train)
    own = [one for one in texts if one.source in OWN_TEXTS]
    pieces = learn_pieces([" ".join(one.text.split()) for one in own])
    weights = train([(as_rows(texts, pieces), PHASES[0]), (as_rows(own, pieces), PHASES[1])])
    held_out = [one for one in usable(corpus.validation) if one.source in OWN_TEXTS]
    provenance = {
        "sources": ["vaderSentiment 3.3.2: texts and ratings (MIT); Hutto & Gilbert, ICWSM 2014"],
        "license": "BSD-3-Clause, as the rest of lessons-lib",
        "command": "python -m lessons_lib.annexes.authoring.training.writer",
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        "versions": {name: version(name) for name in ("torch", "tokenizers")},
        "recipe": {"epochs": PHASES, "batch_tokens": BATCH_TOKENS, "hidden": HIDDEN, "seed": 0},
        "texts": {"train": len(texts), "of films and products": len(own)},
        "perplexity": perplexity(SmallGPT(weights), as_rows(held_out, pieces)),
    }
    save_writer(ASSETS / SHIPPED_WRITER, weights, pieces.pieces, words_to_write(own), provenance)
    loaded = load_writer()
    print(loaded, provenance["perplexity"], perplexity(loaded.model, as_rows(held_out, pieces)))


if __name__ == "__main__":
    main()
