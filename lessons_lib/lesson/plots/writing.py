"""Plot what the next token costs, without a cache and with one."""

from __future__ import annotations

from collections.abc import Mapping

from lessons_lib.lesson.plots import style


def plot_next_token(seconds: Mapping[str, Mapping[int, float]], *, note: str = "") -> None:
    """Plot the time for the next token against the length of the text so far.

    Parameters
    ----------
    seconds : mapping of names to mappings of lengths to seconds
        What `time_next_token` returns; the first way is the one without the cache.
    note : str
        Where and how it was measured; shown below the figure.
    """
    figure, axes = style.new_figure()
    for (name, times), color in zip(seconds.items(), (style.GRAY, style.BLUE), strict=True):
        lengths, ms = list(times), [1000 * one for one in times.values()]
        axes.plot(lengths, ms, color=color, marker="o", markersize=4)
        style.name_point(axes, name, (lengths[-1], ms[-1]), (0, 6), side="right")
    axes.set(xlabel="tokens in the text", ylabel="milliseconds for the next token", ylim=(0, None))
    ends = "; ".join(
        f"{name}: {1000 * times[min(times)]:.1f} ms at {min(times)}, "
        f"{1000 * times[max(times)]:.1f} ms at {max(times)}"
        for name, times in seconds.items()
    )
    style.display_figure(figure, alt=f"Time for the next token. {ends}.", note=note)
