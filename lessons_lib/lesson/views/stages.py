"""The map of the pipeline: six stages with their shapes, and the reader's current stage.

The map is plain HTML, not a widget: stored outputs show it before anything has run, and JupyterLab
makes its relative links open notebooks. Its sanitizer removes the style sheet and the `aria-`
attributes from untrusted outputs, but keeps inline styles, so the boxes remain visible.
"""

from collections.abc import Mapping, Sequence
from html import escape

from lessons_lib.classroom.course import Stage, course
from lessons_lib.classroom.widgets.page import styles

TRAINING = "training"
MAP_TEXTS = ("I love sunny days", "What a waste of time", "How is the weather?")  # of all labels

_TRAINING_LESSON = "05_training"
BOXES = "display: flex; flex-wrap: wrap; gap: 8px; list-style-type: none; margin: 0; padding: 0"
_BOX = "flex: 1 1 150px; border-radius: 8px; padding: 8px 10px; margin: 0"
_STEP = "border-radius: 8px; padding: 1px 10px; margin: 0"
_BORDER = "border: 1px solid #80808080"
_HERE_BORDER = "border: 2px solid #8e6be8"


class StageMap:
    """A map of the six stages with links to their notebooks.

    Parameters
    ----------
    here : str or None
        The stage to mark as the reader's: `text`, `preprocessing`, `embedding`, `batch`,
        `realtime`, `output`, or `training` for the separate box. None marks nothing.
    examples : mapping of str to str
        A sample output for each stage, by the stage's name; shown after the stage's shapes.
    is_large : bool
        Whether each stage is a box with its shapes. Otherwise the stages are one row of steps, and
        a line below it shows the shapes of the step that has the focus or the pointer.

    Raises
    ------
    ValueError
        If no stage has that name.
    """

    def __init__(
        self,
        here: str | None = None,
        *,
        examples: Mapping[str, str] | None = None,
        is_large: bool = False,
    ) -> None:
        self._stages = course().stages
        names = [*(stage.slug for stage in self._stages), TRAINING]
        if here is not None and here not in names:
            known = ", ".join(names)
            raise ValueError(f"StageMap(here=...) must be one of {known}; got {here!r}.")
        self.here = here
        self._examples = examples or {}
        self._is_large = is_large

    def __repr__(self) -> str:
        return " → ".join(map(self._name, range(3))) + (
            f"\n→ {self._name(3)} or {self._name(4)}"
            f"\n→ {self._name(5)}"
            f"\n{self._marked('Training', TRAINING)} sets the weights before inference."
        )

    def _name(self, index: int) -> str:
        stage = self._stages[index]
        return self._marked(f"{index + 1}. {stage.title}", stage.slug)

    def _marked(self, name: str, slug: str) -> str:
        return f"[{name}: you are here]" if slug == self.here else name

    def _repr_html_(self) -> str:
        boxes = [self._stage(number, stage) for number, stage in enumerate(self._stages, start=1)]
        boxes.append(self._training())
        size = "stages-large" if self._is_large else "stages-small"
        return "\n".join(
            (
                f'<nav class="lessons-stage-map {size}" aria-label="Stages of the pipeline">',
                f"<style>\n{styles('lesson/views/stages/map.css')}</style>",
                f'<ul style="{BOXES}">',
                *boxes,
                "</ul>",
                "</nav>",
            )
        )

    def _stage(self, number: int, stage: Stage) -> str:
        example = self._examples.get(stage.slug)
        shapes = f"{stage.shape_in} → {stage.shape_out}"
        if self._is_large:
            lines = [stage.does, f"in: {stage.shape_in}", f"out: {stage.shape_out}"]
            lines += [f"for example {example}"] if example else []
            return self._box(stage.slug, f"{number}. ", stage.title, stage.lesson, lines)
        about = f"{stage.title}: {shapes}" + (f", for example {example}" if example else "")
        return self._box(stage.slug, "", stage.step, stage.lesson, [about])

    def _training(self) -> str:
        line = "sets the weights before inference"
        lines = [line if self._is_large else f"Training {line}"]
        return self._box(TRAINING, "", "Training", _TRAINING_LESSON, lines)

    def _box(self, slug: str, number: str, title: str, lesson: str, lines: Sequence[str]) -> str:
        here = slug == self.here
        about = "" if self._is_large else f' aria-description="{escape(lines[0])}"'
        current = ' aria-current="step"' if here else ""
        link = (
            f'<a href="{lesson}.ipynb"{current}{about}'
            f' data-lm-suppress-shortcuts="true">{escape(title)}</a>'
        )
        kind = f"stage-{slug} stage-here" if here else f"stage-{slug}"
        style = f"{_BOX if self._is_large else _STEP}; {_HERE_BORDER if here else _BORDER}"
        if self._is_large:
            text = "".join(f"<br><small>{escape(line)}</small>" for line in lines)
        else:  # without the style sheet only the link remains
            text = f'<small style="display: none">{escape(lines[0])}</small>'
        return f'<li class="{kind}" style="{style}"><strong>{number}{link}</strong>{text}</li>'


def show_stages(here: str | None = None, *, is_large: bool = False) -> StageMap:
    """Return a map of the six stages, with examples that the pipeline computes now.

    Parameters
    ----------
    here, is_large : str, bool
        See `StageMap`.
    """
    return StageMap(here, examples=_examples(), is_large=is_large)


def _examples() -> dict[str, str]:
    """Return what leaves each stage for three short texts; the map alone needs no numpy."""
    from lessons_lib.pipeline.inference.folded import FoldedPipeline
    from lessons_lib.pipeline.model.checkpoint import load_checkpoint
    from lessons_lib.pipeline.text.label import LABELS
    from lessons_lib.pipeline.text.preprocess import preprocess

    tokens = preprocess(MAP_TEXTS[0])
    shipped = load_checkpoint()
    vector = shipped.embedding[shipped.vocabulary.id_of(tokens[1])]  # (50,)
    rows = [list(one) for one in FoldedPipeline.load().probabilities(MAP_TEXTS).tolist()]  # (3, 3)
    first, second, _ = ("[" + ", ".join(f"{p:.2f}" for p in row) + "]" for row in rows)
    labels = [str(LABELS[row.index(max(row))]) for row in rows]
    return {
        "text": ", ".join(f"“{text}”" for text in MAP_TEXTS),
        "preprocessing": str(tokens),
        "embedding": f"{tokens[1]}: [{vector[0]:.2f}, {vector[1]:.2f}, …]".replace("-", "−"),
        "batch": f"[{first}, {second}, …]",
        "realtime": first,
        "output": ", ".join(labels),
    }
