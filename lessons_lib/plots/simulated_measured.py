"""What a simulation foretells beside what a measurement found, load by load."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from matplotlib.ticker import LogLocator

from lessons_lib.plots.style import INK, MODE_COLOURS, new_figure, show_figure, write_note


class Run(Protocol):
    """What is shown of a run, simulated or measured."""

    @property
    def p50_ms(self) -> float:
        """The latency that half of the requests do not exceed."""
        ...

    @property
    def p99_ms(self) -> float:
        """The latency that 99 of 100 requests do not exceed."""
        ...


def show_simulated_and_measured(
    runs: Mapping[float, tuple[Run, Run]], *, saturation_per_s: float, note: str = ""
) -> None:
    """Show p50 and p99 over the load: lines from the simulation, dots from the measurement.

    Parameters
    ----------
    runs : mapping of arrival rates to pairs
        For each rate per second, the simulated run and the measured one.
    saturation_per_s : float
        How many texts per second can be answered at most.
    note : str
        Where and how it was measured; stands under the figure.

    Raises
    ------
    ValueError
        If there are no runs.
    """
    if not runs:
        raise ValueError("show_simulated_and_measured() needs at least one load, got none.")
    rates = sorted(runs)
    loads = [100 * rate / saturation_per_s for rate in rates]
    figure, axes = new_figure(height=3.6)
    green = MODE_COLOURS["micro-batching"]
    for name, line in (("p50", "-"), ("p99", "--")):
        foretold = [getattr(runs[rate][0], f"{name}_ms") for rate in rates]
        found = [getattr(runs[rate][1], f"{name}_ms") for rate in rates]
        axes.plot(loads, foretold, color=green, linestyle=line)
        axes.scatter(loads, found, color=INK, s=26, marker="o" if name == "p50" else "^", zorder=2)
        axes.annotate(
            f"{name} simulated",
            (loads[-1], foretold[-1]),
            (6, -3),
            textcoords="offset points",
            color=INK,
            fontsize=9,
        )
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    # Between the powers of ten, 2 and 5 are named as well: there may be one power on the axis.
    axes.yaxis.set_minor_locator(LogLocator(subs=(2, 5)))
    axes.yaxis.set_minor_formatter(lambda value, _: f"{value:g}")
    axes.set(
        xlabel="arrivals, in percent of what can be answered at most",
        ylabel="latency in ms (log scale)",
        xlim=(0, max(loads) * 1.3),
    )
    axes.set_title("lines: simulated   ● ▲ measured", loc="left", fontsize=9, color=INK)
    write_note(figure, note)
    told = "; ".join(_told(load, *runs[rate]) for load, rate in zip(loads, rates, strict=True))
    show_figure(figure, alt=f"Latency over load, simulated and measured. {told}. {note}".strip())


def _told(load: float, foretold: Run, found: Run) -> str:
    pairs = (
        f"{name} {getattr(foretold, name + '_ms'):.3g} and {getattr(found, name + '_ms'):.3g} ms"
        for name in ("p50", "p99")
    )
    return f"at {load:.0f} percent {', '.join(pairs)}"
