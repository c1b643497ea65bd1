"""A checkpoint as light files, which a web page reads without numpy."""

from __future__ import annotations

import json

from lessons_lib.pipeline.embedding.table import pack_vocabulary
from lessons_lib.pipeline.inference.folded import folded_shares
from lessons_lib.pipeline.inference.one_text import HEAD, SHARES, VECTORS, WORDS
from lessons_lib.pipeline.model.checkpoint import Checkpoint


def light_files(checkpoint: Checkpoint) -> dict[str, bytes]:
    """Return the files that `LightPipeline.load` reads, by name.

    Equal checkpoints give identical bytes. The vectors are rounded to float16, as in the
    checkpoint's own file.
    """
    head = {"weight": checkpoint.head_weight.tolist(), "bias": checkpoint.head_bias.tolist()}
    return {
        WORDS: pack_vocabulary(checkpoint.vocabulary).tobytes(),
        SHARES: folded_shares(checkpoint).astype("<c8").tobytes(),
        VECTORS: checkpoint.embedding.astype("<f2").tobytes(),
        HEAD: json.dumps(head).encode(),
    }
