"""The model behind `lessons predict`, loaded or refused in words."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from lessons_lib.commands.console import CommandError

if TYPE_CHECKING:
    from lessons_lib.inference.prediction import Pipeline


@functools.cache
def loaded_pipeline() -> Pipeline:
    """Return the folded path of the shipped model, loaded once.

    Raises
    ------
    CommandError
        If a package is missing, or the checkpoint is.
    """
    try:
        from lessons_lib.inference.folded import FoldedPipeline
        from lessons_lib.model.checkpoint import CheckpointError
    except ImportError as error:
        message = f"A package is missing or broken ({error}): `lessons check` says which."
        raise CommandError(message) from error
    try:
        return FoldedPipeline.load()
    except (CheckpointError, OSError) as error:
        message = f"The model cannot be read: {error} Install the lessons again."
        raise CommandError(message) from error
