"""The map of the pipeline: six stages with their shapes, and the reader's current stage.

The map is plain HTML, not a widget: stored outputs show it before anything has run, and JupyterLab
makes its relative links open notebooks. Its sanitizer removes the style sheet and the `aria-`
attributes from untrusted outputs, but keeps inline styles, so the boxes remain visible.
"""

from __future__ import annotations

from html import escape

from lessons_lib.arguments import check_text
from lessons_lib.practice.course import Stage, course
from lessons_lib.widgets.page import styles

TRAINING = "training"

_TRAINING_LESSON = "05_training"
_LIST = "display: flex; flex-wrap: wrap; gap: 8px; list-style-type: none; margin: 0; padding: 0"
_BOX = "flex: 1 1 150px; border-radius: 8px; padding: 8px 10px; margin: 0"
_BORDER = "border: 1px solid #80808080"
_HERE_BORDER = "border: 2px solid #1976d2"


class StageMap:
    """A map of the six stages with links to their notebooks.

    Parameters
    ----------
    here : str or None
        The stage to mark with "you are here": `text`, `preprocessing`, `embedding`, `batch`,
        `realtime`, `output`, or `training` for the separate box. None marks nothing.

    Raises
    ------
    TypeError
        If `here` is neither a string nor None.
    ValueError
        If no stage has that name.
    """

    def __init__(self, here: str | None = None) -> None:
        self._stages = course().stages
        names = [*(stage.slug for stage in self._stages), TRAINING]
        if here is not None:
            check_text("StageMap(here=...)", here, "the name of a stage")
            if here not in names:
                known = ", ".join(names)
                raise ValueError(f"StageMap(here=...) must be one of {known}; got {here!r}.")
        self.here = here

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
        boxes = [
            self._stage_box(number, stage) for number, stage in enumerate(self._stages, start=1)
        ]
        boxes.append(self._training_box())
        return "\n".join(
            (
                '<nav class="lessons-stage-map" aria-label="Stages of the pipeline">',
                f"<style>\n{styles('stages/map.css')}</style>",
                f'<ul style="{_LIST}">',
                *boxes,
                "</ul>",
                *self._here_line(),
                "</nav>",
            )
        )

    def _stage_box(self, number: int, stage: Stage) -> str:
        shapes = (("in", stage.shape_in), ("out", stage.shape_out))
        lines = f"<br><small>{escape(stage.does)}</small>"
        lines += "".join(f"<br><small>{way}: {escape(shape)}</small>" for way, shape in shapes)
        return self._box(stage.slug, f"{number}. ", stage.title, stage.lesson, lines)

    def _training_box(self) -> str:
        line = "<br><small>before inference: sets the weights</small>"
        return self._box(TRAINING, "", "Training", _TRAINING_LESSON, line)

    def _box(self, slug: str, number: str, title: str, slug_of_lesson: str, lines: str) -> str:
        here = slug == self.here
        current = ' aria-current="step"' if here else ""
        link = (
            f'<a href="{slug_of_lesson}.ipynb"{current}'
            f' data-lm-suppress-shortcuts="true">{escape(title)}</a>'
        )
        kind = f"stage-{slug} stage-here" if here else f"stage-{slug}"
        style = f"{_BOX}; {_HERE_BORDER if here else _BORDER}"
        return f'<li class="{kind}" style="{style}"><strong>{number}{link}</strong>{lines}</li>'

    def _here_line(self) -> tuple[str, ...]:
        if self.here is None:
            return ()
        if self.here == TRAINING:
            where = "Training, where the weights of both modes are set."
        else:
            slugs = [stage.slug for stage in self._stages]
            index = slugs.index(self.here)
            where = f"stage {index + 1} of {len(slugs)}, {self._stages[index].does}."
        return (f'<p style="margin: 8px 0 0"><strong>You are here:</strong> {escape(where)}</p>',)
