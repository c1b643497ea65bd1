"""Print what batching brings a model that writes: `python -m tests.benchmarks.writing`.

All ratios are measured in one run, in turn, with the lengths of real comments.
"""

from statistics import median

from lessons_lib.lesson.explorations import writing
from lessons_lib.pipeline.timing.arrivals import all_at_once
from lessons_lib.pipeline.timing.machine import machine_line
from lessons_lib.pipeline.writing.engine import WritingEngine
from lessons_lib.pipeline.writing.seats import run_requests, simulate_writing
from lessons_lib.pipeline.writing.writer import load_writer

ROUNDS = 3


def main() -> None:
    """Print the gain of sixteen texts a step, and that of continuous batching at saturation."""
    writer = load_writer()
    lengths = writing.comment_lengths()
    steps = writing.time_steps(writer, (1, 2, 4, 8, 16, 32))
    print(machine_line())
    print(writing.read_steps(steps))
    rates: dict[str, list[float]] = {name: [] for name in writing.BATCHINGS}
    for _ in range(ROUNDS):
        for name, is_static in writing.BATCHINGS.items():
            drafts = [writing.some_request(writer, *one) for one in enumerate(lengths)]
            engine = WritingEngine(writer, writing.SEATS, is_static=is_static)
            rates[name].append(run_requests(engine, drafts, all_at_once(len(drafts))).texts_per_s)
    cost = writing.fit_writing(writer, steps)
    for name, is_static in writing.BATCHINGS.items():
        run = simulate_writing(
            lengths, all_at_once(len(lengths)), cost, seats=writing.SEATS, is_static=is_static
        )
        print(f"{name:10} {median(rates[name]):5.1f} texts/s, predicted {run.texts_per_s:5.1f}")
    gain = median(b / a for a, b in zip(rates["static"], rates["continuous"], strict=True))
    print(f"continuous against static at saturation: {gain:.2f} x")
    for load in (0.5, 0.8):
        replay = writing.replay_requests(writer, cost, lengths[:120], load=load)
        print(
            f"load {load}: first token {replay.sooner:.1f} x sooner\n{writing.read_replay(replay)}"
        )


if __name__ == "__main__":
    main()
