"""For notebook 08: the shares of words, confidence, failures and drift."""

from html import escape

from IPython.display import display

from lessons_lib.lesson.explorations.drift import measure_drift
from lessons_lib.lesson.explorations.failures import failure_shares
from lessons_lib.lesson.plots.style import CLASS_COLORS, display_table
from lessons_lib.lesson.plots.texts import plot_confidence
from lessons_lib.pipeline.inference.prediction import PredictionTrace
from lessons_lib.pipeline.text.label import LABELS

_CHIP = (
    "display: inline-block; margin: 2px 6px 2px 0; padding: 2px 8px; border-radius: 6px; "
    "vertical-align: top; border-bottom: 4px solid"
)


def show_shares(*traces: PredictionTrace) -> None:
    """Display the words of texts as chips: what each adds to the logits, and where most of it goes.

    The color below a word is that of the class to which it adds most.
    """
    pages, lines = [], []
    for trace in traces:
        label = trace.prediction.label
        head = f"{label.sign} {label} ({max(trace.probabilities):.2f})"
        lines.append(f"{trace.text}: {head}")
        chips = []
        for token, shares in zip(trace.tokens, trace.shares, strict=True):
            adds = [f"{one.sign} {share:+.2f}" for one, share in zip(LABELS, shares, strict=True)]
            lines.append(f"  {token}: {', '.join(adds)}")
            small = "".join(f"<small><br>{one}</small>" for one in adds)
            style = f"{_CHIP} {CLASS_COLORS[int(shares.argmax())]}"
            chips.append(f'<span style="{style}"><b>{escape(token)}</b>{small}</span>')
        pages.append(f"<p>{escape(trace.text)}: <b>{head}</b><br>{''.join(chips)}</p>")
    bundle = {"text/html": "".join(pages), "text/plain": "\n".join(lines)}
    display(bundle, raw=True)  # type: ignore[no-untyped-call]
