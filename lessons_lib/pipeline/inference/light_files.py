"""Write a checkpoint as the light files, which a web page reads without numpy."""

from __future__ import annotations

import json
from pathlib import Path

from lessons_lib.pipeline.embedding.table import pack_vocabulary
from lessons_lib.pipeline.inference.folded import folded_shares
from lessons_lib.pipeline.inference.one_text import HEAD, SHARES, VECTORS, WORDS
from lessons_lib.pipeline.model.checkpoint import Checkpoint


def write_light_files(checkpoint: Checkpoint, folder: Path) -> None:
    """Write the files that `LightPipeline.load` reads; equal checkpoints give identical bytes.

    Parameters
    ----------
    checkpoint : Checkpoint
        The trained model. Its vectors are rounded to float16, as in its own file.
    folder : Path
        Where to write them; it must exist.
    """
    head = {"weight": checkpoint.head_weight.tolist(), "bias": checkpoint.head_bias.tolist()}
    (folder / WORDS).write_bytes(pack_vocabulary(checkpoint.vocabulary).tobytes())
    (folder / SHARES).write_bytes(folded_shares(checkpoint).astype("<c8").tobytes())
    (folder / VECTORS).write_bytes(checkpoint.embedding.astype("<f2").tobytes())
    (folder / HEAD).write_text(json.dumps(head), encoding="utf-8")
